"""A score asked again of the same person: by a letter with a link of its own, or written down after a talk."""

import datetime as dt

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from common.tokens import token_hash
from company.models import User
from company.queries import the_company
from mailing import services as mailing
from mailing.enums import TemplateKind
from mailing.models import MailWave
from surveys.greeting import first_name
from surveys.links import second_link
from surveys.models import Answer, Case, CaseEvent, SecondScore
from surveys.queries import address_of
from surveys.services.answers import PressAgainError, Submission, WaveClosedError

WINDOW = dt.timedelta(days=14)
OPEN_FOR = dt.timedelta(days=60)


class CannotAskError(Exception):
    """There is no first score, no address, or the person has answered already."""


def greeting_of(answer: Answer, locale: str) -> dict[str, str]:
    """Return what a letter in the language calls the answer's author."""
    person = answer.client or answer.contact
    name = first_name(person.name) if person else ""
    with translation.override(locale):
        greeting = _("Hello, %(name)s!") % {"name": name} if name else _("Hello!")
    return {"name": name, "greeting": greeting, "company": the_company().name}


@transaction.atomic
def ask_second_score(*, case: Case, actor: User, now: dt.datetime) -> SecondScore:
    """Write to the critic of a case with a link to score us again; pressed twice, it is one letter."""
    answer = case.answer
    if answer is None or not address_of(answer):
        raise CannotAskError
    link = second_link(f"case-{case.pk}", answer.pk)
    defaults = {"answer": answer, "token_hash": token_hash(link.token), "asked_at": now}
    second, is_new = SecondScore.objects.get_or_create(case=case, defaults=defaults)
    if second.answered_at:
        raise CannotAskError
    letter_kind = TemplateKind.SECOND_SCORE
    mailing.plan_wave(
        kind=letter_kind.value,
        occurrence_key=f"case-{case.pk}",
        letter=mailing.letter_of(kind=letter_kind, locale=answer.locale, name=str(letter_kind.label), actor=actor),
        recipients=[second_recipient(answer, f"case-{case.pk}", greeting_of(answer, answer.locale))],
        not_before=now,
        window_end=now + WINDOW,
        actor=actor,
        keeps_quiet_hours=True,
    )
    if is_new:
        CaseEvent.objects.create(case=case, at=now, author=actor, text=_("A second score was asked for by letter."))
    return second


def second_recipient(answer: Answer, cause: str, context: dict[str, str]) -> mailing.Recipient:
    """Return the answer's author as the outbox takes them."""
    person = answer.client or answer.contact
    return mailing.Recipient(
        address=person.email if person else "",
        name=person.name if person else "",
        external_key=f"answer-{answer.pk}",
        context=context,
        link=second_link(cause, answer.pk),
    )


@transaction.atomic
def note_second_score(*, case: Case, score: int, comment: str, actor: User, now: dt.datetime) -> SecondScore:
    """Write down the score a Client named in a talk; what the Client answered by the link is never overwritten."""
    if case.answer is None:
        raise CannotAskError
    link = second_link(f"case-{case.pk}", case.answer.pk)
    values = {"score": score, "comment": comment, "answered_at": now}
    defaults = {"answer": case.answer, "token_hash": token_hash(link.token), "asked_at": now, **values}
    second, is_new = SecondScore.objects.get_or_create(case=case, defaults=defaults)
    if not is_new and not SecondScore.objects.filter(pk=second.pk, answered_at=None).update(**values):
        raise CannotAskError
    if sent := MailWave.objects.filter(kind=TemplateKind.SECOND_SCORE, occurrence_key=f"case-{case.pk}").first():
        mailing.skip_messages(mail_wave=sent, external_keys=[f"answer-{case.answer.pk}"], reason="answered")
    text = _("In the talk the Client named a second score: %(score)s.") % {"score": score}
    CaseEvent.objects.create(case=case, at=now, author=actor, text=text)
    second.refresh_from_db()
    return second


@transaction.atomic
def record_second_score(*, second: SecondScore, submission: Submission, now: dt.datetime) -> SecondScore:
    """Save or correct what was answered by the link; a machine never overrules a person."""
    locked = SecondScore.objects.select_for_update(of=("self",)).select_related("case").get(pk=second.pk)
    if not takes_second_score(locked, now):
        raise WaveClosedError
    reason = submission.suspect_reason(now)
    values = {"score": submission.values.score, "comment": submission.values.why, "suspect_reason": str(reason)}
    is_same = (locked.score, locked.comment) == (values["score"], values["comment"])
    if is_same and (reason or not locked.suspect_reason):
        return locked
    if reason and locked.answered_at and not locked.suspect_reason:
        raise PressAgainError
    SecondScore.objects.filter(pk=locked.pk).update(answered_at=now, **values)
    if locked.case and not reason:
        text = _("By the link the Client gave a second score: %(score)s.") % {"score": values["score"]}
        CaseEvent.objects.create(case=locked.case, at=now, text=text)
    locked.refresh_from_db()
    return locked


def takes_second_score(second: SecondScore, now: dt.datetime) -> bool:
    """Say whether an answer given now still counts."""
    return now < second.asked_at + OPEN_FOR
