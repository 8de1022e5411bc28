"""The chip that says how far an anonymous survey is."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from surveys.models import StaffWave


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [(0, ""), (1, "1 испорченный бюллетень не посчитан"), (3, "3 испорченных бюллетеня не посчитаны")],
)
def test_spoiled_ballots_are_told(spoiled: int, said: str) -> None:
    with translation.override("ru"):
        page = render_to_string("surveys/_staff_state.html", {"wave": StaffWave(state="closed", spoiled=spoiled)})
    assert ("испорчен" in page) == bool(spoiled)
    assert said in page
