"""How a step tells its figures to the bench that runs it: one line of JSON."""

import json
import sys
from typing import Any

MARK = "BENCH "


def tell(**figures: Any) -> None:
    """Print the figures of a step."""
    sys.stdout.write(f"{MARK}{json.dumps(figures)}\n")


def heard(output: str) -> dict[str, Any]:
    """Return the figures in the output of a step."""
    line = next(line for line in output.splitlines() if line.startswith(MARK))
    return dict(json.loads(line.removeprefix(MARK)))
