"""The page of a guess, the results of motives and pulses, and steps made from them."""

import datetime as dt
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from company.models import Branch, Company, User
from surveys.enums import Motive, StaffSurveyKind
from surveys.models import MotiveGuess, MotiveStep, StaffGroup, StaffWave
from surveys.services import make_step, seal_guess
from surveys.views.motives import motives_context, pulse_context
from tests.conftest import signed_in
from tests.surveys.staff import hire, launched, make_staff_wave
from tests.surveys.tallied import ORDER, branch_group, close, hide, motives_wave, pulse_wave, show_motives, show_pulse, spread
from touchpoints.models import Action

pytestmark = pytest.mark.django_db
TYPED = {f"rating_{motive}": str(place) for place, motive in enumerate(Motive, 1)}


@pytest.fixture
def branch(company: Company) -> Branch:
    """A shop with enough people to be shown."""
    shop = Branch.objects.create(name="На Садовой")
    hire(6, shop)
    return shop


@pytest.fixture
def wave(branch: Branch) -> StaffWave:
    """A running survey of motives."""
    return launched(make_staff_wave(StaffSurveyKind.MOTIVES))


def guess_url(wave: StaffWave, **query: str) -> str:
    """Return the address of the guess."""
    return reverse("surveys:staff_guess", args=[wave.pk], query=query)


def motives_page(wave: StaffWave, user: User, team: str = "") -> str:
    """Return the results of motives as the page includes them."""
    return render_to_string("surveys/_staff_motives.html", {"wave": wave, "user": user, **motives_context(wave, user, team)})


def pulse_page(wave: StaffWave) -> str:
    """Return the results of a pulse as the page includes them."""
    return render_to_string("surveys/_staff_pulse.html", {"wave": wave, **pulse_context(wave)})


def test_the_own_branch_comes_first(wave: StaffWave, branch: Branch, manager: User) -> None:
    assert signed_in(manager).get(guess_url(wave)).context["team"].key == ("", "")
    manager.branch = branch
    manager.save()
    assert signed_in(manager).get(guess_url(wave)).context["team"].key == ("branch", str(branch.pk))


def test_a_guess_is_sealed_and_shown_again_to_its_author(wave: StaffWave, branch: Branch, as_manager: Browser) -> None:
    team = f"branch:{branch.pk}"
    response = as_manager.post(guess_url(wave, team=team), TYPED)
    assert response.status_code == 302
    assert response.url == guess_url(wave, team=team)  # type: ignore[attr-defined]
    guess = MotiveGuess.objects.get()
    assert (guess.dimension, guess.value, guess.ratings) == ("branch", str(branch.pk), list(range(1, 11)))
    page = as_manager.get(response.url)  # type: ignore[attr-defined]
    assert [row.value for row in page.context["rows"]] == [str(place) for place in range(1, 11)]
    assert page.context["guess"] == guess


def test_nobody_else_sees_it_before_the_tally(wave: StaffWave, as_manager: Browser, as_owner: Browser) -> None:
    as_manager.post(guess_url(wave, team=""), TYPED)
    page = as_owner.get(guess_url(wave))
    assert page.context["guess"] is None
    assert {row.value for row in page.context["rows"]} == {""}
    assert [is_sealed for _team, is_sealed in page.context["teams"]] == [False, False]


def test_the_page_of_a_survey_knows_ones_own_guess(wave: StaffWave, as_manager: Browser, as_owner: Browser) -> None:
    page = reverse("surveys:staff_detail", args=[wave.pk])
    assert "Сначала предположите" in as_manager.get(page, follow=True).content.decode()
    as_manager.post(guess_url(wave, team=""), TYPED)
    assert "Изменить предположение" in as_manager.get(page, follow=True).content.decode()
    assert "Сначала предположите" in as_owner.get(page, follow=True).content.decode()


def test_an_incomplete_guess_comes_back_as_typed(wave: StaffWave, as_manager: Browser) -> None:
    response = as_manager.post(guess_url(wave), {"rating_pay": "7", "rating_work": "11"})
    assert response.status_code == 422
    values = {row.name: row.value for row in response.context["rows"]}
    assert (values["rating_pay"], values["rating_work"], values["rating_care"]) == ("7", "11", "")
    assert MotiveGuess.objects.count() == 0


