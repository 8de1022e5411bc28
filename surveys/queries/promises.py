"""Promises: who asked, what they are worth to us, whether we kept them and what it changed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower, TruncDate

from clients.models import Client, ClientSum
from mailing.queries import suppressed_addresses
from surveys.formulas.pairs import PairedMovement, paired_movement
from surveys.models import Answer, Contact, Promise, SecondScore
from touchpoints.enums import OPEN_ACTION_STATES, ActionState

TRUSTED = Q(suspect_reason="")
SAME_WISH = Func(Lower(F("ten")), Value(" .!\r\n\t"), function="BTRIM", output_field=TextField())


@dataclass(frozen=True)
class Asker:
    """Somebody who asked for what is promised, by their newest answer that does; `second` is the score asked of them again."""

    answer: Answer
    cents: int | None
    can_be_written_to: bool
    second: SecondScore | None

    @property
    def person(self) -> Client | Contact | None:
        """Who it is; nobody we know by the public link."""
        return self.answer.client or self.answer.contact

    @property
    def must_be_called(self) -> bool:
        """Say whether only the telephone reaches them."""
        may_call = self.person and self.person.phone and not getattr(self.person, "do_not_call", False)
        return bool(may_call and not self.can_be_written_to)


def askers(promise: Promise) -> list[Asker]:
    """Return everybody who asked, once each, the dearest first."""
    answers = promise.asked_by.select_related("client__sum", "contact", "wave").order_by("answered_at", "id")
    newest = {person_key(answer): answer for answer in answers}
    seconds = {person_key(second.answer): second for second in promise.second_scores.select_related("answer")}
    closed = suppressed_addresses(filter(None, map(address_of, newest.values())))
    rows = [
        Asker(answer, cents_of(answer), bool(address_of(answer)) and address_of(answer) not in closed, seconds.get(key))
        for key, answer in newest.items()
    ]
    return sorted(rows, key=lambda row: (row.cents is None, -(row.cents or 0), row.answer.pk))


def person_key(answer: Answer) -> tuple[str, int]:
    """Return what makes two answers one person's."""
    if answer.client_id:
        return "client", answer.client_id
    return ("contact", answer.contact_id) if answer.contact_id else ("answer", answer.pk)


def address_of(answer: Answer) -> str:
    """Return where the answer's author may be written to, in lower case; empty when nowhere."""
    person = answer.client or answer.contact
    return "" if person is None or person.do_not_mail else person.email.strip().lower()


def cents_of(answer: Answer) -> int | None:
    """Return what the answer's author has bought for in all."""
    total: ClientSum | None = getattr(answer.client, "sum", None)
    return total.cents if total else None


def asking_the_same(answer: Answer) -> QuerySet[Answer]:
    """Return the trusted answers of the wave that ask for the same in the same words, case and end marks aside."""
    if not answer.ten:
        return Answer.objects.filter(pk=answer.pk)
    said = Answer.objects.filter(pk=answer.pk).annotate(same=SAME_WISH).values_list("same", flat=True).get()
    return Answer.objects.filter(TRUSTED, wave=answer.wave_id).exclude(ten="").annotate(same=SAME_WISH).filter(same=said)


PROMISE_STATES: dict[str, Q] = {
    "open": Q(action__state__in=OPEN_ACTION_STATES),
    "done": Q(action__state=ActionState.DONE),
    "dropped": Q(action__state=ActionState.DROPPED),
}


def promise_rows(state: str, today: dt.date) -> QuerySet[Promise, Any]:
    """Return promises in a state (`open`, `overdue`, `done`, `dropped`; else all), open ones by date, with how many answered again."""
    rows = Promise.objects.select_related("action__owner").annotate(
        answered=Count("second_scores", filter=Q(second_scores__score__isnull=False, second_scores__suspect_reason=""), distinct=True)
    )
    if state == "overdue":
        rows = rows.filter(PROMISE_STATES["open"], action__due_on__lt=today)
    elif state in PROMISE_STATES:
        rows = rows.filter(PROMISE_STATES[state])
    return rows.order_by("action__due_on", "id") if state in {"open", "overdue"} else rows.order_by("-id")


