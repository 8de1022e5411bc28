"""Personal letters of a campaign: edited by a person, never two alike, sent once."""

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from churn.enums import CampaignState, ReturnSkip, ReturnState, ReturnWay
from churn.formulas.likeness import letter_hash, words_of
from churn.models import ReturnCampaign, ReturnTurn
from churn.queries import returns
from churn.services.returns import ReturnError
from clients.models import Client
from company.models import User
from mailing import services as mailing
from mailing.enums import MessageState, TemplateKind
from mailing.formulas.placeholders import neutral
from mailing.models import Message
from mailing.queries import draft_in_force

KIND = TemplateKind.WIN_BACK
WINDOW = dt.timedelta(days=3)
LETTER_PLACE = "{letter}"
TO_EDIT = (ReturnState.WAITING, ReturnState.READY)


class LetterConflictError(ReturnError):
    """Somebody else has saved the letter since it was opened."""


@dataclass(frozen=True)
class EditedLetter:
    """What a person made of the draft; `version` is when it had been saved last as they opened it."""

    subject: str
    letter: str
    postal_address: str
    version: dt.datetime | None


@dataclass(frozen=True)
class Sent:
    """How many letters left, and how many people were left in peace instead."""

    sent: int
    skipped: int


def save_letter(*, turn: ReturnTurn, edited: EditedLetter, actor: User, now: dt.datetime) -> None:
    """Save a letter as ready: changed by a person, unlike every other of the campaign, and nobody's words overwritten."""
    names = [turn.client.name]
    if turn.edited_at is None and words_of(edited.letter, names) == words_of(turn.letter, names):
        raise ReturnError(_("This is still the draft. Add at least a line of your own: what only you know about this Client."))
    values = {
        "subject": edited.subject,
        "letter": edited.letter,
        "postal_address": edited.postal_address,
        "letter_hash": letter_hash(edited.letter, names),
        "edited_by": actor,
        "edited_at": now,
        "state": ReturnState.READY,
    }
    open_turn = ReturnTurn.objects.filter(pk=turn.pk, edited_at=edited.version, state__in=TO_EDIT, is_held_out=False)
    try:
        with transaction.atomic():
            saved = open_turn.filter(campaign__state=CampaignState.RUNNING, way__in=returns.WRITTEN_WAYS).update(**values)
    except IntegrityError as error:
        raise ReturnError(_("Another Client of this campaign gets the same words. Change what is about this Client alone.")) from error
    if not saved:
        raise LetterConflictError(_("Somebody else has saved or sent this letter meanwhile. Yours is kept below: compare and save again."))


@transaction.atomic
def tell_by_phone(*, turn: ReturnTurn, actor: User, today: dt.date) -> None:
    """Note that a present critic was called, by anybody but the person they complain of. Leavers are told in the queue."""
    if turn.leaver_id:
        raise ReturnError(_("This Client has left: the call is made and noted in the queue."))
    if turn.client.do_not_call:
        raise ReturnError(_("This Client asked not to be called."))
    keeper = responsible_of(turn)
    if keeper == actor.pk:
        raise ReturnError(_("You look after this Client, and to you nobody tells the truth. Let a colleague call, or write a letter."))
    waiting = ReturnTurn.objects.filter(
        pk=turn.pk, way=ReturnWay.CALL, state=ReturnState.WAITING, is_held_out=False, campaign__state=CampaignState.RUNNING
    )
    if not waiting.update(state=ReturnState.TOLD, told_on=today, told_by=actor, responsible_id=keeper):
        raise ReturnError(_("This Client has been told already."))


def responsible_of(turn: ReturnTurn) -> int | None:
    """Return the user who looks after the Client now."""
    return Client.objects.filter(pk=turn.client_id).values_list("responsible__user", flat=True).first()


