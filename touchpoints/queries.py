"""Reads of the map, audits and actions."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Window
from django.db.models.functions import Lead, RowNumber

from company.models import Branch, User
from touchpoints.enums import OPEN_ACTION_STATES, ActionState, AuditState, Rating, TouchpointClass
from touchpoints.models import Action, Audit, AuditMark, Touchpoint

EVERYTHING = Q()
WORST_FIRST = {Rating.AWFUL: 0, Rating.OK: 1, None: 2, Rating.WOW: 3}


@dataclass(frozen=True)
class CurrentRating:
    """What the newest audit said of a touchpoint, and the audit of the same branch before it."""

    rating: Rating
    previous: Rating | None
    marked_at: dt.datetime
    branch_id: int | None


@dataclass(frozen=True)
class Card:
    """A touchpoint on the map with what is known of it today."""

    touchpoint: Touchpoint
    current: CurrentRating | None
    open_actions: int = 0
    days_overdue: int = 0

    @property
    def rating(self) -> Rating | None:
        """The rating in force; None before the first audit."""
        return self.current.rating if self.current else None

    @property
    def previous(self) -> Rating | None:
        """The rating before it."""
        return self.current.previous if self.current else None

    @property
    def change(self) -> int:
        """How the last audit differs from the one before: 1 better, -1 worse, 0 the same or nothing to compare."""
        if self.rating is None or self.previous is None:
            return 0
        return (self.rating > self.previous) - (self.rating < self.previous)


@dataclass(frozen=True)
class ClassCounts:
    """How many touchpoints of a class have which rating."""

    kind: TouchpointClass | None
    wow: int = 0
    ok: int = 0
    awful: int = 0
    unrated: int = 0

    @property
    def total(self) -> int:
        """All touchpoints of the class."""
        return self.wow + self.ok + self.awful + self.unrated

    @property
    def parts(self) -> list[tuple[str, int]]:
        """Return the parts of the stacked bar, awful first, those without a rating last."""
        return [("neg", self.awful), ("data3", self.ok), ("pos", self.wow), ("data4", self.unrated)]


@dataclass(frozen=True)
class Column:
    """One class on the board: counts of the whole class, cards that pass the filter."""

    counts: ClassCounts
    cards: list[Card] = field(default_factory=list)


def current_ratings(branch: Branch | None = None, touchpoint: Touchpoint | None = None) -> dict[int, CurrentRating]:
    """Return the newest mark of every touchpoint (or of one) over finished audits.

    With a branch, audits of that branch and of the whole company count. Without one, the newest audit of any branch wins,
    and it is compared with the audit before it in the same branch: two branches never pass for a change.
    """
    where = EVERYTHING if branch is None else Q(audit__branch=None) | Q(audit__branch=branch)
    which = EVERYTHING if touchpoint is None else Q(touchpoint=touchpoint)
    newest_first = (F("audit__finished_at").desc(), F("audit_id").desc())
    rows = (
        AuditMark.objects.filter(where, which, audit__state=AuditState.DONE)
        .annotate(
            previous=Window(Lead("rating"), partition_by=[F("touchpoint_id"), F("audit__branch_id")], order_by=newest_first),
            age=Window(RowNumber(), partition_by=[F("touchpoint_id")], order_by=newest_first),
        )
        .filter(age=1)
        .values_list("touchpoint_id", "rating", "previous", "audit__finished_at", "audit__branch_id")
    )
    return {
        point: CurrentRating(Rating(rating), None if previous is None else Rating(previous), finished_at, branch_id)
        for point, rating, previous, finished_at, branch_id in rows
        if finished_at
    }


def open_action_counts() -> dict[int, tuple[int, dt.date]]:
    """Return, for every touchpoint with open actions, how many there are and the earliest date among them."""
    rows = (
        Touchpoint.objects.filter(actions__state__in=OPEN_ACTION_STATES)
        .values("pk")
        .annotate(count=Count("actions"), earliest=Min("actions__due_on"))
        .order_by("pk")
        .values_list("pk", "count", "earliest")
    )
    return {pk: (count, earliest) for pk, count, earliest in rows}


def map_cards(branch: Branch | None, today: dt.date) -> list[Card]:
    """Return every active touchpoint with its rating and actions, in the order of the map: three queries at any size."""
    ratings, actions = current_ratings(branch), open_action_counts()
    cards = []
    for point in Touchpoint.objects.active().met_in(branch).in_map_order().select_related("branch", "owner"):
        count, earliest = actions.get(point.pk, (0, today))
        cards.append(Card(point, ratings.get(point.pk), count, max((today - earliest).days, 0)))
    return cards


def count_class(kind: TouchpointClass | None, ratings: Iterable[Rating | None]) -> ClassCounts:
    """Count the ratings of one class."""
    listed = list(ratings)
    return ClassCounts(kind, listed.count(Rating.WOW), listed.count(Rating.OK), listed.count(Rating.AWFUL), listed.count(None))


def board(cards: Iterable[Card], shown: Iterable[Card], *, worst_first: bool) -> list[Column]:
    """Arrange cards by class: counts from all of them, the list from those shown."""
    everything, visible = list(cards), list(shown)
    if worst_first:
        visible.sort(key=lambda card: (WORST_FIRST[card.rating], card.change))
    return [
        Column(
            count_class(kind, [card.rating for card in everything if card.touchpoint.kind == kind]),
            [card for card in visible if card.touchpoint.kind == kind],
        )
        for kind in TouchpointClass
    ]


def map_summary(branch: Branch | None = None) -> list[ClassCounts]:
    """Return the counts of ratings in each of the four classes."""
    ratings = current_ratings(branch)
    points = list(Touchpoint.objects.active().met_in(branch).values_list("pk", "kind"))
    return [count_class(kind, [rating_of(ratings, pk) for pk, own in points if own == kind]) for kind in TouchpointClass]


def rating_of(ratings: dict[int, CurrentRating], pk: int) -> Rating | None:
    """Return the rating of a touchpoint, None when it has none."""
    return ratings[pk].rating if pk in ratings else None


def last_audit(branch: Branch | None = None) -> Audit | None:
    """Return the audit finished last."""
    where = EVERYTHING if branch is None else Q(branch=None) | Q(branch=branch)
    return Audit.objects.filter(where, state=AuditState.DONE).select_related("branch", "auditor").order_by("-finished_at", "-id").first()


def audits_due(user: User, today: dt.date) -> QuerySet[Audit]:
    """Return the user's own audits that are due and not finished."""
    return Audit.objects.open().filter(auditor=user, due_on__lte=today).select_related("branch").order_by("due_on", "id")


