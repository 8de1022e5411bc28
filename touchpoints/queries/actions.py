"""Actions: what is open, late and done, whose it is and what it costs."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, Sum

from touchpoints.enums import OPEN_ACTION_STATES, ActionState, AuditState
from touchpoints.models import Action, ActionComment, AuditMark, Touchpoint

STILL = Q(state__in=OPEN_ACTION_STATES)
CARDS_SHOWN = 100


@dataclass(frozen=True)
class ActionSums:
    """How many actions stand in each tab of the list, and their cost in minor units; `unpriced` have no cost written down."""

    open: int
    overdue: int
    done: int
    dropped: int
    open_cents: int
    done_cents: int
    unpriced: int


@dataclass(frozen=True)
class OwnerLoad:
    """What one person has on their plate."""

    owner_id: int
    name: str
    open: int
    overdue: int
    done: int
    open_cents: int
    next_on: dt.date | None


@dataclass(frozen=True)
class ActionColumn:
    """One column of the board: its first cards and how many there are in all."""

    state: ActionState
    cards: list[Action]
    total: int

    @property
    def hidden(self) -> int:
        """How many cards do not fit."""
        return self.total - len(self.cards)


def open_actions() -> QuerySet[Action]:
    """Return actions still to do, the earliest date first."""
    return Action.objects.open().select_related("owner").order_by("due_on", "id")


def overdue_actions(today: dt.date) -> QuerySet[Action]:
    """Return open actions whose date has passed."""
    return Action.objects.overdue(today).select_related("owner").order_by("due_on", "id")


def find_actions(actions: QuerySet[Action], *, owner: Any = None, touchpoint: Any = None, search: str = "") -> QuerySet[Action]:
    """Narrow actions to an owner, a touchpoint and words of the title, the details or the expected effect."""
    found = Q()
    if owner:
        found &= Q(owner=owner)
    if touchpoint:
        found &= Q(pk__in=Action.touchpoints.through.objects.filter(touchpoint=touchpoint).values("action"))
    if search:
        found &= Q(title__icontains=search) | Q(details__icontains=search) | Q(expected_effect__icontains=search)
    return actions.filter(found)


def in_state(actions: QuerySet[Action], state: str, today: dt.date) -> QuerySet[Action]:
    """Return the actions of one tab of the list, in its order."""
    if state == "done":
        return actions.filter(state=ActionState.DONE).order_by("-done_at", "-id")
    if state == "check":
        return to_check_again(actions)
    if state == "dropped":
        return actions.filter(state=ActionState.DROPPED).order_by("-id")
    still = actions.filter(STILL).order_by("due_on", "id")
    return still.filter(due_on__lt=today) if state == "overdue" else still


def to_check_again(actions: QuerySet[Action] | None = None) -> QuerySet[Action]:
    """Return done actions with a touchpoint on the map that no finished audit has rated since: nobody knows yet whether it helped."""
    since = AuditMark.objects.filter(
        audit__state=AuditState.DONE, rating__isnull=False, touchpoint=OuterRef("touchpoint"), marked_at__gt=OuterRef("action__done_at")
    )
    links = Action.touchpoints.through.objects.filter(action=OuterRef("pk"), touchpoint__is_archived=False)
    done = (Action.objects.all() if actions is None else actions).filter(state=ActionState.DONE)
    return done.filter(Exists(links.filter(~Exists(since)))).order_by("-done_at", "-id")


def action_counts(actions: QuerySet[Action], today: dt.date) -> ActionSums:
    """Count the actions of each tab and add up what they cost."""
    done, kept = Q(state=ActionState.DONE), ~Q(state=ActionState.DROPPED)
    found = actions.order_by().aggregate(
        open=Count("pk", filter=STILL),
        overdue=Count("pk", filter=STILL & Q(due_on__lt=today)),
        done=Count("pk", filter=done),
        dropped=Count("pk", filter=Q(state=ActionState.DROPPED)),
        open_cents=Sum("cost_cents", filter=STILL, default=0),
        done_cents=Sum("cost_cents", filter=done, default=0),
        unpriced=Count("pk", filter=kept & Q(cost_cents=None)),
    )
    return ActionSums(**{name: int(value) for name, value in found.items()})


def actions_by_owner(actions: QuerySet[Action], today: dt.date) -> list[OwnerLoad]:
    """Return everybody who owns an action, who is late first."""
    rows = (
        actions.order_by()
        .values("owner_id", name=F("owner__name"))
        .annotate(
            open=Count("pk", filter=STILL),
            overdue=Count("pk", filter=STILL & Q(due_on__lt=today)),
            done=Count("pk", filter=Q(state=ActionState.DONE)),
            open_cents=Sum("cost_cents", filter=STILL, default=0),
            next_on=Min("due_on", filter=STILL),
        )
        .order_by("-overdue", "-open", "name", "owner_id")
    )
    return [OwnerLoad(**row) for row in rows]


def action_columns(actions: QuerySet[Action], limit: int = CARDS_SHOWN) -> list[ActionColumn]:
    """Return the board of actions: a column for each state but dropped, with its most urgent cards; of done ones the latest."""
    counted = dict(actions.order_by().values_list("state").annotate(n=Count("pk")))
    orders = {ActionState.OPEN: ("due_on", "id"), ActionState.DOING: ("due_on", "id"), ActionState.DONE: ("-done_at", "-id")}
    return [
        ActionColumn(state, list(actions.filter(state=state).order_by(*order)[:limit]), counted.get(state.value, 0))
        for state, order in orders.items()
    ]


def listed_actions(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Return actions with what a list shows of them."""
    return actions.select_related("owner").prefetch_related(Prefetch("touchpoints", Touchpoint.objects.only("pk", "name")))


def comments_of(action: Action) -> QuerySet[ActionComment]:
    """Return what was written about an action on the way, oldest first."""
    return action.comments.select_related("author")


def points_with_actions() -> QuerySet[Touchpoint]:
    """Return touchpoints something was decided about, by name."""
    return Touchpoint.objects.filter(Exists(Action.touchpoints.through.objects.filter(touchpoint=OuterRef("pk")))).order_by("name", "id")


def worksheets_of(action: Action) -> list[tuple[str, str]]:
    """Return the rows of worksheets that asked for an action: which sheet, and in what words."""
    sheets = (
        ("fear", [fear.words for fear in action.fears.all()]),
        ("guarantee", [guarantee.promise for guarantee in action.guarantees.all()]),
        ("talk", [idea.text for idea in action.talk_ideas.all()]),
        ("hold", [str(hold) for hold in action.holds.all()]),
    )
    return [(sheet, words) for sheet, rows in sheets for words in rows]
