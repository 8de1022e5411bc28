"""Why a document is not checked, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MIB = 1024 * 1024
FILE_BYTES = 10 * MIB
FILES = 50
UNPACKED_BYTES = 120 * MIB
MEMBER_BYTES = 60 * MIB
MEMBERS = 2_000

REASONS: dict[str, str | Promise] = {
    "too_large": _("Larger than 10 MB: split it and check the parts."),
    "empty": _("The file is empty."),
    "unknown": _("We check .txt, .md, .html, .docx, .xlsx and .pptx. Save it as one of these."),
    "broken": _("The file does not open: it is damaged, or locked with a password. Save it again in the program it came from."),
    "bomb": _("Unpacked, this file would be far larger than it looks, so we did not open it."),
    "entities": _("The file defines things outside itself, as documents never do, so we did not open it."),
    "binary": _("This is not a text, whatever its name says."),
}


class RefusedError(Exception):
    """A document is not checked; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
