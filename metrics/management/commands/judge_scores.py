"""`manage.py judge_scores`: how well the models tell who has left and who will buy, on past purchases."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from metrics.formulas.buying import SOON_DAYS
from metrics.formulas.judgement import Judgement, Opinion, Past, judge
from metrics.formulas.purchase_lines import BadLineError, days_of_lines, past_of_days
from metrics.queries.scores import last_known_day, past_of

HEAD = f"{'':14}{'has not left':>14}{'buys':>8}{'purchases':>11}{'buyers foretold':>18}"
REFERENCE = "bg_nbd"


class Command(BaseCommand):
    """Fits the models to purchases up to a day, compares them with what came after; writes nothing."""

    help = "Check the scores against past purchases: a file of lines (client, day, amount), or the company's own. Writes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a file, the last day the models may see and the days they foretell."""
        parser.add_argument("file", type=Path, nargs="?", help="lines of client, day, amount; the company's own purchases without it")
        parser.add_argument("--until", type=dt.date.fromisoformat, help="the last day the models see; as late as can be without it")
        parser.add_argument("--days", type=int, default=SOON_DAYS, help="how many days they foretell")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Judge and print."""
        if options["days"] < 1:
            raise CommandError("--days must be at least 1.")
        past, until = self.from_file(**options) if options["file"] else self.own(**options)
        judgement = judge(past, with_reference=True)
        if not judgement.buyers or judgement.buyers == judgement.clients:
            raise CommandError(f"In the {past.days} days after {until} everybody bought or nobody did: there is nothing to tell apart.")
        self.stdout.write(f"{judgement.clients:,} Clients known on {until}, models fitted to that.")
        self.stdout.write(f"In the {past.days} days after it {judgement.buyers:,} bought, on {judgement.purchases:,} days in all.")
        self.stdout.write("Area under the curve: 1 tells buyers from the rest without a mistake, 0.5 is a coin.")
        self.stdout.write(HEAD)
        self.stdout.write(f"{'recency rule':14}{'':14}{number(judgement.auc_recency)}")
        for name, opinion in judgement.opinions.items():
            self.stdout.write(line(name, opinion))
        self.conclude(judgement)

    def from_file(self, *, file: Path, until: dt.date | None, days: int, **_rest: Any) -> tuple[Past, dt.date]:
        """Read a file."""
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                bought = days_of_lines(lines)
            last = max((day for each in bought.values() for day in each), default=dt.date.min + dt.timedelta(days))
            cut = until or last - dt.timedelta(days)
            return past_of_days(bought, cut=cut, horizon=days), cut
        except (OSError, UnicodeDecodeError, BadLineError) as error:
            raise CommandError(f"{file}: {error}") from error

    def own(self, *, until: dt.date | None, days: int, **_rest: Any) -> tuple[Past, dt.date]:
        """Read the company's purchases."""
        last = last_known_day(today=timezone.localdate())
        cut = until or (last or timezone.localdate()) - dt.timedelta(days)
        past = past_of(cut=cut, days=days)
        if past is None:
            raise CommandError(f"Nobody had bought anything by {cut}.")
        return past, cut

    def conclude(self, judgement: Judgement) -> None:
        """Say what is shown on pages: MBG/NBD for who has left, the best of three for who will buy."""
        main, second = judgement.opinions.get("mbg_nbd"), judgement.opinions.get("pareto_nbd")
        silent = main.auc_alive if main else None
        lists = {
            "recency rule": judgement.auc_recency,
            "mbg_nbd buys": main.auc_buys if main else None,
            "pareto_nbd purchases": second.auc_expected if second else None,
        }
        best = max(lists, key=lambda name: lists[name] or 0)
        gain = (lists[best] or 0) - (judgement.auc_recency or 0)
        self.stdout.write(f"Who has left, by mbg_nbd: {number(silent).strip()}")
        self.stdout.write(f"Who will buy, by {best}: {number(lists[best]).strip()}, {gain:+.3f} to the recency rule")


def line(name: str, opinion: Opinion) -> str:
    """Write down one model."""
    scores = f"{number(opinion.auc_alive):>14}{number(opinion.auc_buys)}{number(opinion.auc_expected):>11}"
    remark = "  for reference only" if name == REFERENCE else ""
    return f"{name:14}{scores}{opinion.buyers:>18,.0f}{remark}"


def number(value: float | None) -> str:
    """Write an area."""
    return f"{'–' if value is None else format(value, '.3f'):>8}"
