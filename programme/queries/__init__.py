"""Reads of the programme: the overview, and our own rating of touchpoints beside what Clients say."""

from programme.queries.gap import GapReport, GapRow, Quote, gap_report, point_row, quotes_about, spoken_of, stories_of
from programme.queries.overview import (
    FirstStep,
    Leak,
    Overview,
    Today,
    count_waiting_critics,
    first_steps,
    overview,
    todays_work,
)

__all__ = [
    "FirstStep",
    "GapReport",
    "GapRow",
    "Leak",
    "Overview",
    "Quote",
    "Today",
    "count_waiting_critics",
    "first_steps",
    "gap_report",
    "overview",
    "point_row",
    "quotes_about",
    "spoken_of",
    "stories_of",
    "todays_work",
]
