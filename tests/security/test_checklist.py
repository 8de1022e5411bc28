"""The list of forty points is true: each names tests that exist or says what is missing."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.security.checklist import CHECKS

ROOT = Path(settings.BASE_DIR)


def test_there_are_forty_points() -> None:
    assert list(CHECKS) == list(range(1, 41))


@pytest.mark.parametrize("number", CHECKS)
def test_every_point_names_tests_that_exist_or_says_what_is_missing(number: int) -> None:
    check = CHECKS[number]
    assert check.tests or check.missing
    for name in check.tests:
        path, _, test = name.partition("::")
        assert re.search(rf"^def {test or 'test_'}", (ROOT / path).read_text(), re.MULTILINE), name


def test_every_numbered_test_is_in_the_list() -> None:
    numbered = re.findall(r"^def (test_(\d\d)_\w+)", (ROOT / "tests/security/test_numbered.py").read_text(), re.MULTILINE)
    assert [name for name, number in numbered if not any(test.endswith(f"::{name}") for test in CHECKS[int(number)].tests)] == []
