"""What the page of the map shows under its filters."""

import datetime as dt
from typing import Any

from company.models import Branch, User
from touchpoints import queries
from touchpoints.enums import Rating
from touchpoints.forms import MapFilterForm
from touchpoints.models import Touchpoint


def map_page(chosen: MapFilterForm, user: User, today: dt.date) -> dict[str, Any]:
    """Return the board and the numbers round it."""
    branch: Branch | None = chosen.value("branch")
    everything = queries.map_cards(branch, today)
    found = matching(everything, chosen, user)
    rating = chosen.value("rating")
    shown = [card for card in found if rating is None or card.rating == rating]
    return {
        "columns": columns(everything, shown, chosen),
        "has_points": bool(everything) or Touchpoint.objects.active().exists(),
        "found": len(shown),
        "total": len(everything),
        "better": sum(card.change > 0 for card in everything),
        "worse": sum(card.change < 0 for card in everything),
        "segments": rating_segments(found),
        "last_audit": queries.last_audit(branch),
    }


def columns(everything: list[queries.Card], shown: list[queries.Card], chosen: MapFilterForm) -> list[queries.Column]:
    """Return the board the way it was asked for."""
    full = chosen.value("full") or ""
    if chosen.value("view") == "journey":
        return queries.journey_board(everything, shown, full=full)
    return queries.board(everything, shown, worst_first=chosen.value("sort") != "path", full=full)


def matching(cards: list[queries.Card], chosen: MapFilterForm, user: User) -> list[queries.Card]:
    """Return the cards that pass the search, the switch and who answers, whatever their rating."""
    text, worse_only, owner = (chosen.value("q") or "").casefold(), chosen.value("worse"), chosen.value("owner")
    answers = {"nobody": None, "me": user.pk}
    return [
        card
        for card in cards
        if text in card.touchpoint.name.casefold()
        and (card.change < 0 or not worse_only)
        and (not owner or card.touchpoint.owner_id == answers[owner])
    ]


def rating_segments(cards: list[queries.Card]) -> list[dict[str, Any]]:
    """Return the choices of the rating switch with how many cards each would show."""
    ratings = [card.rating for card in cards]
    named = [{"value": rating.value, "count": ratings.count(rating), "id": rating.name.lower()} for rating in Rating]
    return [{"value": "", "count": len(cards), "id": "all"}, *named]
