"""Text tables: their encoding, delimiter and rows."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TextIO

import clevercsv
from charset_normalizer import from_bytes

from common.tables import limits
from common.tables.recognise import utf16_without_mark
from common.tables.refusals import Refusal

CODE_PAGES = ["cp1251", "cp866", "koi8_r", "mac_cyrillic"]
ENCODINGS = ["utf-8-sig", *CODE_PAGES, "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
DELIMITERS = [";", ",", "\t", "|"]
BLOCK_CHARS = 8192
FIELD_CHARS = 2 * limits.MIB
csv.field_size_limit(FIELD_CHARS)


def detect_encoding(path: Path) -> str:
    """Return the encoding: by the mark, else UTF-8 if the whole file is, else the Cyrillic code page that reads like Russian."""
    with path.open("rb") as file:
        head = file.read(limits.SNIFFED_BYTES)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if encoding := utf16_without_mark(head):
        return encoding
    if is_utf8(path):
        return "utf-8-sig"
    best = from_bytes(telling_lines(path), cp_isolation=CODE_PAGES).best()
    return best.encoding if best else "cp1251"


def is_utf8(path: Path) -> bool:
    """Say whether the whole file is UTF-8; a look at the head alone would miss one Russian name far below."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(limits.MIB):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def telling_lines(path: Path) -> bytes:
    """Return up to 64 KB of whole lines that hold more than ASCII."""
    lines, size = [], 0
    with path.open("rb") as file:
        while size < limits.SNIFFED_BYTES and (line := file.readline(limits.SNIFFED_BYTES)):
            if not line.isascii():
                lines.append(line)
                size += len(line)
    return b"".join(lines)


def detect_delimiter(path: Path, encoding: str) -> str:
    """Return what separates cells: told by a `sep=` line, else found by clevercsv, else the most even of the usual marks."""
    with open_text(path, encoding) as file:
        lines = [file.readline(4000) for _ in range(limits.SNIFFED_LINES)]
    told = lines[0].strip().strip('"')
    if told[:4].lower() == "sep=" and len(told) == 5:
        return told[4]
    found = clevercsv.Sniffer().sniff("".join(lines)[:16000], delimiters=DELIMITERS)
    if found and found.delimiter in DELIMITERS:
        return str(found.delimiter)
    return most_even(lines)


def most_even(lines: list[str]) -> str:
    """Return the mark that stands equally often in most lines."""

    def evenness(mark: str) -> int:
        counts = Counter(line.count(mark) for line in lines if mark in line)
        return max(counts.values(), default=0)

    return max(DELIMITERS, key=evenness)


def open_text(path: Path, encoding: str) -> TextIO:
    """Open the file, leaving line ends as they are."""
    return path.open(encoding=encoding, newline="")


def text_rows(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield every row with the number of the line it begins on; memory is that of one row."""
    with open_text(path, encoding) as file:
        reader = csv.reader(sound_lines(file), delimiter=delimiter, quotechar='"')
        line, told = 1, True
        try:
            for row in reader:
                if not (told and is_delimiter_line(row, delimiter)):
                    yield line, row
                line, told = reader.line_num + 1, False
        except csv.Error as error:
            raise Refusal("unclosed_quote", line=line) from error
        except UnicodeDecodeError as error:
            raise Refusal("wrong_encoding", line=reader.line_num + 1, value=repr(error.object[error.start : error.end])) from error


def is_delimiter_line(row: list[str], delimiter: str) -> bool:
    """Say whether the row is the `sep=;` that Excel puts first."""
    return delimiter.join(row).strip().lower() == f"sep={delimiter}"


def sound_lines(file: TextIO) -> Iterator[str]:
    """Yield lines without NUL characters; a line without end is refused before it fills the memory."""
    return chain.from_iterable(io.StringIO(block, newline="") for block in sound_blocks(file))


def sound_blocks(file: TextIO) -> Iterator[str]:
    """Yield whole lines, some kilobytes of them at a time."""
    done = 0
    while block := file.read(BLOCK_CHARS):
        block += file.readline(limits.LINE_CHARS + 1)
        if len(block) > limits.LINE_CHARS:
            refuse_long_line(block, done)
        yield block.replace("\0", "")
        done += block.count("\n")


def refuse_long_line(block: str, lines_before: int) -> None:
    """Refuse a block with a line longer than allowed."""
    for number, line in enumerate(io.StringIO(block, newline=""), start=lines_before + 1):
        if len(line) > limits.LINE_CHARS:
            raise Refusal("line_too_long", line=number)
