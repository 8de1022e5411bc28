"""What the demo firm promised because Clients asked: one promise kept and told about, one open, one late."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
from django.db.models import Q

from clients.models import Client
from common.tokens import token_hash
from company.models import User
from mailing.enums import TemplateKind
from mailing.services import letter_of
from programme.demo.firm import MANAGER
from programme.demo.post import Posted, post
from surveys.models import Answer, Promise, SecondScore
from surveys.services import context_of, second_link
from touchpoints.enums import ActionState
from touchpoints.models import Action

WINDOW = dt.timedelta(days=365)
ANSWERING = 0.75


@dataclass(frozen=True)
class Promised:
    """A promise, the action that keeps it and the words by which its askers are known."""

    action: str
    wording: str
    text: str
    asked: tuple[str, ...]


TOLD = "{greeting}\n\nВы написали нам: «{words}»\n\nМы сделали: {promise}.\n\nСтало лучше? Поставьте нам новую оценку."
PROMISES = (
    Promised(
        "Возить и выдавать заказы до девяти вечера",
        "Привозим и выдаём заказы до девяти вечера",
        TOLD,
        ("Привозить вечером", "Работать до девяти", "после восьми вечера", "опоздал на два часа", "Чистят хорошо, но ждать"),
    ),
    Promised(
        "Предупреждать о задержке накануне",
        "Если не успеваем, предупредим накануне",
        TOLD,
        ("Предупреждать о задержке", "Звонить, если не успеваете", "Обещали к пятнице"),
    ),
    Promised(
        "Дописать в СМС адрес, часы и сумму",
        "В СМС о готовности будут адрес, часы и сумма",
        TOLD,
        ("СМС адрес", "СМС о готовности пришла"),
    ),
)


def create_promises(random: np.random.Generator, now: dt.datetime) -> None:
    """Save the promises with those who asked; of the kept one also the letters and the second scores."""
    manager = User.objects.get(email=MANAGER)
    for promised in PROMISES:
        action = Action.objects.get(title=promised.action)
        promise = Promise.objects.create(
            action=action,
            wording=promised.wording,
            subject="Вы просили, мы сделали",
            text=promised.text,
            created_by=manager,
        )
        until = action.done_at or now
        askers = answers_asking(promised, until)
        promise.asked_by.set(askers)
        Answer.objects.filter(pk__in=[answer.pk for answer in askers], action=None).update(action=action)
        if action.state == ActionState.DONE:
            tell(random, promise, askers, until + dt.timedelta(hours=2), now)


def answers_asking(promised: Promised, until: dt.datetime) -> list[Answer]:
    """Return the newest answer of every Client who asked for it before the moment."""
    words = Q()
    for said in promised.asked:
        words |= Q(why__contains=said) | Q(ten__contains=said)
    found = Answer.objects.filter(words, client__isnull=False, answered_at__lt=until).exclude(client__email="")
    newest = {answer.client_id: answer for answer in found.select_related("client").order_by("answered_at", "pk")}
    return sorted(newest.values(), key=lambda answer: answer.pk)


def tell(random: np.random.Generator, promise: Promise, askers: list[Answer], at: dt.datetime, now: dt.datetime) -> None:
    """Save the letters to those who asked and the scores they gave again."""
    cause = f"promise-{promise.pk}"
    letter = letter_of(
        kind=TemplateKind.PROMISE_KEPT,
        locale="ru",
        name=promise.wording,
        actor=promise.created_by,
        subject=promise.subject,
        text=promise.text,
    )
    letters = [posted(promise, answer, cause, at) for answer in askers]
    if not letters:
        return
    kind = TemplateKind.PROMISE_KEPT.value
    post(kind=kind, occurrence=cause, letter=letter, letters=letters, ends=at + WINDOW, actor=promise.created_by)
    promise.told_at = at
    promise.save(update_fields=["told_at"])
    SecondScore.objects.bulk_create(draw_second(random, promise, answer, now) for answer in askers)


def posted(promise: Promise, answer: Answer, cause: str, at: dt.datetime) -> Posted:
    """Return the letter to one who asked."""
    client = answer.client or Client()
    return Posted(
        address=client.email,
        name=client.name,
        key=f"answer-{answer.pk}",
        at=at,
        context=context_of(promise, answer),
        link=second_link(cause, answer.pk),
    )


def draw_second(random: np.random.Generator, promise: Promise, answer: Answer, now: dt.datetime) -> SecondScore:
    """Return the score asked again: three of four answer, most of them a point or three kinder."""
    at = promise.told_at or now
    moved = answer.score + int(random.choice((-1, 0, 1, 2, 3), p=(0.08, 0.22, 0.3, 0.25, 0.15)))
    answered_at = at + dt.timedelta(hours=float(2 + random.exponential(30)))
    has_answered = bool(random.random() < ANSWERING) and answered_at < now
    return SecondScore(
        answer=answer,
        promise=promise,
        token_hash=token_hash(second_link(f"promise-{promise.pk}", answer.pk).token),
        score=min(10, max(0, moved)) if has_answered else None,
        asked_at=at,
        answered_at=answered_at if has_answered else None,
    )
