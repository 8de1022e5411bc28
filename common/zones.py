"""Time zones by name."""

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UTC = ZoneInfo("UTC")


@lru_cache(maxsize=512)
def zone_of(name: str, default: ZoneInfo = UTC) -> ZoneInfo:
    """Return the zone of the name; a name that means nothing, or none, gives the default."""
    try:
        return ZoneInfo(name) if name else default
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return default
