"""What a wave's NPS consists of: by branch, segment, way of asking and theme."""

from collections import defaultdict
from enum import StrEnum
from fractions import Fraction

from django.db import connection

from surveys.enums import AnswerMode
from surveys.formulas.drivers import NOTHING, Driver, Part, contributions
from surveys.formulas.nps import NpsCounts
from surveys.models import Wave
from surveys.queries.tally import group_counts, tallies

THEMES = """
SELECT theme.name, shared.k, shared.side, count(*) FROM (
    SELECT answer.id, count(*) OVER (PARTITION BY answer.id) AS k, marked.theme_id,
           CASE WHEN answer.score >= 9 THEN 1 WHEN answer.score >= 7 THEN 0 ELSE -1 END AS side
    FROM surveys_answer AS answer JOIN surveys_answer_themes AS marked ON marked.answer_id = answer.id
    WHERE answer.wave_id = %s AND answer.suspect_reason = ''
) AS shared JOIN surveys_theme AS theme ON theme.id = shared.theme_id GROUP BY 1, 2, 3
"""


class Cut(StrEnum):
    """By what NPS is taken apart."""

    BRANCH = "branch"
    SEGMENT = "segment"
    MODE = "mode"
    THEME = "theme"


def drivers(wave: Wave, before: Wave | None, cut: Cut) -> list[Driver]:
    """Return every part's contribution to NPS and to its change since the wave before; they add up to both."""
    waves = [wave, before] if before else [wave]
    parts = theme_parts(waves) if cut == Cut.THEME else counted_parts(waves, cut)
    return contributions(parts[wave.pk], parts[before.pk] if before else None)


def counted_parts(waves: list[Wave], cut: Cut) -> dict[int, dict[str, Part]]:
    """Return the parts of every wave by branch, segment or way of asking."""
    counted = group_counts(waves, "channel" if cut == Cut.MODE else cut.value)
    return {wave.pk: parts_of(by_mode(groups) if cut == Cut.MODE else groups) for wave in waves for groups in [counted.get(wave.pk, {})]}


def by_mode(channels: dict[str, NpsCounts]) -> dict[str, NpsCounts]:
    """Put channels together into ways of asking."""
    found: dict[str, NpsCounts] = defaultdict(NpsCounts)
    for channel, counts in channels.items():
        found[AnswerMode.of(channel).value] += counts
    return found


def parts_of(groups: dict[str, NpsCounts]) -> dict[str, Part]:
    """Return counts as parts."""
    return {name: Part(Fraction(counts.net), Fraction(counts.n)) for name, counts in groups.items()}


def theme_parts(waves: list[Wave]) -> dict[int, dict[str, Part]]:
    """Return the parts of every wave by theme; an answer is shared equally by its themes, one without any is under an empty name."""
    counted = tallies(waves)
    return {wave.pk: with_rest(themes_of(wave), counted[wave.pk].counts) for wave in waves}


def themes_of(wave: Wave) -> dict[str, Part]:
    """Return the themes of a wave's answers."""
    found: dict[str, Part] = defaultdict(lambda: NOTHING)
    with connection.cursor() as cursor:
        cursor.execute(THEMES, [wave.pk])
        for name, k, side, count in cursor.fetchall():
            found[name] = Part(found[name].net + Fraction(side * count, k), found[name].n + Fraction(count, k))
    return dict(found)


def with_rest(parts: dict[str, Part], counts: NpsCounts) -> dict[str, Part]:
    """Add the answers that name no theme."""
    net = counts.net - sum((part.net for part in parts.values()), Fraction(0))
    return {**parts, "": Part(net, counts.n - sum((part.n for part in parts.values()), Fraction(0)))}
