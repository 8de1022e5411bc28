"""What a file or a cell is refused for: always a code, explained to people in `explain.py`."""

from dataclasses import dataclass
from typing import Any


class Refusal(Exception):  # noqa: N818 - it is an answer about the file, not a fault of ours
    """The whole file cannot be read on; says where it stopped."""

    def __init__(self, code: str, *, line: int | None = None, column: int | None = None, value: str = "", detail: str = "") -> None:
        super().__init__(code)
        self.code, self.line, self.column, self.value, self.detail = code, line, column, value[:300], detail[:200]

    def as_dict(self) -> dict[str, Any]:
        """Return what is kept of it."""
        return {"code": self.code, "line": self.line, "column": self.column, "value": self.value, "detail": self.detail}


class CellError(ValueError):
    """A cell is not what its column should hold."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be taken, and why in words."""

    number: int
    text: str
    reason: str
