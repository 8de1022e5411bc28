"""Secrets sealed in the database."""

from typing import Any

import pytest

from common.sealing import seal, unseal


def test_what_is_sealed_opens_for_its_purpose_only() -> None:
    sealed = seal("second factor", "JBSWY3DP")
    assert "JBSWY3DP" not in sealed
    assert unseal("second factor", sealed) == "JBSWY3DP"
    with pytest.raises(ValueError, match="No key opens this"):
        unseal("smtp", sealed)


def test_sealing_twice_gives_two_texts() -> None:
    assert seal("x", "same") != seal("x", "same")


def test_what_an_old_key_sealed_opens_while_the_key_is_kept(settings: Any) -> None:
    sealed = seal("x", "text")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key " * 5, [settings.SECRET_KEY]
    assert unseal("x", sealed) == "text"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValueError, match="No key opens this"):
        unseal("x", sealed)
