"""What is wrong with a file of Clients or with one of its cells, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.tables import explain

CELLS: explain.Words = explain.CELLS | {
    "client_exists": _("Already here as “%(detail)s”"),
    "extra_cells": _("More cells than the header has: a stray delimiter?"),
    "id_repeated": _("Line %(detail)s says another person of this number"),
    "is_return": _("A minus: we count it as a return"),
    "namesakes": _("Several Clients are called so: add a number or a phone"),
    "no_amount": _("No amount"),
    "no_day": _("No date"),
    "no_sender": _("No Client has this number: loaded without who sent them"),
    "own_sender": _("Nobody sends themselves: loaded without who sent them"),
    "two_phones": _("Two numbers: we take %(detail)s"),
    "unknown_client": _("Whose is it? No number, name, phone or e-mail"),
}
FILES: explain.Words = explain.FILES | {
    "built_upon": _("A later load, “%(value)s”, relies on this one. Undo that one first."),
    "bought_since": _(
        "Clients of this load have bought since, by hand or by other files (%(detail)s Clients), so it cannot be undone exactly."
    ),
    "gave_up": _("The work stopped three times and was given up. Nothing was loaded; the file is here, try again."),
    "in_use": _("Clients of this load are already used elsewhere (%(value)s), so it cannot be undone exactly."),
    "too_many_names": _("This column would add %(detail)s new entries, such as “%(value)s”. It seems to be another column."),
    "too_many_problems": _("More than %(detail)s rows have remarks by line %(line)s. Some column is probably not what it is said to be."),
}


def explain_cell(code: str, detail: str = "") -> str:
    """Return a few words for a cell."""
    return explain.explain_cell(code, detail, CELLS)


def explain_file(error: Mapping[str, Any], headers: list[str] | None = None) -> str:
    """Return a sentence for a refused file, with the column it is about."""
    return explain.explain_file(error, headers, FILES)
