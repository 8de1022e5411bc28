"""The picture of a touchpoint's history: a row for each branch, a mark for each audit."""

from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.charts import Chart, render_chart
from touchpoints.enums import Rating
from touchpoints.queries import Occasion, RatingWords, rating_words

ROW_HEIGHT = 34
LOOKS = {
    Rating.WOW: ("triangle-up", "var(--mk-pos)"),
    Rating.OK: ("square", "var(--mk-data-3)"),
    Rating.AWFUL: ("triangle-down", "var(--mk-neg)"),
}


def history_chart(history: Sequence[Occasion]) -> Chart | None:
    """Draw when each branch was rated how; None while there is nothing to compare."""
    if len(history) < 2:
        return None
    words = rating_words()
    rows = [row_of(occasion, words) for occasion in history]
    columns = [_("When"), _("Where"), _("Rating"), _("Auditors")]
    table = [[row["day_name"], row["branch"], row["label"], occasion.n_marks] for row, occasion in zip(rows, history, strict=True)]
    return Chart(render_chart(spec(rows), rows), conclusion(history), columns, table)


def row_of(occasion: Occasion, words: RatingWords) -> dict[str, Any]:
    """Write one rating as a row of the picture."""
    shape, color = LOOKS[occasion.rating]
    day, place = localdate(occasion.rated_at), occasion.branch.name if occasion.branch else _("The whole company")
    named = date_format(day, "j E Y")
    return {
        "day": day.isoformat(),
        "day_name": named,
        "branch": place,
        "label": words.of(occasion.rating),
        "shape": shape,
        "color": color,
        "words": f"{place}, {named}: {words.of(occasion.rating)}",
    }


def conclusion(history: Sequence[Occasion]) -> str:
    """Say in a sentence what the picture shows."""
    counts = [sum(occasion.rating == rating for occasion in history) for rating in (Rating.WOW, Rating.OK, Rating.AWFUL)]
    text = ngettext(
        "%(n)s rating: %(wow)s at the best level, %(ok)s at the middle one, %(awful)s at the worst",
        "%(n)s ratings: %(wow)s at the best level, %(ok)s at the middle one, %(awful)s at the worst",
        len(history),
    )
    return text % {"n": len(history), "wow": counts[0], "ok": counts[1], "awful": counts[2]}


def spec(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Describe the picture: days across, branches down, the shape and colour say the rating."""
    branches = list(dict.fromkeys(row["branch"] for row in rows))
    return {
        "width": "container",
        "height": ROW_HEIGHT * len(branches),
        "mark": {"type": "point", "aria": True, "size": 110},
        "encoding": {
            "x": {"field": "day", "type": "temporal", "axis": {"format": "%m.%Y", "tickCount": 5}},
            "y": {"field": "branch", "type": "nominal", "sort": sorted(branches), "axis": {"grid": True, "labelLimit": 120}},
            "shape": {"field": "shape", "type": "nominal", "scale": None},
            "color": {"field": "color", "scale": None},
            "description": {"field": "words"},
        },
    }
