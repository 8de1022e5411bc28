"""The command that checks scores against past purchases."""

import datetime as dt
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from clients.models import ClientDay, ClientSum
from tests.metrics.cdnow import FILE, days_of_clients
from tests.metrics.test_scores import write_days

NEEDED, ALLOWED = 0.68, 0.02


def said(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("judge_scores", *arguments, stdout=out)
    return out.getvalue().splitlines()


def scores_of(lines: list[str], name: str) -> list[str]:
    return next(line for line in lines if line.startswith(name)).removeprefix(name).split()


def test_cdnow_is_judged_as_measured_elsewhere() -> None:
    lines = said(str(FILE), "--until", "1997-09-30", "--days", "273")
    assert lines[:2] == [
        "2,357 Clients known on 1997-09-30, models fitted to that.",
        "In the 273 days after it 684 bought, on 1,882 days in all.",
    ]
    assert scores_of(lines, "recency rule") == ["0.771"]
    assert scores_of(lines, "mbg_nbd") == ["0.687", "0.760", "0.773", "566"]
    assert scores_of(lines, "pareto_nbd")[::2] == ["0.726", "0.779"]
    assert scores_of(lines, "bg_nbd")[0] == "0.316"
    assert lines[-2:] == ["Who has left, by mbg_nbd: 0.687", "Who will buy, by pareto_nbd purchases: 0.779, +0.007 to the recency rule"]


def test_both_promises_are_kept_on_cdnow() -> None:
    lines = said(str(FILE), "--until", "1997-09-30", "--days", "273")
    silent, shown = float(lines[-2].split()[-1]), float(lines[-1].split(": ")[1].split(",")[0])
    assert silent >= NEEDED
    assert shown >= float(scores_of(lines, "recency rule")[0]) - ALLOWED


def test_the_cut_is_as_late_as_it_can_be() -> None:
    assert said(str(FILE))[0] == "2,357 Clients known on 1998-04-01, models fitted to that."


def test_returns_and_headings_are_no_purchases(tmp_path: Path) -> None:
    file = tmp_path / "few.csv"
    rows = [
        (f"c{number}", dt.date(2025, 1, 1) + dt.timedelta(number + 20 * turn)) for number in range(40) for turn in range(1 + number % 5)
    ]
    lines = ["Клиент;Дата;Сумма", *(f"{client};{day};100,50" for client, day in rows), "c0;2025-07-01;-5", ""]
    file.write_text("\n".join(lines))
    expected = "40 Clients known on 2025-03-01, models fitted to that."
    assert said(str(file), "--until", "2025-03-01", "--days", "30")[0] == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,2025-01-01\nb,yesterday\n", "Line 2: no day like 1997-09-30 in the second column"),
        ("client,date\n", "Nobody had bought anything"),
        ("", "Nobody had bought anything"),
        ("a,2025-01-01\nb,2025-01-02\n", "there is nothing to tell apart"),
    ],
)
def test_a_file_without_sense_is_refused(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text)
    with pytest.raises(CommandError, match=words):
        said(str(file), "--until", "2025-02-01", "--days", "30")


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_bytes(b"\xff\xfe\xfa")
    for name in ("none.csv", "odd.csv"):
        with pytest.raises(CommandError, match=name):
            said(str(tmp_path / name))
    with pytest.raises(CommandError, match="at least 1"):
        said(str(FILE), "--days", "0")


def test_own_purchases_are_judged_and_nothing_is_written(company: object) -> None:
    people = days_of_clients()[::3]
    first = write_days(people)[0]
    last = dt.date(1998, 6, 30)
    ClientDay.objects.create(client=first, day=last, n=1, cents=100)
    ClientSum.objects.filter(client=first).update(last_day=last, n_days=F("n_days") + 1, cents=F("cents") + 100)
    with CaptureQueriesContext(connection) as captured:
        assert said()[0] == f"{len(people)} Clients known on 1998-04-01, models fitted to that."
    assert {query["sql"].split()[0] for query in captured} == {"SELECT", "COPY"}


def test_a_company_without_purchases_has_nothing_to_judge(company: object) -> None:
    with pytest.raises(CommandError, match="Nobody had bought anything"):
        said()
