"""A band does not say that almost everybody chose the same: with it, that would be everybody's answer."""

import pytest
from django.utils import translation

from surveys.models import StaffGroup
from surveys.staff_words import withheld_lines


@pytest.mark.parametrize("reason", ["alike", "between_waves"])
def test_every_band_is_explained_in_the_same_words(reason: str) -> None:
    group = StaffGroup(dimension="branch", label="На Садовой", status="band", reason=reason, invited=9, band_low=-100, band_high=-50)
    with translation.override("en"):
        (line,) = withheld_lines([group], 5)
        helped = str(line.help)
    assert line.why == "The exact number, by itself or beside an earlier survey, would say too much about single people. A band is shown."
    assert helped == "The band is all that can be said without giving anybody away."
