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


@lru_cache(maxsize=512)
def known_zone(name: str, usual: str) -> str:
    """Return the name if there is such a zone, else the usual one."""
    return name if name and zone_of(name).key == name else usual
