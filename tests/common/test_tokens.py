"""Secrets for links."""

import base64
import hashlib

import pytest
from pytest_django.fixtures import Settings

from common.tokens import keyed_hash, new_token, token_hash


def test_token_has_128_random_bits() -> None:
    tokens = {new_token() for _one in range(1000)}
    assert len(tokens) == 1000
    assert {len(base64.urlsafe_b64decode(token + "==")) for token in tokens} == {16}


def test_what_is_kept_is_a_hash() -> None:
    assert token_hash("abc") == hashlib.sha256(b"abc").digest()


def test_keyed_hash_is_the_same_for_one_purpose_only() -> None:
    assert keyed_hash("unsubscribe", "a@example.org") == keyed_hash("unsubscribe", "a@example.org")
    assert keyed_hash("unsubscribe", "a@example.org") != keyed_hash("ballot", "a@example.org")


def test_keyed_hash_needs_the_key_of_this_installation(settings: Settings) -> None:
    before = keyed_hash("unsubscribe", "a@example.org")
    settings.SECRET_KEY = "another"
    assert keyed_hash("unsubscribe", "a@example.org") != before


@pytest.mark.parametrize("value", ["", "ё", "x" * 10_000])
def test_keyed_hash_takes_any_text(value: str) -> None:
    assert len(keyed_hash("p", value)) == 32