def audit_to_walk(user: User) -> Audit | None:
    """Return the user's audit to go on with: the one under way, else the one due first."""
    return Audit.objects.open().filter(auditor=user).order_by("-state", "due_on", "id").first()


def audits_with_counts(user: User) -> QuerySet[Audit, Any]:
    """Return audits the user may open with how many touchpoints were marked, and how."""
    return (
        Audit.objects.visible_to(user)
        .select_related("branch", "auditor")
        .annotate(
            marked=Count("marks"),
            wow=Count("marks", filter=Q(marks__rating=Rating.WOW)),
            ok=Count("marks", filter=Q(marks__rating=Rating.OK)),
            awful=Count("marks", filter=Q(marks__rating=Rating.AWFUL)),
        )
    )


@dataclass(frozen=True)
class Step:
    """One screen of a walk: a touchpoint, the mark given to it and the mark of the audit before."""

    touchpoint: Touchpoint
    mark: AuditMark | None
    previous: CurrentRating | None


def walk_steps(audit: Audit) -> list[Step]:
    """Return the touchpoints to walk in the order of the map; those archived meanwhile stay when they were marked already."""
    marks = {mark.touchpoint_id: mark for mark in audit.marks.all()}
    previous = current_ratings(audit.branch)
    points = Touchpoint.objects.met_in(audit.branch).filter(Q(is_archived=False) | Q(pk__in=list(marks))).in_map_order()
    return [Step(point, marks.get(point.pk), previous.get(point.pk)) for point in points]


def marks_of(touchpoint: Touchpoint) -> QuerySet[AuditMark]:
    """Return the marks of a touchpoint over finished audits, newest first."""
    marks = touchpoint.marks.filter(audit__state=AuditState.DONE).select_related("audit__branch", "audit__auditor")
    return marks.order_by("-audit__finished_at", "-audit_id")


def latest_by_branch(marks: Iterable[AuditMark]) -> list[AuditMark]:
    """Return the newest mark of each branch from marks ordered newest first."""
    newest: dict[int | None, AuditMark] = {}
    for mark in marks:
        newest.setdefault(mark.audit.branch_id, mark)
    return list(newest.values())


def audit_marks(audit: Audit) -> QuerySet[AuditMark, Any]:
    """Return what an audit said, worst first, with how many actions each mark led to."""
    marks = audit.marks.select_related("touchpoint").annotate(action_count=Count("actions"))
    return marks.order_by("rating", "touchpoint__kind", "touchpoint__position", "touchpoint_id")


def open_actions() -> QuerySet[Action]:
    """Return actions still to do, the earliest date first."""
    return Action.objects.open().select_related("owner").order_by("due_on", "id")


def overdue_actions(today: dt.date) -> QuerySet[Action]:
    """Return open actions whose date has passed."""
    return Action.objects.overdue(today).select_related("owner").order_by("due_on", "id")


def next_position(kind: str) -> int:
    """Return the place after the last touchpoint of the class."""
    last: int | None = Touchpoint.objects.filter(kind=kind).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def action_counts(actions: QuerySet[Action], today: dt.date) -> dict[str, int]:
    """Return how many actions each tab of the list holds."""
    still = Q(state__in=OPEN_ACTION_STATES)
    return actions.order_by().aggregate(
        open=Count("pk", filter=still),
        overdue=Count("pk", filter=still & Q(due_on__lt=today)),
        done=Count("pk", filter=Q(state=ActionState.DONE)),
        dropped=Count("pk", filter=Q(state=ActionState.DROPPED)),
    )


def action_columns(actions: QuerySet[Action], limit: int = 100) -> list[tuple[ActionState, list[Action]]]:
    """Return the board of actions: a column for each state but dropped; of done ones the latest."""
    still = list(actions.filter(state__in=OPEN_ACTION_STATES).order_by("due_on", "id"))
    done = list(actions.filter(state=ActionState.DONE).order_by("-done_at", "-id")[:limit])
    columns = [(state, [action for action in still if action.state == state]) for state in OPEN_ACTION_STATES]
    return [*columns, (ActionState.DONE, done)]
