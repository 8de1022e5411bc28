"""Guesses sealed before the results, and steps after them."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from company.models import Branch, Company, User
from surveys.enums import Motive, StaffSurveyKind
from surveys.models import MotiveGuess, MotiveStep, StaffWave
from surveys.queries import groups_before, motive_ratings, open_guesses, own_guesses, teams_to_guess, wave_asked_before
from surveys.services import GroupWithheldError, GuessTooLateError, make_step, repeat_staff_wave, seal_guess
from tests.surveys.staff import hire, launched, make_staff_wave
from tests.surveys.tallied import ORDER, branch_group, close, hide, motives_wave, pulse_wave, show_motives, show_pulse, spread
from touchpoints.models import Action

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


@pytest.fixture
def branch(company: Company) -> Branch:
    """A shop with enough people to be shown."""
    shop = Branch.objects.create(name="На Садовой")
    hire(6, shop, department="Зал")
    return shop


@pytest.fixture
def wave(branch: Branch) -> StaffWave:
    """A running survey of motives."""
    return launched(make_staff_wave(StaffSurveyKind.MOTIVES))


def seal(wave: StaffWave, guesser: User, **changes: Any) -> MotiveGuess:
    """Seal a guess about everybody."""
    return seal_guess(
        **({"wave": wave, "guesser": guesser, "dimension": "", "value": "", "ratings": ORDER, "now": timezone.now(), **changes})
    )


def test_a_guess_may_be_changed_until_the_tally(wave: StaffWave, manager: User) -> None:
    first = seal(wave, manager)
    second = seal(wave, manager, ratings=ORDER[::-1])
    assert first.pk == second.pk
    assert MotiveGuess.objects.get().ratings == list(range(1, 11))


def test_a_draft_may_be_guessed_too(branch: Branch, manager: User) -> None:
    seal(make_staff_wave(StaffSurveyKind.MOTIVES), manager)
    assert MotiveGuess.objects.count() == 1


def test_after_the_tally_no_guess_is_taken(wave: StaffWave, manager: User) -> None:
    seal(wave, manager)
    close(wave)
    with pytest.raises(GuessTooLateError):
        seal(wave, manager, ratings=ORDER[::-1])
    assert MotiveGuess.objects.get().ratings == list(ORDER)


def test_once_the_time_is_over_no_guess_is_taken(wave: StaffWave, manager: User) -> None:
    with pytest.raises(GuessTooLateError):
        seal(wave, manager, now=wave.closes_at)
    assert MotiveGuess.objects.count() == 0


def test_other_kinds_are_not_guessed(branch: Branch, manager: User) -> None:
    with pytest.raises(GuessTooLateError):
        seal(launched(make_staff_wave()), manager)


def test_the_database_itself_refuses_a_late_guess(wave: StaffWave, manager: User) -> None:
    guess = seal(wave, manager)
    close(wave)
    with pytest.raises(DatabaseError, match="before the results open"), transaction.atomic():
        MotiveGuess.objects.filter(pk=guess.pk).update(ratings=[5] * 10)


@pytest.mark.parametrize("ratings", [(1,) * 9, (1,) * 11, (0, *[5] * 9), (11, *[5] * 9)])
def test_ten_ratings_from_1_to_10_are_kept_or_nothing(wave: StaffWave, manager: User, ratings: tuple[int, ...]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        seal(wave, manager, ratings=ratings)
    assert MotiveGuess.objects.count() == 0


def test_before_the_tally_only_ones_own_guess_can_be_read(wave: StaffWave, manager: User, owner: User) -> None:
    seal(wave, manager)
    assert own_guesses(wave, owner) == {}
    assert open_guesses(wave, owner) == []
    assert [guess.guesser for guess in open_guesses(wave, manager)] == [manager]


def test_after_it_a_manager_reads_the_own_one_and_the_owner_all(wave: StaffWave, manager: User, owner: User) -> None:
    seal(wave, manager)
    seal(wave, owner)
    wave = close(wave)
    assert [guess.guesser for guess in open_guesses(wave, manager)] == [manager]
    assert [guess.guesser for guess in open_guesses(wave, owner)] == [owner, manager]


def test_teams_are_everybody_and_groups_large_enough_to_be_shown(branch: Branch) -> None:
    small = Branch.objects.create(name="На Лесной")
    hire(4, small, department="Зал")
    hire(5, small, department="Склад", has_email=False)
    wave = make_staff_wave(StaffSurveyKind.MOTIVES, slices=["branch", "department", "tenure"])
    drafted = [(team.dimension, team.label) for team in teams_to_guess(wave, TODAY)]
    assert drafted[:4] == [("", ""), ("branch", "На Лесной"), ("branch", "На Садовой"), ("department", "Зал")]
    assert [dimension for dimension, _label in drafted[4:]] == ["tenure"] * 3
    asked = [(team.dimension, team.label) for team in teams_to_guess(launched(wave), TODAY)]
    assert asked == drafted[:4]


def test_a_survey_without_slices_has_one_team(branch: Branch) -> None:
    wave = launched(make_staff_wave(StaffSurveyKind.MOTIVES, slices=[]))
    assert [team.key for team in teams_to_guess(wave, TODAY)] == [("", "")]


def test_a_step_becomes_an_action_once(branch: Branch, manager: User) -> None:
    group = show_motives(motives_wave(), spread(ORDER))
    values: dict[str, Any] = {"group": group, "motive": Motive.PAY, "actor": manager, "owner": manager, "due_on": TODAY}
    first = make_step(title="Объяснить, из чего складывается зарплата", **values)
    assert make_step(title="Ещё раз", **values) == first
    step = MotiveStep.objects.get()
    assert (step.group, step.motive, step.action, step.action.title) == (group, "pay", first, "Объяснить, из чего складывается зарплата")
    assert Action.objects.count() == 1


def test_nothing_is_done_about_a_withheld_group(branch: Branch, manager: User) -> None:
    group = hide(motives_wave(), **branch_group(branch))
    with pytest.raises(GroupWithheldError):
        make_step(group=group, motive=Motive.PAY, actor=manager, title="Дело", owner=manager, due_on=TODAY)
    assert Action.objects.count() == 0


def test_a_withheld_group_has_no_ratings(branch: Branch) -> None:
    assert motive_ratings(hide(motives_wave())) == []


def test_ratings_stand_in_the_order_of_motives(branch: Branch) -> None:
    group = show_motives(motives_wave(), [*spread(ORDER, 5), (10,) * 10])
    assert [one.place for one in motive_ratings(group)] == list(range(1, 11))


def test_an_almost_unanimous_motive_keeps_only_its_place(branch: Branch) -> None:
    people = [(10, *one[1:]) for one in spread(ORDER)]
    first = motive_ratings(show_motives(motives_wave(), people))[0]
    assert (first.place, first.mean, first.deviation) == (1, None, None)


def test_the_survey_before_is_the_last_one_of_the_kind(branch: Branch) -> None:
    older, old = motives_wave(days_ago=400), motives_wave(days_ago=200)
    pulse_wave(days_ago=100)
    now = motives_wave()
    assert wave_asked_before(now) == old
    assert wave_asked_before(old) == older
    assert wave_asked_before(older) is None


def test_pulses_of_other_statements_are_not_compared(branch: Branch) -> None:
    first = pulse_wave(days_ago=200)
    pulse_wave(days_ago=100, options=["Наше", "Чужое"])
    assert wave_asked_before(pulse_wave()) == first


def test_everybody_is_compared_only_when_the_same_branches_were_asked(branch: Branch) -> None:
    before, now = pulse_wave(days_ago=100), make_staff_wave(StaffSurveyKind.PULSE)
    shop = show_pulse(before, 2, 4, **branch_group(branch))
    everybody = show_pulse(before, 2, 4)
    assert groups_before(now, before) == {("branch", str(branch.pk)): shop, ("", ""): everybody}
    now.branches.add(branch)
    assert groups_before(now, before) == {("branch", str(branch.pk)): shop}
    assert groups_before(now, None) == {}


def test_asking_again_makes_one_draft_like_the_last_time(branch: Branch, manager: User) -> None:
    old = pulse_wave(name="Пульс, весна", days_ago=90, threshold=6, slices=["branch", "tenure"], reminder_days=[2])
    old.branches.add(branch)
    now = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
    draft = repeat_staff_wave(wave=old, actor=manager, now=now)
    assert repeat_staff_wave(wave=old, actor=manager, now=now) == draft
    assert (draft.kind, draft.state, draft.name) == ("pulse", "draft", "Пульс, ноябрь 2026")
    assert (draft.options, draft.slices, draft.threshold, draft.reminder_days) == (old.options, ["branch", "tenure"], 6, [2])
    assert list(draft.branches.all()) == [branch]
    assert draft.closes_at == dt.datetime(2026, 12, 6, 21, 0, tzinfo=dt.UTC)
    assert (draft.public_key, draft.invited, draft.starts_at, draft.answered) == (None, None, None, None)
    assert draft.public_token != old.public_token
