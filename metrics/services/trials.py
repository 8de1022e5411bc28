"""Experiments: prepared, drawn once, told, looked at on the promised days only, decided."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Segment, ValueBand
from clients.services import reminder_context
from common.batches import done_each
from common.sequential import alpha_spent
from company.models import Branch, User
from mailing import services as mailing
from mailing.enums import MessageState, TemplateKind
from mailing.models import Letter, MailWave, Message
from mailing.queries import LetterDraft
from metrics.enums import TrialKind, TrialSkip, TrialState
from metrics.formulas.trials import Seen, boundary_now, detectable, information_of, last_boundary
from metrics.models import Trial, TrialLook, TrialMember
from metrics.queries import trials as found

KIND = TemplateKind.TRIAL
WINDOW = dt.timedelta(days=3)
CHUNK = 5_000
LEAST_IN_GROUP = 2


class TrialError(ValueError):
    """Something that cannot be done to an experiment; the text says why and what to do."""


@dataclass(frozen=True)
class TrialPlan:
    """What a manager decides about an experiment; `letter` only where it is one."""

    name: str
    kind: str
    what: str
    silent_from: int | None
    silent_to: int | None
    held_out_percent: int
    goal: str
    window_days: int
    looks: int
    cost_cents: int | None
    branches: Sequence[Branch]
    segments: Sequence[Segment]
    bands: Sequence[ValueBand]
    locale: str
    letter: LetterDraft | None

    @property
    def fields(self) -> dict[str, Any]:
        """The plain columns."""
        kept = ("name", "kind", "what", "silent_from", "silent_to", "held_out_percent", "goal", "window_days", "looks", "cost_cents")
        return {name: getattr(self, name) for name in kept}


@transaction.atomic
def create_trial(*, plan: TrialPlan, request_key: uuid.UUID, actor: User) -> Trial:
    """Write a new experiment down; the same form sent twice is one."""
    trial, is_new = Trial.objects.get_or_create(request_key=request_key, defaults={**plan.fields, "created_by": actor})
    if is_new:
        write_rest(trial, plan, actor)
    return trial


@transaction.atomic
def change_trial(*, trial: Trial, plan: TrialPlan, actor: User) -> None:
    """Change an experiment that has not begun."""
    draft = Trial.objects.select_for_update(of=("self",)).filter(pk=trial.pk, state=TrialState.DRAFT).first()
    if draft is None:
        raise TrialError(_("The experiment has begun meanwhile: what was promised stays as it was."))
    Trial.objects.filter(pk=trial.pk).update(**plan.fields, template=None)
    write_rest(draft, plan, actor)


def write_rest(trial: Trial, plan: TrialPlan, actor: User) -> None:
    """Save whom it is for, and the letter with words of its own."""
    trial.branches.set(plan.branches)
    trial.segments.set(plan.segments)
    trial.bands.set(plan.bands)
    Trial.objects.filter(pk=trial.pk).update(promised={"limits": found.limits_of(trial)})
    if plan.letter:
        series = trial.template.series if trial.template else f"trial-{uuid.uuid4().hex[:16]}"
        template = mailing.save_template(kind=KIND, locale=plan.locale, draft=plan.letter, actor=actor, series=series)
        Trial.objects.filter(pk=trial.pk).update(template=template)


@transaction.atomic
def drop_trial(*, trial: Trial, actor: User) -> None:
    """Throw away an experiment that never began."""
    del actor
    if not Trial.objects.filter(pk=trial.pk, state=TrialState.DRAFT).delete()[0]:
        raise TrialError(_("The experiment has begun: it is kept whatever comes of it."))


@transaction.atomic
def start_trial(*, trial: Trial, actor: User, today: dt.date, now: dt.datetime) -> None:
    """Draw both groups once and for all and send the letters."""
    draft = Trial.objects.select_for_update(of=("self",)).select_related("template").filter(pk=trial.pk, state=TrialState.DRAFT).first()
    if draft is None:
        raise TrialError(_("The experiment has begun already."))
    check_limits(draft)
    wanted = found.wanted_of(draft)
    clients = found.takers(wanted, today)
    held = found.held_out_of(draft, clients)
    check_sizes(len(clients), len(held))
    promised = promise(draft, wanted, len(clients), len(held), today)
    members = TrialMember.objects.bulk_create(
        (TrialMember(trial=draft, client_id=pk, is_held_out=pk in held) for pk in clients), batch_size=CHUNK
    )
    if draft.kind == TrialKind.LETTER:
        send_letters(draft, [member for member in members if not member.is_held_out], actor, today, now)
    Trial.objects.filter(pk=draft.pk).update(state=TrialState.RUNNING, started_on=today, promised=promised)


def check_limits(trial: Trial) -> None:
    """Refuse a group that became wider than it was chosen: a limit whose last row is gone would be no limit at all."""
    if trial.promised.get("limits", []) not in ([], found.limits_of(trial)):
        raise TrialError(_("A branch, segment or band chosen here is no longer there. Open the draft, choose the group again and save."))


def check_sizes(n: int, held: int) -> None:
    """Refuse groups with which nothing could be found out, or too large to draw at once."""
    if n > found.MOST_MEMBERS:
        raise TrialError(_("More than 100,000 Clients: a difference is seen with far fewer. Narrow the group."))
    if min(held, n - held) < LEAST_IN_GROUP:
        raise TrialError(_("One of the groups would be empty or of one Client. Take a wider group or another share."))


def promise(trial: Trial, wanted: found.Wanted, n: int, held: int, today: dt.date) -> dict[str, Any]:
    """Return what was known before the start, to be shown beside the result."""
    past = found.past_of_such(wanted, trial.window_days, today)
    z = last_boundary(trial.window_days, trial.looks)
    return {
        "told": n - held,
        "held": held,
        "past": vars(past),
        "detectable": detectable(trial.goal, past, (n - held, held), z),
        "meant": vars(found.group_of(wanted, today)),
    }


def send_letters(trial: Trial, members: Sequence[TrialMember], actor: User, today: dt.date, now: dt.datetime) -> None:
    """Put the letters in the outbox. Whoever must not be written to after all stays in the told group."""
    template = trial.template
    if template is None:
        raise TrialError(_("Write the letter first."))
    letter = mailing.letter_of(kind=KIND, locale=template.locale, name=trial.name, actor=actor, template=template)
    for start in range(0, len(members), CHUNK):
        chunk = members[start : start + CHUNK]
        link_messages(chunk, plan_letters(trial, letter, chunk, actor, now), today)


def plan_letters(trial: Trial, letter: Letter, members: Sequence[TrialMember], actor: User, now: dt.datetime) -> MailWave:
    """Plan the letters of some members."""
    people = Client.objects.select_related("sum", "branch").in_bulk([member.client_id for member in members])
    recipients = [recipient(member, people[member.client_id], letter.locale) for member in members]
    return mailing.plan_wave(
        kind=KIND,
        occurrence_key=str(trial.pk),
        letter=letter,
        recipients=recipients,
        not_before=now,
        window_end=now + WINDOW,
        actor=actor,
        keeps_quiet_hours=True,
    )


def recipient(member: TrialMember, client: Client, locale: str) -> mailing.Recipient:
    """Return the Client as the outbox knows them."""
    zone = client.branch.time_zone if client.branch else ""
    context = reminder_context(client, locale)
    return mailing.Recipient(address=client.email, name=client.name, external_key=str(member.pk), context=context, zone=zone)


def link_messages(members: Sequence[TrialMember], wave: MailWave, today: dt.date) -> None:
    """Tie the messages to their members and note who is not written to."""
    by_key = {str(member.pk): member for member in members}
    for message in Message.objects.filter(wave=wave, external_key__in=by_key):
        member = by_key[message.external_key]
        is_skipped = message.state == MessageState.SKIPPED
        member.message, member.skip_reason = message, TrialSkip.ASKED_NOT if is_skipped else ""
        member.told_on = None if is_skipped else today
    TrialMember.objects.bulk_update(members, ["message", "skip_reason", "told_on"], batch_size=CHUNK)


@transaction.atomic
def tell_member(*, member: TrialMember, actor: User, today: dt.date) -> None:
    """Note that the action was done for a Client; who asked meanwhile not to be called is left in peace."""
    open_turn = TrialMember.objects.filter(
        pk=member.pk, is_held_out=False, told_on=None, skip_reason="", trial__state=TrialState.RUNNING
    ).exclude(trial__kind=TrialKind.LETTER)
    if member.trial.kind == TrialKind.CALL and Client.objects.filter(pk=member.client_id, do_not_call=True).exists():
        open_turn.update(skip_reason=TrialSkip.ASKED_NOT)
        return
    if not open_turn.update(told_on=today, told_by=actor):
        raise TrialError(_("This Client is not waiting any more. Look at the list again."))


@transaction.atomic
def untell_member(*, member: TrialMember, actor: User) -> None:
    """Take back a tick set by mistake."""
    del actor
    told = TrialMember.objects.filter(pk=member.pk, told_on__isnull=False, message=None, trial__state=TrialState.RUNNING)
    if not told.update(told_on=None, told_by=None):
        raise TrialError(_("There is no tick to take back."))


@transaction.atomic
def tell_all(*, trial: Trial, actor: User, today: dt.date) -> int:
    """Note that something other than a letter or a call was done for the whole told group at once."""
    waiting = TrialMember.objects.filter(trial=trial, is_held_out=False, told_on=None, skip_reason="")
    other = waiting.filter(trial__state=TrialState.RUNNING, trial__kind=TrialKind.OTHER)
    return other.update(told_on=today, told_by=actor)


def take_due_looks(*, today: dt.date) -> int:
    """Take every promised look whose day is over; return how many experiments were looked at. Repeating finds nothing new."""
    running = Trial.objects.filter(state=TrialState.RUNNING).values_list("pk", flat=True)
    return done_each(running, lambda pk: take_looks(pk=pk, today=today), "a look at an experiment")


@transaction.atomic
def take_looks(*, pk: int, today: dt.date) -> int:
    """Take the looks of one experiment that are due. The lock on its row keeps two from doing it at once."""
    trial = Trial.objects.select_for_update(of=("self",)).filter(pk=pk, state=TrialState.RUNNING).first()
    if trial is None or trial.started_on is None:
        return 0
    taken = list(TrialLook.objects.filter(trial=trial).order_by("number"))
    due = found.look_dates(trial)
    fresh = [day for day in due[len(taken) :] if found.is_ripe(day, today)]
    for day in fresh:
        taken.append(take_look(trial, trial.started_on, taken, day))
    if len(taken) == trial.looks:
        Trial.objects.filter(pk=pk, state=TrialState.RUNNING).update(state=TrialState.DONE, ended_on=due[-1])
    return len(fresh)


def take_look(trial: Trial, started_on: dt.date, before: Sequence[TrialLook], day: dt.date) -> TrialLook:
    """Look at the figures as of a promised day, and write down what was seen."""
    told, held = found.arms_of(trial, started_on, day)
    share = (day - started_on).days / trial.window_days
    information = information_of(trial.goal, told, held)
    z = boundary_now([*shares_of(before), share], [*(look.figures["information"] for look in before), information])
    seen = Seen(told, held, information, z, alpha_spent(share), found.reached_by(trial, day))
    return TrialLook.objects.create(
        trial=trial,
        number=len(before) + 1,
        looked_on=day,
        share_known=share,
        figures=seen.kept(trial.goal),
        is_seen=seen.is_seen(trial.goal),
    )


def shares_of(looks: Iterable[TrialLook]) -> list[float]:
    """Return which part of the window had passed at each look."""
    return [look.share_known for look in looks]


@transaction.atomic
def conclude_trial(*, trial: Trial, conclusion: str, actor: User, today: dt.date) -> None:
    """Keep what was decided; a running experiment ends by it, but only where a promised look went beyond its boundary."""
    del actor
    if Trial.objects.filter(pk=trial.pk, state__in=[TrialState.DONE, TrialState.STOPPED]).update(conclusion=conclusion):
        return
    seen = Trial.objects.filter(pk=trial.pk, state=TrialState.RUNNING, seen__is_seen=True, started_on__isnull=False)
    ended = Trial.objects.filter(pk__in=seen.values("pk"), state=TrialState.RUNNING)
    if not ended.update(state=TrialState.STOPPED, ended_on=today, conclusion=conclusion):
        raise TrialError(_("No promised look has gone beyond its boundary yet, so it is too early to stop."))
