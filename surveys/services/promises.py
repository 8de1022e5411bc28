"""Promises: made because Clients asked, told about once they are kept."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction

from common.batches import done_each
from common.tokens import token_hash
from company.models import User
from mailing import services as mailing
from mailing.enums import TemplateKind
from surveys.links import second_link
from surveys.models import Answer, Promise, SecondScore
from surveys.queries import Asker, address_of, askers, untold_promises
from surveys.services.second_scores import greeting_of, second_recipient
from touchpoints.enums import ActionState
from touchpoints.models import Touchpoint
from touchpoints.services import create_action

# Long enough for those who are added late: their letters belong to the same wave of mail.
WINDOW = dt.timedelta(days=365)
LONGEST_QUOTE = 300


@dataclass(frozen=True)
class PromiseWords:
    """What is promised and what the letter about it says."""

    wording: str
    subject: str
    text: str
    locale: str


@dataclass(frozen=True)
class PromisePlan:
    """Who keeps the promise, by when, for how much and where the Client meets it."""

    owner: User
    due_on: dt.date
    cost_cents: int | None = None
    touchpoints: Sequence[Touchpoint] = ()


@transaction.atomic
def create_promise(*, words: PromiseWords, plan: PromisePlan, answers: Iterable[Answer], actor: User, request_key: uuid.UUID) -> Promise:
    """Promise something: an action with an owner and a day, and those who asked. The same form twice is one promise."""
    action = create_action(title=words.wording[:200], actor=actor, request_key=request_key, **vars(plan))
    promise, is_new = Promise.objects.get_or_create(action=action, defaults={**asdict(words), "created_by": actor})
    if is_new:
        promise.asked_by.set(answers)
        Answer.objects.filter(promises=promise, action=None).update(action=action)
    return promise


@transaction.atomic
def change_promise(*, promise: Promise, words: PromiseWords, actor: User) -> bool:
    """Change the words until the letters have been put in the outbox."""
    del actor  # named for the record the audit history will keep
    return bool(Promise.objects.filter(pk=promise.pk, told_at=None).update(**asdict(words)))


@transaction.atomic
def add_askers(*, promise: Promise, answers: Iterable[Answer], actor: User) -> None:
    """Add people who ask for the same; if the promise is kept already, they get their letter too."""
    del actor
    promise.asked_by.add(*answers)


@transaction.atomic
def remove_asker(*, promise: Promise, answer: Answer, actor: User) -> bool:
    """Take somebody out who did not ask for this; who has got the letter stays."""
    del actor
    if promise.second_scores.filter(answer=answer).exists():
        return False
    promise.asked_by.remove(answer)
    return True


def tell_kept_promises(*, now: dt.datetime) -> int:
    """Tell those who asked that it is done; return how many letters were planned. Any number of workers may do it at once."""
    return done_each(untold_promises(), lambda promise: tell_kept_promise(promise=promise, now=now), "telling of a kept promise")


@transaction.atomic
def tell_kept_promise(*, promise: Promise, now: dt.datetime) -> int:
    """Put the letters in the outbox of those who have not been told yet; everybody once, whenever they were added."""
    locked = Promise.objects.select_for_update(of=("self",)).select_related("action").get(pk=promise.pk)
    if locked.action.state != ActionState.DONE:
        return 0
    fresh = [asker for asker in one_per_address(askers(locked)) if asker.second is None]
    if not fresh:
        return 0
    cause = f"promise-{locked.pk}"
    SecondScore.objects.bulk_create(
        SecondScore(answer=asker.answer, promise=locked, token_hash=token_hash(second_link(cause, asker.answer.pk).token), asked_at=now)
        for asker in fresh
    )
    plan_letters(locked, [second_recipient(asker.answer, cause, context_of(locked, asker.answer)) for asker in fresh], now)
    Promise.objects.filter(pk=locked.pk, told_at=None).update(told_at=now)
    return len(fresh)


def one_per_address(people: Iterable[Asker]) -> list[Asker]:
    """Return who can be written to, one for each address; whoever was told already comes first."""
    known = sorted((asker for asker in people if asker.can_be_written_to), key=lambda asker: asker.second is None)
    found: dict[str, Asker] = {}
    for asker in known:
        found.setdefault(address_of(asker.answer), asker)
    return list(found.values())


def plan_letters(promise: Promise, recipients: list[mailing.Recipient], now: dt.datetime) -> None:
    """Plan the letters of a promise; the letter is put together once."""
    mailing.plan_wave(
        kind=TemplateKind.PROMISE_KEPT.value,
        occurrence_key=f"promise-{promise.pk}",
        letter=mailing.letter_of(
            kind=TemplateKind.PROMISE_KEPT,
            locale=promise.locale,
            name=promise.wording,
            actor=promise.created_by,
            subject=promise.subject,
            text=promise.text,
        ),
        recipients=recipients,
        not_before=now,
        window_end=now + WINDOW,
        actor=promise.created_by,
        keeps_quiet_hours=True,
    )


def context_of(promise: Promise, answer: Answer) -> dict[str, str]:
    """Return what fills the letter of one who asked."""
    words = " ".join((answer.ten or answer.why).split())[:LONGEST_QUOTE]
    return {**greeting_of(answer, promise.locale), "promise": promise.wording, "words": words or promise.wording}