@pytest.mark.parametrize("team", ["branch:999", "department:Зал", "nonsense", "branch:", "\0"])
def test_there_is_no_page_of_an_unknown_team(wave: StaffWave, as_manager: Browser, team: str) -> None:
    assert as_manager.get(guess_url(wave, team=team)).status_code == 404
    assert as_manager.post(guess_url(wave, team=team), TYPED).status_code == 404
    assert MotiveGuess.objects.count() == 0


def test_after_the_tally_the_page_leads_to_the_results(wave: StaffWave, as_manager: Browser) -> None:
    close(wave)
    response = as_manager.post(guess_url(wave), TYPED)
    assert response.url == reverse("surveys:staff_detail", args=[wave.pk])  # type: ignore[attr-defined]
    assert MotiveGuess.objects.count() == 0


def test_only_motives_are_guessed(branch: Branch, as_manager: Browser) -> None:
    assert as_manager.get(guess_url(launched(make_staff_wave()))).status_code == 404


def test_the_page_of_a_guess_tells_nothing_of_the_answers(wave: StaffWave, as_manager: Browser) -> None:
    before = as_manager.get(guess_url(wave)).content
    wave.tickets.all().update(answered=True)
    strip = [line for line in before.splitlines() if b"csrf" not in line and b"nonce" not in line]
    after = [line for line in as_manager.get(guess_url(wave)).content.splitlines() if b"csrf" not in line and b"nonce" not in line]
    assert strip == after


def test_everybody_is_shown_first_and_other_teams_by_their_address(branch: Branch, manager: User) -> None:
    wave = motives_wave()
    everybody, shop = show_motives(wave, spread(ORDER)), show_motives(wave, spread(ORDER[::-1]), **branch_group(branch), position=1)
    assert motives_context(wave, manager)["chosen"] == everybody
    assert motives_context(wave, manager, f"branch:{branch.pk}")["chosen"] == shop
    assert motives_context(wave, manager, "branch:999")["chosen"] == everybody


def test_the_dearest_stands_first_with_interval_and_kovach(branch: Branch, manager: User) -> None:
    wave = motives_wave()
    show_motives(wave, spread(ORDER[::-1], 9))
    rows = motives_context(wave, manager)["page"].rows  # type: ignore[attr-defined]
    assert [(row.motive, row.place, row.kovach) for row in rows[:2]] == [(Motive.RULES, "1", 10), (Motive.HELP, "2", 9)]
    assert rows[1].rated.mean == 9.0
    assert rows[1].interval == pytest.approx((8.22, 9.78), abs=0.01)


def test_a_withheld_team_is_named_without_a_number(branch: Branch, manager: User) -> None:
    wave = motives_wave()
    show_motives(wave, spread(ORDER))
    hide(wave, dimension="department", value="Склад", label="Склад")
    context: Any = motives_context(wave, manager)
    assert [line.name for line in context["withheld"]] == ["Отдел: Склад"]
    assert [name for name, _group in context["teams"]] == [""]
    page = motives_page(wave, manager)
    assert "Склад" in page
    assert "результат показываем от 5 ответов" in page


def test_nothing_released_says_so(branch: Branch, manager: User) -> None:
    wave = motives_wave()
    hide(wave)
    assert motives_context(wave, manager)["page"] is None
    assert "Показать нечего" in motives_page(wave, manager)


def test_the_gap_to_the_own_guess_is_shown_with_forms_for_the_widest(branch: Branch, manager: User, owner: User) -> None:
    wave = launched(make_staff_wave(StaffSurveyKind.MOTIVES))
    team = {"dimension": "", "value": ""}
    seal_guess(wave=wave, guesser=manager, ratings=(1, 9, 8, 7, 6, 5, 4, 3, 2, 10), now=timezone.now(), **team)
    seal_guess(wave=wave, guesser=owner, ratings=ORDER, now=timezone.now(), **team)
    wave = close(wave)
    show_motives(wave, spread(ORDER, 9))
    page = motives_context(wave, manager)["page"]
    assert [card.guess.guesser for card in page.guesses] == [manager]  # type: ignore[attr-defined]
    assert [(row.motive, row.gap.places) for row in page.guesses[0].widest[:2]] == [(Motive.WORK, 9.0), (Motive.RULES, -9.0)]  # type: ignore[attr-defined]
    forms: Any = motives_context(wave, manager)["step_forms"]
    assert [step.motive for step, _form in forms][:2] == [Motive.WORK, Motive.RULES]
    assert "Ваше предположение и ответ" in motives_page(wave, manager)
    assert [card.guess.guesser for card in motives_context(wave, owner)["page"].guesses] == [owner, manager]  # type: ignore[attr-defined]


