"""Why a write was refused."""


class ClosedError(Exception):
    """The audit or action was closed by somebody before this write: nothing was changed."""


class NothingMarkedError(Exception):
    """An audit without a single mark cannot be finished."""
