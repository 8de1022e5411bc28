"""What is wrong with a file or a cell, in words: what happened and what to do."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

Words = Mapping[str, str | Promise]
CELLS: dict[str, str | Promise] = {
    "in_future": _("This day is still ahead"),
    "no_domain": _("No domain"),
    "no_such_day": _("There is no such day"),
    "not_a_day": _("Not a date"),
    "not_a_phone": _("Not a phone; abroad it starts with +"),
    "not_an_email": _("Not an e-mail address"),
    "not_money": _("Not an amount"),
    "phone_long": _("Too many digits"),
    "phone_short": _("Too few digits"),
    "too_early": _("Before %(detail)s"),
    "too_large": _("Too large an amount"),
    "too_long": _("Longer than %(detail)s characters"),
}
FILES: dict[str, str | Promise] = {
    "bomb": _("Unpacked, this file would be far larger than it looks, so we did not open it. Save only the sheet you need and try again."),
    "broken_file": _("The file is damaged: it does not open as a table. Save it again in the program it came from."),
    "empty_file": _("The file is empty. Choose one with a header and rows below it."),
    "line_too_long": _("Line %(line)s has no end within 10 MB. Is it a table?"),
    "no_rows": _("There is a header but no row below it. Choose a file with data."),
    "not_a_table": _("This is not a table, whatever its name says. We read CSV, XLSX, XLS and ODS."),
    "password": _("The file is locked with a password. Save it without one and try again."),
    "too_large": _("The file is larger than %(detail)s MB. Load it in parts."),
    "too_many_columns": _("There are more than %(detail)s columns. Keep only those you need."),
    "too_many_rows": _("There are more than %(detail)s rows. Load the file in parts."),
    "unclosed_quote": _("A quotation mark on line %(line)s is never closed. Close or remove it."),
    "unknown_extension": _("We do not know files named .%(value)s. We read CSV, XLSX, XLS and ODS."),
    "web_page": _("This is a web page named .%(value)s. Open it in Excel and save it as XLSX."),
    "wrong_encoding": _("Line %(line)s cannot be read in this encoding. Choose another one below."),
    "wrong_extension": _("The file is named .%(value)s but is %(detail)s inside. Rename it to .%(detail)s."),
}
PLACE = _("column “%(header)s”")


def explain_cell(code: str, detail: str = "", words: Words = CELLS) -> str:
    """Return a few words for a cell."""
    if code in {"phone_short", "phone_long"} and detail:
        return missing_digits(code, int(detail))
    return str(words[code]) % {"detail": detail}


def missing_digits(code: str, count: int) -> str:
    """Say how many digits a phone lacks or has too many."""
    if code == "phone_short":
        return ngettext("%(count)s digit is missing", "%(count)s digits are missing", count) % {"count": count}
    return ngettext("%(count)s digit too many", "%(count)s digits too many", count) % {"count": count}


def explain_file(error: Mapping[str, Any], headers: list[str] | None = None, words: Words = FILES) -> str:
    """Return a sentence for a refused file, with the column it is about."""
    values = {"line": error.get("line"), "value": error.get("value", ""), "detail": error.get("detail", "")}
    text = str(words.get(error["code"], FILES["broken_file"])) % values
    column = error.get("column")
    if headers and column is not None and column < len(headers):
        return str(format_lazy("{} ({})", text, str(PLACE) % {"header": headers[column]}))
    return text