def test_without_a_guess_the_dearest_motives_are_offered(branch: Branch, manager: User) -> None:
    wave = motives_wave()
    show_motives(wave, spread(ORDER))
    forms: Any = motives_context(wave, manager)["step_forms"]
    assert [step.motive for step, _form in forms] == [Motive.WORK, Motive.RECOGNITION, Motive.INVOLVED]


def test_a_step_made_is_shown_with_its_state_in_the_place_of_the_form(branch: Branch, manager: User) -> None:
    wave = motives_wave()
    group = show_motives(wave, spread(ORDER))
    due = timezone.localdate() + dt.timedelta(days=9)
    make_step(group=group, motive=Motive.CARE, actor=manager, title="Полчаса с каждым", owner=manager, due_on=due)
    forms: Any = motives_context(wave, manager)["step_forms"]
    assert [(step.motive, form is None) for step, form in forms][-1] == (Motive.CARE, True)
    assert "Полчаса с каждым" in motives_page(wave, manager)


def test_what_has_moved_since_last_time_is_marked(branch: Branch, manager: User) -> None:
    before, now = motives_wave(days_ago=200), motives_wave()
    show_motives(before, spread((2, *ORDER[1:]), 30))
    show_motives(now, spread(ORDER, 30))
    rows = {row.motive: row for row in motives_context(now, manager)["page"].rows}  # type: ignore[attr-defined]
    assert rows[Motive.WORK].movement.has_moved
    assert rows[Motive.WORK].place_before == "8–9"
    assert not rows[Motive.PAY].movement.has_moved
    assert motives_context(now, manager)["before"] == before


