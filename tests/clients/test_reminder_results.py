"""What reminders brought, with intervals; what could be seen, before anything is sent."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.enums import ReminderTiming
from clients.models import ClientDay, Segment, VisitReminder
from clients.queries import prospects, reminder_result, unreminded
from clients.queries.reminder_results import Prospect
from clients.queries.reminders import Forecast
from common.experiments import Sample, compare_means, compare_shares, detectable_difference
from company.models import User
from tests.clients.test_reminders import NOW, TODAY, make_client, make_reminder, make_turn

pytestmark = pytest.mark.usefixtures("company")
STARTED = NOW - dt.timedelta(days=40)


def given(reminder: VisitReminder, came: int, away: int, *, is_held_out: bool) -> None:
    """Give a turn to so many who came again (and brought 100) and who did not."""
    side = "H" if is_held_out else "W"
    for number in range(came + away):
        days = (70, 20) if number < came else (70,)
        make_turn(reminder, make_client(f"{side}{number}", *days), STARTED, is_held_out=is_held_out)


def test_the_difference_has_intervals(manager: User) -> None:
    reminder = make_reminder(manager)
    given(reminder, 3, 1, is_held_out=False)
    given(reminder, 1, 2, is_held_out=True)
    found = reminder_result(reminder, TODAY, 30)
    assert found.shares == compare_shares(3, 4, 1, 3)
    assert found.money == compare_means(Sample.of([100_00] * 3 + [0]), Sample.of([100_00, 0, 0]))
    assert found.detectable == detectable_difference(1 / 3, 4, 3)
    assert found.is_few


def test_large_sums_of_money_fit(manager: User) -> None:
    reminder = make_reminder(manager)
    given(reminder, 2, 0, is_held_out=False)
    ClientDay.objects.filter(client__name="W0", day__gt=STARTED.date()).update(cents=10**13)
    found = reminder_result(reminder, TODAY, 30).written
    assert (found.cents, found.squares) == (10**13 + 100_00, 10**26 + 100_00**2)


def test_days_that_are_not_over_are_told_and_not_counted(manager: User) -> None:
    reminder = make_reminder(manager)
    for name, ago in (("A", 30), ("B", 5)):
        make_turn(reminder, make_client(name, 60), NOW - dt.timedelta(days=ago))
    found = reminder_result(reminder, TODAY, 30)
    assert (found.written.n, found.waiting, found.last_ends_on) == (0, 2, TODAY + dt.timedelta(days=25))


def test_the_own_past_tells_how_many_come_without_a_letter(manager: User) -> None:
    reminder = make_reminder(manager)
    make_client("Came", 300, 250)
    make_client("Late", 300, 200)
    make_client("Before", 300, 280)
    make_client("Young", 60)
    make_client("Long ago", 500)
    found = unreminded(reminder, TODAY, 30)
    # Due: Came after 300, Late after 300, each after their last day, Before after 280; 250 came within 30 days of the day due.
    assert (found.came, found.n, found.share) == (1, 5, None)


def test_who_got_a_letter_is_not_in_the_past(manager: User) -> None:
    reminder = make_reminder(manager)
    client = make_client("Written", 200)
    make_turn(reminder, client, NOW - dt.timedelta(days=170))
    assert unreminded(reminder, TODAY, 30).n == 0
    reminder.turns.update(is_held_out=True)
    assert unreminded(reminder, TODAY, 30).n == 1


def test_the_past_is_of_the_same_segment_product_and_rhythm(manager: User) -> None:
    segment = Segment.objects.create(name="Салон")
    make_client("In", 200, segment=segment)
    make_client("Dye", 200, product="Окрашивание волос")
    make_client("Often", 220, 210, 200)
    assert unreminded(make_reminder(manager, segments=[segment]), TODAY, 30).n == 1
    assert unreminded(make_reminder(manager, product="окрашивание"), TODAY, 30).n == 1
    rhythm = unreminded(make_reminder(manager, timing=ReminderTiming.RHYTHM, after_days=None), TODAY, 30)
    assert (rhythm.came, rhythm.n) == (0, 1)


def test_thirty_turns_make_a_share(manager: User) -> None:
    for number in range(30):
        make_client(f"C{number}", *((200, 160) if number < 3 else (200,)))
    found = unreminded(make_reminder(manager), TODAY, 30)
    assert (found.came, found.n, found.share) == (3, 33, 3 / 33)


def test_the_future_at_the_pace_of_a_week() -> None:
    found = prospects(Forecast(letters=88, held_out=12, skipped=[], example=None), 10, 0.1)
    assert found[0] == Prospect(4, 360, 40, detectable_difference(0.1, 360, 40))
    rises = [each.rise or 0 for each in found]
    assert rises == sorted(rises, reverse=True)


@pytest.mark.parametrize(("letters", "percent", "base"), [(0, 10, 0.1), (10, 0, 0.1), (10, 10, None)])
def test_nothing_is_foreseen_without_turns_groups_and_a_base(letters: int, percent: int, base: float | None) -> None:
    assert prospects(Forecast(letters, 0, [], None), percent, base) == []


@pytest.mark.parametrize(
    ("came", "held", "words"),
    [
        ((0, 3), (0, 3), "рано говорить"),
        ((30, 5), (2, 33), "вряд ли случайность"),
        ((2, 33), (30, 5), "приходят реже"),
        ((10, 25), (9, 26), "может быть случайной"),
    ],
)
def test_the_page_says_what_the_figures_mean(
    as_manager: Browser, manager: User, came: tuple[int, int], held: tuple[int, int], words: str
) -> None:
    reminder = make_reminder(manager, held_out_percent=50)
    given(reminder, *came, is_held_out=False)
    given(reminder, *held, is_held_out=True)
    assert words in as_manager.get(reverse("clients:reminder_detail", args=[reminder.pk])).content.decode()


def test_without_a_held_out_group_the_page_says_so(as_manager: Browser, manager: User) -> None:
    reminder = make_reminder(manager)
    given(reminder, 1, 1, is_held_out=False)
    shown = as_manager.get(reverse("clients:reminder_detail", args=[reminder.pk])).content.decode()
    assert "никто не скажет, кто пришёл бы и сам" in shown


def test_before_the_start_the_page_says_what_could_be_seen(as_manager: Browser, manager: User) -> None:
    for number in range(40):
        make_client(f"C{number}", *((200, 160, 30) if number < 5 else (200, 30)))
    reminder = make_reminder(manager, held_out_percent=50, is_active=False)
    answer = as_manager.get(reverse("clients:reminder_detail", args=[reminder.pk]))
    assert answer.context["unreminded"].n >= 40
