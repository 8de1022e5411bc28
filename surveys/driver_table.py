"""Drivers as the page draws them: names, bars to both sides of zero, sums."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.enums import AnswerMode
from surveys.formulas.drivers import Driver
from surveys.queries import Cut

HEADS: dict[Cut, Promise] = {
    Cut.BRANCH: _("Branches"),
    Cut.SEGMENT: _("Segments"),
    Cut.MODE: _("How people were asked"),
    Cut.THEME: _("Themes"),
}
NAMELESS: dict[Cut, Promise] = {
    Cut.BRANCH: _("no branch"),
    Cut.SEGMENT: _("no segment"),
    Cut.MODE: _("unknown"),
    Cut.THEME: _("no theme"),
}


@dataclass(frozen=True)
class DriverRow:
    """One part with its bar: `x` and `width` are per cent of the drawing, zero stands in its middle."""

    name: str | Promise
    driver: Driver
    x: str
    width: str
    tone: str


@dataclass(frozen=True)
class DriverTable:
    """All parts and what they sum to."""

    rows: list[DriverRow]
    points: float
    mix: float | None
    effect: float | None

    @property
    def change(self) -> float | None:
        """The change of NPS that both effects explain."""
        return None if self.mix is None or self.effect is None else self.mix + self.effect


def driver_table(drivers: list[Driver], cut: Cut) -> DriverTable:
    """Lay drivers out as a table; an empty table when there are no answers."""
    widest = max((abs(one.points) for one in drivers), default=0.0) or 1.0
    has_past = bool(drivers) and drivers[0].mix is not None
    return DriverTable(
        rows=[driver_row(one, cut, widest) for one in drivers],
        points=sum(one.points for one in drivers),
        mix=sum(one.mix or 0.0 for one in drivers) if has_past else None,
        effect=sum(one.effect or 0.0 for one in drivers) if has_past else None,
    )


def driver_row(driver: Driver, cut: Cut, widest: float) -> DriverRow:
    """Return one part with its bar."""
    width = 50 * abs(driver.points) / widest
    x = 50.0 if driver.points >= 0 else 50 - width
    return DriverRow(name_of(driver.name, cut), driver, f"{x:.2f}", f"{width:.2f}", "pos" if driver.points >= 0 else "neg")


def name_of(name: str, cut: Cut) -> str | Promise:
    """Return what to call a part."""
    if not name:
        return NAMELESS[cut]
    return AnswerMode(name).label if cut == Cut.MODE else name
