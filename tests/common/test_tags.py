"""Filters and tags of every template."""

import re

import pytest
from django.template import Context, Template
from django.utils import translation

from common.money import MINUS, NBSP
from common.templatetags import mayak


def drawn(text: str, **context: object) -> str:
    return Template(text).render(Context(context))


def test_nothing_is_written_for_nothing() -> None:
    assert [mayak.grouped(None), mayak.money(None), mayak.signed(None), mayak.percent(None)] == [""] * 4


@pytest.mark.parametrize(("number", "text"), [(42, "+42"), (-3, f"{MINUS}3"), (0, "0"), (0.4, "0"), (-0.4, "0")])
def test_signed(number: float, text: str) -> None:
    assert mayak.signed(number) == text


def test_numbers() -> None:
    assert [mayak.grouped(2138), mayak.percent(0.834)] == [f"2{NBSP}138", f"83{NBSP}%"]


def test_chip_has_an_icon_and_its_word_or_another() -> None:
    with translation.override("en"):
        assert re.search(r'class="mk-chip pos"><svg.*</svg>wow</span>', drawn('{% chip "wow" %}'), re.DOTALL)
    assert "Восторг" in drawn('{% chip "wow" "Восторг" %}')


def test_stack_fills_the_whole_and_leaves_out_zeros() -> None:
    svg = drawn('{% stack parts "16 of 100" %}', parts=[("neg", 16), ("pas", 0), ("pos", 84)])
    assert re.findall(r'x="([\d.]+)%" width="([\d.]+)%"', svg) == [("0.000", "16.000"), ("16.000", "84.000")]


def test_stack_of_nothing_is_empty() -> None:
    assert "<rect" not in drawn('{% stack parts "nothing" %}', parts=[("neg", 0)])


def test_interval_is_placed_on_the_axis_and_cut_at_its_ends() -> None:
    svg = drawn('{% interval 42 36 120 "NPS" reference=31 least=-100 most=100 %}')
    assert re.search(r'cx="71.00%"', svg)
    assert re.search(r'x="68.00%" width="32.00%"', svg)
    assert re.search(r'x1="65.50%"', svg)


def test_interval_takes_the_shortest_round_axis() -> None:
    assert re.findall(r'c?x="([\d.]+)%"', drawn('{% interval 25 20 30 "NPS" %}'))[-1] == "50.00"
    assert 'class="zero"' not in drawn('{% interval 25 20 30 "NPS" %}')
    assert re.findall(r'class="zero" x1="([\d.]+)%"', drawn('{% interval 25 -20 70 "NPS" %}')) == ["33.33"]


def test_axis_names_its_ends_and_zero_between_them() -> None:
    assert re.findall(r">([^<\s]+)</text>", drawn("{% interval_axis -50 100 %}")) == [f"{MINUS}50", "0", "+100"]
    assert re.findall(r">([^<\s]+)</text>", drawn("{% interval_axis 0 50 %}")) == ["0", "+50"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("2315", f"2{NBSP}315"), ("1234567,5", f"1{NBSP}234{NBSP}567,5"), ("1/3", "1/3"), ("4,2", "4,2"), (0, "0"), (None, "")],
)
def test_typed_numbers_are_grouped_and_nothing_else(text: object, shown: str) -> None:
    assert mayak.typed(text) == shown


def test_interval_without_a_reference_has_no_mark() -> None:
    assert 'class="ref"' not in drawn('{% interval 0 -5 5 "NPS" %}')


@pytest.mark.parametrize("language", ["ru", "en"])
def test_progress_is_written_with_a_point_in_every_language(language: str) -> None:
    with translation.override(language):
        assert 'value="16.5" max="100"' in drawn('{% include "_components/progress.html" with label="x" value=16.5 %}')


@pytest.mark.parametrize(
    ("numbers", "ends"),
    [([54, 46, 60, 35], (30, 70)), ([-96, -100, -90], (-100, -80)), ([95, 92, 99], (80, 100)), ([7, 7, 7], (0, 20))],
)
def test_axis_near_the_figures_ends_in_tens_inside_the_scale(numbers: list[float], ends: tuple[float, float]) -> None:
    assert mayak.axis_near(numbers, -100, 100) == ends


@pytest.mark.parametrize(("number", "text"), [("+79000000041", "+7 900 000-00-41"), ("", ""), ("12", "12")])
def test_phone_is_read_in_groups(number: str, text: str) -> None:
    assert mayak.phone(number) == text


def test_a_figure_with_nothing_before_it_is_drawn_without_a_reference() -> None:
    assert mayak.interval(42, 36, 48, "NPS", reference="")["reference"] == ""
    assert mayak.interval(42, 36, 48, "NPS", reference=0)["reference"] != ""
