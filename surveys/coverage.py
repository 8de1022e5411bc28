"""Coverage in words: rules by name, columns of files, how the numbers came about."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.money import group_digits
from surveys.models import Invitation, Wave
from surveys.queries import Coverage

RULE_WORDS: dict[str, Promise] = {
    "branches": gettext_lazy("other branches"),
    "segments": gettext_lazy("other segments"),
    "bands": gettext_lazy("other value bands"),
    "channels": gettext_lazy("came from elsewhere"),
    "active_within_days": gettext_lazy("bought longer ago"),
}


def coverage_rows(wave: Wave, found: Coverage) -> list[dict[str, Any]]:
    """Return the steps from the base to the letters; each says what it takes away and who decided it."""
    author = str(wave.created_by or "")
    outside = [{"label": RULE_WORDS[rule], "n": n, "by": author, "tone": ""} for rule, n in found.outside]
    skipped = [{"label": reason.label, "n": n, "by": "", "reason": reason.value} for reason, n in found.skipped]
    late = _("fit the rules by today's card only") if wave.planned_at else _("their turn has not come")
    waiting = [{"label": late, "n": found.waiting, "by": ""}] if found.waiting else []
    return outside + skipped + waiting


def coverage_words(found: Coverage, now: dt.datetime) -> dict[str, object]:
    """Explain the numbers."""
    return {
        "formula": _("base − outside the rules − left out = letters"),
        "rows": [
            (_("in the base"), group_digits(found.base)),
            (_("in the audience"), group_digits(found.audience)),
            (_("letters"), group_digits(found.letters)),
        ],
        "text": _(
            "Rules are applied one after another, so everybody is counted once, by today's cards. "
            "Money is everything a Client has brought in so far. For those without a letter the score is the last one they gave in other "
            "waves of the two years before; who never answered is in no score."
        ),
        "as_of": date_format(localtime(now), "j E Y H:i"),
    }


def skipped_heads() -> list[str]:
    """Return the heads of the columns of those without a letter."""
    return [_("Who"), _("Phone"), _("E-mail"), _("Why no letter"), _("Answered")]


def skipped_rows(found: Iterable[Invitation]) -> Iterator[list[Any]]:
    """Yield those without a letter."""
    for invitation in found:
        person = invitation.person
        has_answered = getattr(invitation, "has_answered", False)
        yield [person.name, person.phone, person.email, str(invitation.get_skip_reason_display()), _("yes") if has_answered else ""]
