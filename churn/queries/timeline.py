"""Everything that happened between a Client and us, in one line of time."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from churn.enums import CallOutcome, LeaverState, ReturnState
from churn.models import ExitCall, Leaver, ReturnTurn
from clients.enums import IncidentKind
from clients.models import Client, Incident
from clients.queries import incidents_of
from mailing.queries import letters_to
from surveys.enums import AnswerGroup, CaseState
from surveys.models import SecondScore
from surveys.queries import answers_of, cases_of, promises_of
from touchpoints.enums import ActionState

EACH = 20
GROUP_TONES = {AnswerGroup.PROMOTER: "pos", AnswerGroup.PASSIVE: "pas", AnswerGroup.DETRACTOR: "neg"}


@dataclass(frozen=True)
class Happening:
    """One line: a score or an icon, the Client's words or ours, and what it was."""

    day: dt.date
    what: str
    icon: str = ""
    score: int | None = None
    tone: str = ""
    words: str = ""
    note: str = ""
    chips: list[str] = field(default_factory=list)
    by: str = ""
    incident: Incident | None = None


def timeline_of(client: Client, *, leaver: Leaver) -> list[Happening]:
    """Return what happened, newest first; of each kind the last twenty."""
    sources: list[Callable[[Client], Iterator[Happening]]] = [answers, cases, incidents, promises, letters, second_scores, calls, turns]
    happenings = [happening for source in sources for happening in source(client)]
    happenings += leavings(client, leaver)
    return sorted(happenings, key=lambda happening: happening.day, reverse=True)


def local_day(moment: dt.datetime) -> dt.date:
    """Return the day by the company's clock."""
    return timezone.localtime(moment).date()


def tone_of(score: int) -> str:
    """Return the colour of a score."""
    return GROUP_TONES[AnswerGroup.of(score)]


def answers(client: Client) -> Iterator[Happening]:
    """Say what the Client answered."""
    for answer in answers_of(client)[:EACH]:
        words = " ".join(filter(None, [answer.why, answer.ten]))
        note = "" if words else _("without words")
        yield Happening(local_day(answer.answered_at), "NPS", score=answer.score, tone=tone_of(answer.score), words=words, note=note)


def cases(client: Client) -> Iterator[Happening]:
    """Say who took care of the Client and how it ended."""
    for case in cases_of(client)[:EACH]:
        is_closed = case.state == CaseState.CLOSED
        note = ": ".join(filter(None, [case.get_outcome_display(), case.closing_note])) if is_closed else case.get_state_display()
        day = local_day(case.closed_at or case.created_at)
        yield Happening(day, pgettext("dossier", "case"), icon="message-circle-warning", tone="pas", note=note, by=str(case.owner))


def incidents(client: Client) -> Iterator[Happening]:
    """Say what went wrong and what we did about it."""
    for incident in incidents_of(client)[:EACH]:
        icon = "flame" if incident.kind == IncidentKind.CONFLICT else "triangle-alert"
        yield Happening(
            incident.happened_on,
            incident.get_kind_display(),
            icon=icon,
            tone="pas" if incident.settled_on else "neg",
            note=incident.words,
            incident=incident,
        )


def promises(client: Client) -> Iterator[Happening]:
    """Say what we promised because the Client asked, and whether it is done."""
    for promise in promises_of(client)[:EACH]:
        is_done = promise.action.state == ActionState.DONE
        day = local_day(promise.action.done_at) if is_done and promise.action.done_at else local_day(promise.created_at)
        tone = "pos" if is_done else "pas"
        chips = [str(promise.action.get_state_display())]
        yield Happening(day, pgettext("dossier", "our promise"), icon="handshake", tone=tone, note=promise.wording, chips=chips)


def letters(client: Client) -> Iterator[Happening]:
    """Say what we wrote to the Client."""
    for letter in letters_to(client.email, EACH):
        chips = [_("not delivered")] if letter.has_bounced else []
        yield Happening(local_day(letter.sent_at), pgettext("dossier", "letter"), icon="mail", note=letter.subject, chips=chips)


def second_scores(client: Client) -> Iterator[Happening]:
    """Say how the Client judged us after we had put something right."""
    seconds = SecondScore.objects.filter(answer__client=client, score__isnull=False, suspect_reason="").order_by("-answered_at")
    for second in seconds.select_related("answer")[:EACH]:
        score = second.score if second.score is not None else second.answer.score
        day = local_day(second.answered_at or second.asked_at)
        note = _("was %(score)s") % {"score": second.answer.score}
        yield Happening(day, _("second score"), score=score, tone=tone_of(score), words=second.comment, note=note)


CALL_ICONS = {CallOutcome.TALKED: "phone", CallOutcome.NO_ANSWER: "phone-missed", CallOutcome.LATER: "clock"}


def calls(client: Client) -> Iterator[Happening]:
    """Say what came of the calls after every leaving."""
    rows = ExitCall.objects.filter(leaver__client=client).select_related("caller", "action").prefetch_related("reasons")
    for call in rows[:EACH]:
        chips = [str(reason) for reason in call.reasons.all()] + ([call.exception_reason] if call.exception_reason else [])
        promised = _("would return when: %(condition)s") % {"condition": call.return_condition} if call.return_condition else ""
        note = ". ".join(filter(None, ["" if call.words else str(call.get_outcome_display()), promised]))
        yield Happening(
            local_day(call.called_at),
            _("call, attempt %(n)s") % {"n": call.attempt},
            icon="" if call.second_score is not None else CALL_ICONS[CallOutcome(call.outcome)],
            score=call.second_score,
            tone="" if call.second_score is None else tone_of(call.second_score),
            words=call.words,
            note=note,
            chips=chips + ([_("rehearsal")] if call.is_rehearsal else []),
            by=str(call.caller),
        )


def turns(client: Client) -> Iterator[Happening]:
    """Say when we told the Client what we have fixed. Who is held out was told nothing, so nothing is said."""
    told = ReturnTurn.objects.filter(client=client, state=ReturnState.TOLD, is_held_out=False).select_related("campaign")
    for turn in told.order_by("-told_on")[:EACH]:
        if turn.told_on:
            what = _("we said it is fixed")
            yield Happening(turn.told_on, what, icon="wrench", tone="pos", note=turn.campaign.fixed, chips=[str(turn.get_way_display())])


def leavings(client: Client, leaver: Leaver) -> Iterator[Happening]:
    """Say when the Client left before, and came back."""
    earlier = Leaver.objects.filter(client=client).exclude(pk=leaver.pk).select_related("responsible")
    for row in earlier[:EACH]:
        by = str(row.responsible or "")
        yield Happening(row.left_on, _("left before"), icon="log-out", tone="neg", note=row.told_note, by=by)
        if row.returned_on and row.state == LeaverState.RETURNED:
            yield Happening(row.returned_on, _("came back"), icon="undo-2", tone="pos")