def test_the_results_take_a_fixed_number_of_queries(
    branch: Branch, manager: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    wave = motives_wave()
    show_motives(wave, spread(ORDER))
    with django_assert_num_queries(5):
        motives_context(wave, manager)
    for number in range(3):
        show_motives(wave, spread(ORDER), dimension="department", value=f"{number}", label=f"{number}")
    with django_assert_num_queries(5):
        motives_context(wave, manager)


def step_url(group: StaffGroup, motive: str = "") -> str:
    """Return the address of a step."""
    return reverse("surveys:staff_step", args=[group.wave_id, group.pk], query={"motive": motive} if motive else {})


def test_a_step_goes_on_the_list_of_actions(branch: Branch, manager: User) -> None:
    group = show_motives(motives_wave(), spread(ORDER), **branch_group(branch))
    day = timezone.localdate() + dt.timedelta(days=30)
    typed = {"motive": "pay", "title": "Рассказать о зарплате", "owner": manager.pk, "due_on": day.isoformat()}
    response = signed_in(manager).post(step_url(group), typed)
    assert response.url == reverse("surveys:staff_detail", args=[group.wave_id], query={"team": f"branch:{branch.pk}"}) + "#steps"  # type: ignore[attr-defined]
    action = Action.objects.get()
    assert (action.title, action.owner, action.due_on, action.created_by) == ("Рассказать о зарплате", manager, day, manager)
    assert MotiveStep.objects.get().motive == "pay"


@pytest.mark.parametrize("wrong", [{"title": ""}, {"motive": "gold"}, {"due_on": "2020-01-01"}, {"owner": "999"}])
def test_a_wrong_step_comes_back_as_typed(branch: Branch, manager: User, wrong: dict[str, str]) -> None:
    group = show_motives(motives_wave(), spread(ORDER))
    day = timezone.localdate() + dt.timedelta(days=30)
    typed = {"motive": "pay", "title": "Рассказать", "owner": manager.pk, "due_on": day.isoformat(), **wrong}
    response = signed_in(manager).post(step_url(group), typed)
    assert response.status_code == 422
    assert response.context["form"]["title"].value() == typed["title"]
    assert Action.objects.count() == 0


def test_the_form_of_a_step_begins_with_an_idea(branch: Branch, manager: User) -> None:
    group = show_motives(motives_wave(), spread(ORDER))
    page = signed_in(manager).get(step_url(group, "recognition"))
    assert page.context["form"]["title"].value()
    assert signed_in(manager).get(step_url(group, "gold")).status_code == 404
    assert signed_in(manager).get(step_url(group)).status_code == 404


def test_a_withheld_group_has_no_page_of_steps(branch: Branch, as_manager: Browser) -> None:
    group = hide(motives_wave())
    assert as_manager.get(step_url(group, "pay")).status_code == 404
    other = show_motives(motives_wave(), spread(ORDER))
    assert as_manager.get(reverse("surveys:staff_step", args=[group.wave_id, other.pk], query={"motive": "pay"})).status_code == 404


def test_a_pulse_says_how_many_know_our_statement(branch: Branch) -> None:
    wave = pulse_wave()
    show_pulse(wave, 10, 30)
    everybody: Any = pulse_context(wave)["everybody"]
    assert (everybody.known.share, everybody.is_above_chance, everybody.before) == (0.75, True, None)
    page = pulse_page(wave)
    assert "75\xa0%" in page
    assert "60\xa0%" in page
    assert "86\xa0%" in page


def test_a_pulse_is_compared_with_the_last_one(branch: Branch) -> None:
    before, now = pulse_wave(days_ago=90), pulse_wave()
    show_pulse(before, 30, 10)
    show_pulse(now, 10, 30)
    everybody: Any = pulse_context(now)["everybody"]
    assert (everybody.before.share, everybody.tone) == (0.25, "pos")


def test_a_pulse_shows_bands_and_names_what_is_withheld(branch: Branch) -> None:
    wave = pulse_wave()
    hide(wave, dimension="department", value="Склад", label="Склад")
    band = StaffGroup.objects.create(
        wave=wave, status="band", reason="alike", invited=6, band_low=75, band_high=100, **branch_group(branch)
    )
    show_pulse(wave, 6, 6)
    context: Any = pulse_context(wave)
    assert [row.group for row in context["pulse_rows"]] == [band]
    assert [line.name for line in context["withheld"]] == ["Отдел: Склад", "Филиал: На Садовой"]
    page = pulse_page(wave)
    assert "75–100&nbsp;%" in page


def test_a_pulse_that_may_not_be_shown_says_so(branch: Branch) -> None:
    wave = pulse_wave()
    hide(wave)
    assert "Итог по всем показать нельзя" in pulse_page(wave)


def test_managers_are_reminded_to_guess_while_it_is_time(wave: StaffWave) -> None:
    assert guess_url(wave) in render_to_string("surveys/_staff_guess_hint.html", {"wave": wave})
    assert render_to_string("surveys/_staff_guess_hint.html", {"wave": close(wave)}).strip() == ""


def test_asking_again_leads_to_a_draft(branch: Branch, as_manager: Browser) -> None:
    wave = pulse_wave()
    response = as_manager.post(reverse("surveys:staff_repeat", args=[wave.pk]))
    draft = StaffWave.objects.get(state="draft")
    assert response.url == reverse("surveys:staff_preview", args=[draft.pk])  # type: ignore[attr-defined]


def test_a_running_survey_is_not_repeated(wave: StaffWave, as_manager: Browser) -> None:
    assert as_manager.post(reverse("surveys:staff_repeat", args=[wave.pk])).status_code == 404
    assert StaffWave.objects.count() == 1


def test_the_page_of_a_closed_survey_shows_it(branch: Branch, as_manager: Browser) -> None:
    motives, pulse = motives_wave(), pulse_wave()
    show_motives(motives, spread(ORDER))
    shop = show_motives(motives, spread(ORDER), **branch_group(branch), position=1)
    show_pulse(pulse, 2, 10)
    page = as_manager.get(reverse("surveys:staff_detail", args=[motives.pk], query={"team": f"branch:{branch.pk}"}))
    assert (page.status_code, page.context["chosen"]) == (200, shop)
    assert reverse("surveys:staff_repeat", args=[motives.pk]) in page.content.decode()
    page = as_manager.get(reverse("surveys:staff_detail", args=[pulse.pk]))
    assert (page.status_code, page.context["everybody"].known.right) == (200, 10)
