"""Parts of a text that the wording check leaves alone: code, links, addresses, and what somebody else said."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

HYPHENS = "-\u2010\u2011"
INLINE = (
    re.compile(r"`[^`\n]+`"),
    re.compile(r"\{[^{}\n]{0,80}\}"),
    re.compile(r"<[^<>\n]{1,200}>"),
)
TOKEN = re.compile(r"\S*")
ADDRESS = re.compile(
    r"""
    .*(?:://|mailto:|www\.)                                       # links
    | .*[\w.+-]@[\w-]                                             # addresses
    | [(\[«"']*(?:[A-Za-z]:)?(?:[\\/~]|\.{1,2}/)[\w.-]+            # paths of files
    | [(\[«"']*(?:[\w-]+\.)+(?:рф|ru|com|org|net|su|io|html?|php|docx?|xlsx?|pdf|csv|txt|md|py|js|exe)\b  # sites, files
    """,
    re.VERBOSE | re.IGNORECASE,
)
LONGEST_TOKEN = 200
FENCED = re.compile(r"^[ \t]*(```|~~~)[^\n]*\n.*?(?:^[ \t]*\1[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
FRONT = re.compile(r"\A---\r?\n.*?^---\s*$", re.MULTILINE | re.DOTALL)
MARKDOWN_LINK = re.compile(r"\]\([^)\n]*\)|^[ \t]*\[[^\]\n]+\]:[^\n]*$", re.MULTILINE)
QUOTED_LINE = re.compile(r"^[ \t]*>[^\n]*$", re.MULTILINE)
QUOTE = re.compile(r"«[^«»]{1,900}(?:«[^»]*»[^»]*)?»|“[^”]{1,900}”|„[^“”]{1,900}[“”]|\"[^\"\n]{1,600}\"")
SPEECH = (
    r"(?:сказа|скаж|говор|пиш(?:ет|ут)|написа|ответи|отвеча|спроси|спраши|рассказ|жалу[ею]|жалова|отзыв|цитат|процит|по словам|слова\b|"
    r"замети|замеча|добави|добавл|объясн|восклик|крич|крикн|вспомин|вспомни|призна|увер|воскл|поясни|поделил|услышал|прозвуч|"
    r"said|says|wrote|writes|told|tells|asked|asks|answer|repl(?:y|ie)|quot|in the words|added|adds|explain|complain)"
)
SAID_DASH = re.compile(rf"\s*[,.!?…]?\s*(?:[—–-]|,)?\s*(?:\w+\s+){{0,2}}?{SPEECH}", re.IGNORECASE)
SAID_BY_NAME = re.compile(r"\s*[,.!?…]?\s*[—–]\s*[А-ЯЁA-Z][а-яёa-z]+|\s*\((?:отзыв|из отзыва|из письма|цитата|с сайта)")
SAID_BEFORE = re.compile(rf"\b{SPEECH}[^.!?\n]{{0,50}}\Z", re.IGNORECASE)
LONG_AFTER_COLON = re.compile(r"[«“„\"][А-ЯЁA-Z]\S*(?:\s+\S+){3,}")


class Spans:
    """Stretches of a text, asked whether they hold a place."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, end in sorted(spans):
            if self.ends and start <= self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], end)
            else:
                self.starts.append(start)
                self.ends.append(end)

    def holds(self, at: int) -> bool:
        """Say whether the place lies in one of the stretches."""
        index = bisect_right(self.starts, at) - 1
        return index >= 0 and at < self.ends[index]


def guarded_spans(text: str, *, is_markdown: bool) -> Spans:
    """Return what is to be left alone in the text."""
    return Spans([*spoken(text), *(found.span() for pattern in patterns(is_markdown=is_markdown) for found in pattern.finditer(text))])


def patterns(*, is_markdown: bool) -> list[re.Pattern[str]]:
    """Return the patterns of code and links; lines quoted in a letter begin with ">" in any plain text."""
    return [*INLINE, QUOTED_LINE, FENCED, *([FRONT, MARKDOWN_LINK] if is_markdown else [])]


def spoken(text: str) -> Iterator[tuple[int, int]]:
    """Yield quotations marked as somebody's words: a verb of speech or a name beside them, or a whole sentence after a colon."""
    for found in QUOTE.finditer(text):
        start, end = found.span()
        before, after = text[max(start - 70, 0) : start], text[end : end + 70]
        if is_said(found.group(), before.rstrip(" \t"), after):
            yield start, end


def is_said(quote: str, before: str, after: str) -> bool:
    """Say whether the quotation is somebody's words rather than a name or a term."""
    after = after.partition("\n")[0]
    if SAID_BY_NAME.match(after) or SAID_DASH.match(after):
        return True
    return bool(SAID_BEFORE.search(before) or (before.endswith(":") and LONG_AFTER_COLON.match(quote)))


def is_in_address(text: str, start: int, end: int) -> bool:
    """Say whether the place lies in a link, an e-mail address, a path or the name of a file."""
    low = start
    while low and start - low < LONGEST_TOKEN and not text[low - 1].isspace():
        low -= 1
    if low == start and end < len(text) and text[end] not in ".@:/\\-_":
        return False
    token = TOKEN.match(text, low, end + LONGEST_TOKEN)
    return bool(token and ADDRESS.match(token.group()))
