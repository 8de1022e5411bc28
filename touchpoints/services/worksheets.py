"""Writes to the worksheets: fears and guarantees, reasons to talk, what holds Clients."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.db.models import Max

from clients.models import Segment
from company.models import Company, User
from touchpoints import starters
from touchpoints.enums import OPEN_ACTION_STATES, GuaranteeState, HoldKind, HoldStrength, TalkState
from touchpoints.models import Action, Fear, Guarantee, Hold, Lesson, TalkIdea, Touchpoint
from touchpoints.services.actions import create_action
from touchpoints.services.refusals import ClosedError

Sheet = Fear | Guarantee | TalkIdea | Hold
"""A row of a worksheet an action may be made of."""

DAYS_TO_ACT = 7
TITLE_LENGTH = 200
KEYS = uuid.UUID("0b0f2c7e-5d0a-4b43-9b60-4b1f6e4f6a11")
"""Where the request keys of these actions live: the same row asks for the same action."""


def one_at_a_time() -> None:
    """Let two people who press the same button make one thing, not two."""
    list(Company.objects.select_for_update().values_list("pk"))


def take_off(*, row: Sheet | Lesson) -> None:
    """Take a row off its sheet; the action made of it lives on."""
    row.delete()


# ---- fears and guarantees


@transaction.atomic
def start_fears(*, actor: User) -> int:
    """Write down the fears of the method whose kind is not on the sheet yet; return how many."""
    one_at_a_time()
    there, place = set(Fear.objects.values_list("kind", flat=True)), next_place()
    new = [start for start in starters.fears() if start.kind not in there]
    rows = [Fear(kind=start.kind, words=start.words, position=place + n, changed_by=actor) for n, start in enumerate(new)]
    return len(Fear.objects.bulk_create(rows))


def next_place() -> int:
    """Return the position after the last fear."""
    last = Fear.objects.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


@transaction.atomic
def add_fear(*, fear: Fear, actor: User) -> Fear:
    """Write down a fear of our own."""
    fear.position, fear.changed_by = next_place(), actor
    fear.save()
    return fear


@transaction.atomic
def change_fear(*, fear: Fear, actor: User) -> None:
    """Save an edited fear."""
    fear.changed_by = actor
    fear.save(update_fields=["kind", "words", "touchpoint", "changed_by"])


@transaction.atomic
def save_guarantee(*, guarantee: Guarantee, fears: Iterable[Fear], actor: User) -> Guarantee:
    """Write down a guarantee, new or edited, with the fears it answers."""
    guarantee.changed_by = actor
    guarantee.save()
    guarantee.fears.set(fears)
    return guarantee


@transaction.atomic
def take_guarantee(*, start: starters.GuaranteeStart, fear: Fear, actor: User) -> Guarantee:
    """Put a ready guarantee on the sheet as an idea against a fear; one that is there already gets the fear too."""
    one_at_a_time()
    found = Guarantee.objects.filter(promise=start.promise).order_by("pk").first()
    guarantee = found or Guarantee.objects.create(promise=start.promise, changed_by=actor)
    guarantee.fears.add(fear)
    return guarantee


@transaction.atomic
def set_guarantee_state(*, guarantee: Guarantee, state: GuaranteeState, actor: User) -> bool:
    """Say whether Clients have the guarantee now; False when that was said before."""
    changed = Guarantee.objects.filter(pk=guarantee.pk).exclude(state=state)
    return changed.update(state=state, changed_by=actor) == 1


# ---- reasons to talk


@transaction.atomic
def start_ideas(*, keys: Collection[str], actor: User) -> int:
    """Write down the examples named, but not those on the sheet already; return how many."""
    one_at_a_time()
    there = set(TalkIdea.objects.values_list("text", flat=True))
    new = [start for start in starters.ideas() if start.key in keys and start.text not in there]
    return len(TalkIdea.objects.bulk_create([TalkIdea(kind=start.kind, text=start.text, changed_by=actor) for start in new]))


@transaction.atomic
def save_idea(*, idea: TalkIdea, actor: User) -> TalkIdea:
    """Write down an idea, new or edited."""
    idea.changed_by = actor
    idea.save()
    return idea


@transaction.atomic
def try_idea(*, idea: TalkIdea, since: dt.date, actor: User) -> None:
    """Begin to try an idea; whether it works is written later."""
    ideas = TalkIdea.objects.filter(pk=idea.pk, state=TalkState.IDEA)
    if not ideas.update(state=TalkState.TRYING, tried_on=since, changed_by=actor):
        raise ClosedError


@transaction.atomic
def end_trial(*, idea: TalkIdea, state: TalkState, actor: User) -> None:
    """Write what came of an idea and whether it stays: `came`, `cost_cents` and `result` stand in the row given."""
    values = {name: getattr(idea, name) for name in ("came", "cost_cents", "result", "tried_on")}
    if not TalkIdea.objects.filter(pk=idea.pk).exclude(state=TalkState.IDEA).update(**values, state=state, changed_by=actor):
        raise ClosedError


# ---- what holds Clients


@transaction.atomic
def rate_holds(*, segment: Segment | None, ratings: Mapping[HoldKind, tuple[HoldStrength, str]], actor: User) -> None:
    """Write down how strongly each thing holds a segment, with how it shows; what is not rated is not about it."""
    known = {row.kind: row for row in Hold.objects.select_for_update().filter(segment=segment).order_by("pk")}
    Hold.objects.filter(pk__in=[row.pk for kind, row in known.items() if kind not in ratings]).delete()
    for kind, (strength, note) in ratings.items():
        row = known.get(kind)
        if row is None or (row.strength, row.note) != (strength, note):
            values = {"strength": strength, "note": note, "changed_by": actor}
            Hold.objects.update_or_create(segment=segment, kind=kind, defaults=values)


# ---- actions


@transaction.atomic
def act_on(*, row: Sheet, title: str, today: dt.date, actor: User) -> Action:
    """Make an action of a row of a worksheet, due in a week; one still open is given back instead of a second."""
    locked = type(row)._default_manager.select_for_update(of=("self",)).select_related("action").get(pk=row.pk)
    if locked.action and locked.action.state in OPEN_ACTION_STATES:
        return locked.action
    place: Touchpoint | None = getattr(locked, "touchpoint", None)
    action = create_action(
        title=title[:TITLE_LENGTH],
        owner=place.owner if place and place.owner and place.owner.is_active else actor,
        due_on=today + dt.timedelta(days=DAYS_TO_ACT),
        touchpoints=[place] if place else [],
        request_key=uuid.uuid5(KEYS, f"{locked._meta.model_name}-{locked.pk}-{locked.action_id or 0}"),
        actor=actor,
    )
    type(row)._default_manager.filter(pk=row.pk).update(action=action, changed_by=actor)
    return action
