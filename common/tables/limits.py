"""How much of a file we are ready to read; beyond it the file is refused, never cut silently."""

MIB = 1024 * 1024
BOOK_BYTES = 10 * MIB
TEXT_BYTES = 100 * MIB
UNPACKED_BYTES = 50 * MIB
UNPACK_RATIO = 100
ARCHIVE_MEMBERS = 200
BOOK_ROWS = 200_000
TEXT_ROWS = 1_000_000
COLUMNS = 200
LINE_CHARS = 10 * MIB
CELL_CHARS = 5_000
SNIFFED_BYTES = 64 * 1024
SNIFFED_LINES = 40
TITLE_ROWS = 30
"""Rows among which the header is looked for."""
EXAMPLE_ROWS = 60
CONVERTER_BYTES = 768 * MIB
"""Address space of the process that opens a workbook; its resident memory stays far below."""
CONVERTER_SECONDS = 60