@dataclass(frozen=True)
class Asked:
    """How many people ask for a promise, and what those of them who bought have bought for."""

    people: int = 0
    cents: int = 0


def asked_for(promises: Iterable[Promise]) -> dict[int, Asked]:
    """Return who asks for each promise, everybody counted once per promise."""
    links = Promise.asked_by.through.objects.filter(promise__in=[promise.pk for promise in promises])
    people: dict[int, set[tuple[str, int]]] = defaultdict(set)
    for promise_id, answer_id, client_id, contact_id in links.values_list(
        "promise_id", "answer_id", "answer__client_id", "answer__contact_id"
    ):
        people[promise_id].add(person_key(Answer(pk=answer_id, client_id=client_id, contact_id=contact_id)))
    clients = {number for keys in people.values() for kind, number in keys if kind == "client"}
    cents = dict(ClientSum.objects.filter(client_id__in=clients).values_list("client_id", "cents"))
    return {
        promise_id: Asked(len(keys), sum(cents.get(number, 0) for kind, number in keys if kind == "client"))
        for promise_id, keys in people.items()
    }


@dataclass(frozen=True)
class PromiseCounts:
    """How many promises there are, how many have come due and how many of those were kept by their day."""

    open: int
    overdue: int
    done: int
    dropped: int
    due: int
    kept: int

    @property
    def kept_share(self) -> float | None:
        """Share of the promises that have come due which were kept in time."""
        return self.kept / self.due if self.due else None


def promise_counts(today: dt.date) -> PromiseCounts:
    """Count promises as of today. Done ahead of the day counts as due and kept; dropped after the day counts as not kept."""
    late = Q(action__due_on__lt=today)
    in_time = PROMISE_STATES["done"] & Q(done_on__lte=F("action__due_on"))
    conditions = {
        "open": PROMISE_STATES["open"],
        "overdue": PROMISE_STATES["open"] & late,
        "done": PROMISE_STATES["done"],
        "dropped": PROMISE_STATES["dropped"],
        "due": PROMISE_STATES["done"] | late,
        "kept": in_time,
    }
    counted = Promise.objects.annotate(done_on=TruncDate("action__done_at")).order_by()
    return PromiseCounts(**counted.aggregate(**{name: Count("id", filter=condition) for name, condition in conditions.items()}))


def movement(promise: Promise | None = None) -> PairedMovement | None:
    """Compare first and second scores of the same people, of one promise or of all promises and cases."""
    seconds = SecondScore.objects.filter(TRUSTED, score__isnull=False, answer__suspect_reason="")
    if promise:
        seconds = seconds.filter(promise=promise)
    return paired_movement([(before, after) for before, after in seconds.values_list("answer__score", "score") if after is not None])


def untold_promises() -> QuerySet[Promise]:
    """Return promises whose action is done and of whose askers somebody with an address has not been asked again."""
    told = SecondScore.objects.filter(promise=OuterRef("promise"), answer=OuterRef("answer"))
    links = Promise.asked_by.through.objects.filter(promise=OuterRef("pk")).filter(~Exists(told))
    client = Q(answer__client__isnull=False, answer__client__do_not_mail=False) & ~Q(answer__client__email="")
    contact = Q(answer__contact__isnull=False, answer__contact__do_not_mail=False) & ~Q(answer__contact__email="")
    return Promise.objects.filter(PROMISE_STATES["done"]).filter(Exists(links.filter(client | contact))).select_related("action")


def promises_of(client: Client) -> QuerySet[Promise]:
    """Return what we promised because the Client asked, newest first."""
    return Promise.objects.filter(asked_by__client=client).select_related("action").distinct().order_by("-id")
