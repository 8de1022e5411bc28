"""Reads of lessons: who came, and whether they bought later."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import CharField, Count, Exists, F, Func, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Lower

from clients.models import Client, ClientDay, ClientSum
from common.proportions import wilson_interval
from common.tables.cells import looks_like_email, looks_like_phone, read_email, read_phone
from common.tables.refusals import CellError
from touchpoints.models import Lesson

WINDOW_DAYS = 90
PHONE_TAIL = 10
LEAST_TO_JUDGE = 10
"""With fewer Clients a share says nothing."""
LINES_AT_ONCE = 1000
NEWLINES = re.compile(r"[\n\r]+")
PEOPLE = re.compile(r"[;,]+")
CELLS = re.compile(r"[\t,;]+")
BULLET = re.compile(r"^\s*(?:[•·*–—-]|\d{1,3}[.)])\s+")
EMAIL = re.compile(r"[^\s<>()\[\],;:\"'«»]+@[^\s<>()\[\],;:\"'«»]+")
PHONE = re.compile(r"\+?\(?\d[\d\s()\-.\u00a0]{7,}\d")
AROUND = " \"'«»<>()[]•·*–—-:.,"


def lessons() -> QuerySet[Lesson]:
    """Return lessons, newest first, with how many came."""
    return (
        Lesson.objects.select_related("segment")
        .annotate(listed=Count("clients"))
        .annotate(came=F("listed") + F("others"))
        .order_by("-held_on", "-pk")
    )


# ---- who came


@dataclass
class Attendee:
    """One pasted line: what in it may name a Client."""

    line: str
    email: str = ""
    phone: str = ""
    words: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class WhoCame:
    """Clients recognised in a pasted list, the lines nobody was found for, and those that fit several Clients."""

    clients: tuple[Client, ...]
    unknown: tuple[str, ...]
    doubtful: tuple[str, ...]

    @property
    def left(self) -> tuple[str, ...]:
        """Return the lines that named nobody for sure."""
        return self.unknown + self.doubtful


def lines_of(text: str) -> list[str]:
    """Return the lines of a pasted list, each once, without blank ones; people side by side in one line stand apart."""
    parts = (part.strip() for line in NEWLINES.split(text.replace("\0", "")) for part in people_of(line))
    return list(dict.fromkeys(filter(None, parts)))


def people_of(line: str) -> list[str]:
    """Split a line that names several people; the cells of one person stay together."""
    contacts = len(EMAIL.findall(line)), len(PHONE.findall(line))
    if max(contacts) > 1:
        return PEOPLE.split(line)
    return [line] if any(contacts) else line.split(";")


def attendee(line: str, region: str) -> Attendee:
    """Find an e-mail, a phone and other words in a line, whatever stands around them; cells of a copied table stand apart."""
    found = Attendee(line)
    bare = BULLET.sub("", line)
    found.email = next((read_email(text) or "" for text in EMAIL.findall(bare) if looks_like_email(text)), "")
    numbers = (phone_of(text, region) for text in PHONE.findall(EMAIL.sub(" ", bare)) if looks_like_phone(text))
    found.phone = next(filter(None, numbers), "")
    words = [part for cell in CELLS.split(bare) for part in (cell, PHONE.sub(" ", EMAIL.sub(" ", cell)).strip(AROUND))]
    found.words = list(dict.fromkeys(filter(None, (" ".join(word.split()) for word in words))))
    return found


def orders_of(name: str) -> set[str]:
    """Return a name in small letters as it is and with the surname moved from one end to the other."""
    words = name.lower().split()
    turns = range(len(words)) if len(words) in {2, 3} else range(1)
    return {" ".join(words[turn:] + words[:turn]) for turn in turns}


def phone_of(text: str, region: str) -> str:
    """Return the number in E.164; nothing when it cannot be one."""
    try:
        read = read_phone(text, region)
    except CellError:
        return ""
    return read.number if read else ""


def who_came(text: str, region: str) -> WhoCame:
    """Recognise Clients by e-mail, phone, number in the company's system or full name, the surest first."""
    asked = [attendee(line, region) for line in lines_of(text)]
    known = Directory(asked)
    matches = [(one, known.clients_of(one)) for one in asked]
    return WhoCame(
        clients=tuple({found[0].pk: found[0] for _one, found in matches if len(found) == 1}.values()),
        unknown=tuple(one.line for one, found in matches if not found),
        doubtful=tuple(one.line for one, found in matches if len(found) > 1),
    )


class Directory:
    """Clients that some pasted lines may mean, found in four queries however many lines there are."""

    def __init__(self, asked: Iterable[Attendee]) -> None:
        people = list(asked)
        words = {word for one in people for word in one.words}
        clients = Client.objects.order_by("pk")
        tails = {one.phone[-PHONE_TAIL:] for one in people if one.phone}
        by_tail = (
            clients.alias(tail=Func(F("phone"), Value(PHONE_TAIL), function="right", output_field=CharField()))
            .exclude(phone="")
            .filter(tail__in=tails)
        )
        self.phones = grouped(by_tail, "phone")
        self.emails = grouped(clients.filter(email__in={one.email for one in people if one.email}), "email")
        self.numbers = grouped(clients.filter(external_id__in=words), "external_id")
        named = clients.annotate(low=Lower("name")).filter(low__in={order for word in words for order in orders_of(word)})
        self.names = grouped(named, "low")

    def clients_of(self, one: Attendee) -> list[Client]:
        """Return the Clients a line may mean."""
        sure = self.emails.get(one.email) or self.phones.get(one.phone)
        if sure:
            return sure
        numbered = next((self.numbers[word] for word in one.words if word in self.numbers), None)
        if numbered:
            return numbered
        named = (client for word in one.words for order in orders_of(word) for client in self.names.get(order, []))
        return list({client.pk: client for client in named}.values())


def grouped(clients: Iterable[Client], name: str) -> dict[str, list[Client]]:
    """Return Clients by what they are known by."""
    found: dict[str, list[Client]] = {}
    for client in clients:
        found.setdefault(getattr(client, name), []).append(client)
    return found


# ---- did they buy later


@dataclass(frozen=True)
class BoughtLater:
    """How many of the listed Clients bought within so many days before and after, and until when purchases are known."""

    listed: int
    before: int
    after: int
    ends_on: dt.date
    known_until: dt.date | None

    @property
    def is_over(self) -> bool:
        """Say whether the days after have passed and their purchases are loaded."""
        return self.known_until is not None and self.known_until >= self.ends_on

    @property
    def is_judged(self) -> bool:
        """Say whether a share means anything."""
        return self.is_over and self.listed >= LEAST_TO_JUDGE

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the share who bought after."""
        return wilson_interval(self.after, self.listed)


def bought_later(lesson: Lesson, today: dt.date) -> BoughtLater:
    """Count the purchases of those who came, as long before the lesson as after it; its own day belongs to neither."""
    window = dt.timedelta(days=WINDOW_DAYS)
    last = ClientSum.objects.aggregate(last=Max("last_day"))["last"]
    seen = lesson.clients.aggregate(
        listed=Count("pk"),
        before=Count("pk", filter=bought(Q(day__gte=lesson.held_on - window, day__lt=lesson.held_on))),
        after=Count("pk", filter=bought(Q(day__gt=lesson.held_on, day__lte=lesson.held_on + window))),
    )
    return BoughtLater(**seen, ends_on=lesson.held_on + window, known_until=min(last, today) if last else None)


def bought(days: Q) -> Exists:
    """Return the condition that a Client bought on one of the days."""
    return Exists(ClientDay.objects.filter(days, client=OuterRef("pk"), n__gt=0))
