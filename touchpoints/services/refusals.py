"""Why a write was refused."""

from touchpoints.models import AuditMark


class ClosedError(Exception):
    """The audit, action or standard was closed by somebody before this write: nothing was changed."""


class NothingMarkedError(Exception):
    """An audit without a single mark cannot be finished."""


class ConflictError(Exception):
    """Somebody else said something newer of the same touchpoint in the same audit: `mark` is theirs, nothing was changed."""

    def __init__(self, mark: AuditMark) -> None:
        super().__init__(mark.pk)
        self.mark = mark