def send_letters(*, campaign: ReturnCampaign, actor: User, now: dt.datetime) -> Sent:
    """Put every ready e-mail letter in the outbox, each by itself; repeating sends nothing twice."""
    ready = ReturnTurn.objects.filter(campaign=campaign, state=ReturnState.READY, way=ReturnWay.EMAIL).order_by("pk")
    states = [send_letter(pk=pk, actor=actor, now=now) for pk in ready.values_list("pk", flat=True)]
    return Sent(states.count(ReturnState.TOLD), states.count(ReturnState.SKIPPED))


@transaction.atomic
def send_letter(*, pk: int, actor: User, now: dt.datetime) -> str:
    """Send one letter, or leave the Client in peace if something has changed; return the state it came to, nothing if another did it."""
    turn = ready_turns(ReturnWay.EMAIL).select_for_update(of=("self",)).filter(pk=pk).first()
    if turn is None:
        return ""
    if reason := why_not(turn):
        return settled(turn, state=ReturnState.SKIPPED, skip_reason=reason)
    message = planned(turn, actor, now)
    if message.state == MessageState.SKIPPED:
        return settled(turn, state=ReturnState.SKIPPED, skip_reason=ReturnSkip.DO_NOT_DISTURB, message=message)
    return settled(turn, state=ReturnState.TOLD, told_on=timezone.localdate(now), message=message)


def ready_turns(way: ReturnWay) -> QuerySet[ReturnTurn]:
    """Return the turns whose edited letter may leave."""
    ready = ReturnTurn.objects.filter(state=ReturnState.READY, way=way, is_held_out=False, edited_at__isnull=False)
    return ready.filter(campaign__state=CampaignState.RUNNING).select_related("client__sum", "client__branch", "leaver", "campaign")


def why_not(turn: ReturnTurn) -> str:
    """Return why nothing is to be sent after all."""
    if turn.leaver and returns.has_come_back(turn.leaver, turn.client):
        return ReturnSkip.CAME_BACK
    if turn.way not in returns.ways_for(turn.client):
        return ReturnSkip.DO_NOT_DISTURB if turn.client.do_not_mail or turn.client.email else ReturnSkip.NO_CONTACT
    return ""


def settled(turn: ReturnTurn, **values: object) -> str:
    """Write down what became of the turn and return its state."""
    ReturnTurn.objects.filter(pk=turn.pk).update(**values)
    return str(values["state"])


def planned(turn: ReturnTurn, actor: User, now: dt.datetime) -> Message:
    """Put the letter in the outbox: one wave a turn, since no two letters are alike."""
    name, locale = turn.campaign.name, turn.campaign.locale
    letter = mailing.letter_of(kind=KIND, locale=locale, name=name, actor=actor, subject=subject_of(turn), text=framed(turn.letter, locale))
    branch = turn.client.branch
    wave = mailing.plan_wave(
        kind=KIND,
        occurrence_key=str(turn.pk),
        letter=letter,
        recipients=[
            mailing.Recipient(
                address=turn.client.email, name=turn.client.name, external_key=str(turn.pk), zone=branch.time_zone if branch else ""
            )
        ],
        not_before=now,
        window_end=now + WINDOW,
        actor=actor,
        keeps_quiet_hours=True,
    )
    return Message.objects.get(wave=wave)


def subject_of(turn: ReturnTurn) -> str:
    """Return the subject with braces that fill nothing."""
    return neutral(turn.subject, ())


def framed(letter: str, locale: str) -> str:
    """Put a letter into the company's frame of this kind; a frame without a place for it would lose it, so it goes on top."""
    frame, words = draft_in_force(KIND, locale).text, neutral(letter, ())
    return frame.replace(LETTER_PLACE, words) if LETTER_PLACE in frame else f"{words}\n\n{frame}"


@transaction.atomic
def mark_posted(*, campaign: ReturnCampaign, turns: list[int], actor: User, today: dt.date) -> int:
    """Note that printed letters were put into the post; return how many."""
    del actor
    printed = ready_turns(ReturnWay.POST).filter(campaign=campaign, pk__in=turns).exclude(postal_address="")
    return ReturnTurn.objects.filter(pk__in=list(printed.values_list("pk", flat=True)), state=ReturnState.READY).update(
        state=ReturnState.TOLD, told_on=today
    )
