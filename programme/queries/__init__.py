"""Reads of the programme: the overview, and our own rating of touchpoints beside what Clients say."""

from programme.queries.gap import GapReport, GapRow, Quote, gap_report, point_row, quotes_about, spoken_of, stories_of
from programme.queries.overview import (
    FirstStep,
    Overview,
    Today,
    count_waiting_critics,
    first_steps,
    overview,
    path_steps,
    todays_work,
)
from programme.queries.path import Path, ToolState, count_working, path
from programme.queries.sellers import (
    REFERENCES,
    Bringer,
    Sources,
    board,
    has_scores,
    kit_of,
    kits,
    our_kit,
    sources_of_year,
)

__all__ = [
    "REFERENCES",
    "Bringer",
    "FirstStep",
    "GapReport",
    "GapRow",
    "Overview",
    "Path",
    "Quote",
    "Sources",
    "Today",
    "ToolState",
    "board",
    "count_waiting_critics",
    "count_working",
    "first_steps",
    "gap_report",
    "has_scores",
    "kit_of",
    "kits",
    "our_kit",
    "overview",
    "path",
    "path_steps",
    "point_row",
    "quotes_about",
    "sources_of_year",
    "spoken_of",
    "stories_of",
    "todays_work",
]
