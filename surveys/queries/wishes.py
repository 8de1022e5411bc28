"""What would make it a 10: wishes of critics and neutrals, those that say the same put together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Func, Max, TextField, Value
from django.db.models.functions import Lower

from surveys.enums import FIRST_PASSIVE, FIRST_PROMOTER, AnswerGroup, SurveyAudience
from surveys.formulas.lemmas import Matcher, content_lemmas
from surveys.formulas.wishes import group_near
from surveys.models import Answer, Theme, Wave
from surveys.queries.comments import GROUP_CONDITIONS, TRUSTED

READ_AT_MOST = 5000
WORDINGS_AT_MOST = 500
NAMED_AT_MOST = 300


@dataclass(frozen=True)
class Wish:
    """One thing critics and neutrals ask for, in their words; `answer_pk` is the newest answer that says it."""

    text: str
    count: int
    detractors: int
    passives: int
    answer_pk: int
    action: str | None


@dataclass(frozen=True)
class Asked:
    """One answer that asks for something."""

    pk: int
    text: str
    score: int
    client: int | None
    cents: int | None
    action: str | None


@dataclass(frozen=True)
class WishGroup:
    """Answers that ask for the same; money is what those who ask have brought, each Client counted once."""

    answers: tuple[Asked, ...]

    @property
    def text(self) -> str:
        """The most frequent wording, of equals the newest."""
        same = Counter(same_wording(one.text) for one in self.answers).most_common(1)[0][0]
        return next(one.text for one in self.answers if same_wording(one.text) == same)

    @property
    def count(self) -> int:
        """How many ask for it."""
        return len(self.answers)

    @property
    def detractors(self) -> int:
        """How many of them are critics."""
        return sum(one.score < FIRST_PASSIVE for one in self.answers)

    @property
    def passives(self) -> int:
        """How many of them are neutrals."""
        return self.count - self.detractors

    @property
    def cents(self) -> int:
        """Money that those who ask have brought."""
        return sum({one.client: one.cents or 0 for one in self.answers if one.client}.values())

    @property
    def answer_pk(self) -> int:
        """The newest answer that nobody made an action of, else the newest."""
        return next((one.pk for one in self.answers if not one.action), self.answers[0].pk)

    @property
    def answers_line(self) -> str:
        """Those who ask for it as an address names them, newest first; an address holds only so many."""
        return ",".join(str(one.pk) for one in self.answers[:NAMED_AT_MOST])

    @property
    def action(self) -> str | None:
        """What is being done about it."""
        return next((one.action for one in self.answers if one.action), None)


@dataclass(frozen=True)
class ThemeWishes:
    """What is asked for within one theme; without a theme stands what the dictionary does not know."""

    theme: Theme | None
    groups: tuple[WishGroup, ...]

    @property
    def count(self) -> int:
        """How many ask for something here."""
        return sum(group.count for group in self.groups)

    @property
    def cents(self) -> int:
        """Money that those who ask have brought, each Client counted once."""
        return WishGroup(tuple(one for group in self.groups for one in group.answers)).cents


@dataclass(frozen=True)
class WishList:
    """The whole list; `is_cut` says that older wishes than the newest five thousand were not read."""

    themes: tuple[ThemeWishes, ...]
    asked: int
    is_cut: bool


def same_wording(text: str) -> str:
    """Return a wish without what makes no difference: case and end marks."""
    return text.lower().strip(" .!\r\n\t")


def wish_list(*, wave: Wave | None = None) -> WishList:
    """Return what Clients ask for, in one wave or over all, grouped by theme; in two queries."""
    asked = read_asked(wave)
    themes = {theme.pk: theme for theme in Theme.objects.all()}
    matcher = Matcher.of({theme.pk: theme.words for theme in themes.values()})
    by_theme: dict[int | None, list[WishGroup]] = defaultdict(list)
    for group in wish_groups(asked[:READ_AT_MOST]):
        by_theme[theme_of(group, matcher)].append(group)
    parts = [ThemeWishes(themes[key] if key else None, tuple(groups)) for key, groups in by_theme.items()]
    parts.sort(key=lambda part: (part.theme is None, -part.count, -part.cents))
    return WishList(tuple(parts), len(asked[:READ_AT_MOST]), len(asked) > READ_AT_MOST)


def read_asked(wave: Wave | None) -> list[Asked]:
    """Return the newest wishes of Clients, one more than is used."""
    asked = Answer.objects.filter(TRUSTED, score__lt=FIRST_PROMOTER, wave__audience=SurveyAudience.CLIENTS).exclude(ten="")
    if wave:
        asked = asked.filter(wave=wave)
    fields = ("pk", "ten", "score", "client", "client__sum__cents", "action__title")
    return [Asked(*row) for row in asked.values_list(*fields)[: READ_AT_MOST + 1]]


def wish_groups(asked: Sequence[Asked]) -> list[WishGroup]:
    """Put wishes together that say the same, the most asked for first, of equals the dearer."""
    wordings: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        wordings[same_wording(one.text)].append(one)
    leading = sorted(wordings.values(), key=len, reverse=True)
    places = group_near([content_lemmas(answers[0].text) for answers in leading])
    groups = [WishGroup(tuple(sorted((one for at in group for one in leading[at]), key=lambda one: -one.pk))) for group in places]
    return sorted(groups, key=lambda group: (-group.count, -group.cents))


def theme_of(group: WishGroup, matcher: Matcher) -> int | None:
    """Return the theme most of the group's wishes name first."""
    found = Counter(themes[0] for one in group.answers if (themes := matcher.find(one.text)))
    return found.most_common(1)[0][0] if found else None


def wishes(wave: Wave, limit: int) -> list[Wish]:
    """Return what would make it a 10, the most frequent first; wordings alike are counted by the database, near ones put together."""
    found = wordings(wave)
    groups = group_near([content_lemmas(row["text"]) for row in found])
    merged = [merge([found[at] for at in group]) for group in groups]
    return sorted(merged, key=lambda wish: (-wish.count, -wish.answer_pk))[:limit]


def wordings(wave: Wave) -> list[dict[str, Any]]:
    """Return the most frequent wordings of a wave's wishes; they are the same when only case and end marks differ."""
    asked = Answer.objects.filter(TRUSTED, wave=wave, score__lt=FIRST_PROMOTER).exclude(ten="").order_by()
    same = Func(Lower(F("ten")), Value(" .!\r\n\t"), function="BTRIM", output_field=TextField())
    parts = {
        "detractors": Count("id", filter=GROUP_CONDITIONS[AnswerGroup.DETRACTOR]),
        "passives": Count("id", filter=GROUP_CONDITIONS[AnswerGroup.PASSIVE]),
    }
    said = {"text": Max("ten"), "answer_pk": Max("id"), "action": Max("action__title")}
    grouped = asked.annotate(same=same).values("same").annotate(count=Count("id"), **parts, **said)
    return [dict(row) for row in grouped.order_by(F("count").desc(), F("answer_pk").desc())[:WORDINGS_AT_MOST]]


def merge(rows: Sequence[dict[str, Any]]) -> Wish:
    """Make one wish of several wordings; the most frequent one speaks for all."""
    return Wish(
        text=rows[0]["text"],
        count=total(rows, "count"),
        detractors=total(rows, "detractors"),
        passives=total(rows, "passives"),
        answer_pk=max(row["answer_pk"] for row in rows),
        action=next((row["action"] for row in rows if row["action"]), None),
    )


def total(rows: Iterable[dict[str, Any]], name: str) -> int:
    """Add up one column."""
    return sum(row[name] for row in rows)
