"""Where to begin on the path: chosen from the company's own data, by rules that can be said in one sentence.

1. A price of a Client comes first: everything else is counted in it.
2. Then what already waits to be done: leavers to call while the trace is fresh, Clients who can be written to and were never asked.
3. Then the tools that move the main constraint of sales, the cheapest first.
4. Then what is begun, and at last the next one of the path.

A tool that works is never chosen; one that needs data the company has not is left out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Ground(StrEnum):
    """Why a tool is the one to begin with."""

    PRICE = "price"
    LEAVERS = "leavers"
    SILENT = "silent"
    CONSTRAINT = "constraint"
    BEGUN = "begun"
    NEXT = "next"


@dataclass(frozen=True)
class Facts:
    """What the company's data say: how many leavers wait, whom a letter could reach, the dearest lever."""

    leavers: int = 0
    with_email: int = 0
    lever: str = ""


@dataclass(frozen=True)
class Beginning:
    """The tool to begin with, and why."""

    tool: str
    ground: Ground


LEVER_TOOLS: Mapping[str, tuple[str, ...]] = {
    "keeping": ("calls", "points", "manners"),
    "conversion": ("phone", "points", "playbooks"),
    "leads": ("sellers", "chain"),
    "frequency": ("reminders", "manners", "points"),
    "check": ("points", "playbooks"),
    "win_back": ("calls", "returns"),
    "referrals": ("sellers", "nps"),
}


def beginning(order: Sequence[str], working: Collection[str], going: Collection[str], facts: Facts) -> Beginning | None:
    """Choose the tool to begin with among those that do not work yet; None when all do.

    >>> beginning(["ltv", "nps"], [], [], Facts())
    Beginning(tool='ltv', ground=<Ground.PRICE: 'price'>)
    >>> beginning(["ltv", "nps", "calls"], ["ltv"], [], Facts(leavers=3))
    Beginning(tool='calls', ground=<Ground.LEAVERS: 'leavers'>)
    """
    wanted = [
        ("ltv", Ground.PRICE),
        *([("calls", Ground.LEAVERS)] if facts.leavers else []),
        *([("nps", Ground.SILENT)] if facts.with_email else []),
        *((tool, Ground.CONSTRAINT) for tool in LEVER_TOOLS.get(facts.lever, ())),
        *((tool, Ground.BEGUN) for tool in order if tool in going),
        *((tool, Ground.NEXT) for tool in order),
    ]
    return next((Beginning(tool, ground) for tool, ground in wanted if tool in order and tool not in working), None)
