"""Who is in an audience."""

import datetime as dt
from typing import Any

import pytest
from django.db.models import QuerySet

from clients.enums import Presence
from clients.models import Client, Segment, ValueBand
from clients.queries import audience, value_band_of, value_bands, with_presence
from clients.services import ensure_value_bands, refresh_rollups, set_value_bands
from company.models import Branch
from tests.clients.test_rollups import START, make_client

pytestmark = pytest.mark.django_db
TODAY = START + dt.timedelta(days=300)


def names(clients: QuerySet[Client]) -> list[str]:
    return sorted(str(client.external_id) for client in clients)


@pytest.fixture
def people() -> None:
    """Three Clients: a small active one, a big one who left, one who never bought."""
    ensure_value_bands()
    small, big = make_client([(250, 100_00)], "small"), make_client([(0, 200_000_00)], "big")
    Client.objects.create(external_id="none", branch=Branch.objects.create(name="Садовая"), segment=Segment.objects.create(name="Частные"))
    refresh_rollups([small.pk, big.pk])


def find(**limits: Any) -> list[str]:
    everybody: dict[str, Any] = {"branches": None, "segments": (), "bands": None, "active_within_days": None, "today": TODAY}
    return names(audience(**(everybody | limits)))


def test_no_limits_is_everybody(people: None) -> None:
    assert find() == ["big", "none", "small"]


def test_limits_narrow(people: None) -> None:
    assert find(branches=Branch.objects.all()) == ["none"]
    assert find(segments=[Segment.objects.get().pk]) == ["none"]
    assert find(active_within_days=60) == ["small"]


def test_bands_are_half_open(people: None) -> None:
    lowest, _second, third, top = value_bands()
    assert find(bands=[lowest]) == ["none", "small"]
    assert find(bands=[third.pk]) == ["big"]
    assert find(bands=[top]) == []
    assert value_band_of(5_000_000, value_bands()) == value_bands()[1]
    assert value_band_of(4_999_999, value_bands()) == lowest
    assert value_band_of(10**12, value_bands()) == top
    assert value_band_of(0, []) is None


def test_presence(people: None) -> None:
    everybody = Client.objects.all()
    assert names(with_presence(everybody, Presence.ACTIVE, TODAY)) == ["small"]
    assert names(with_presence(everybody, Presence.LEFT, TODAY)) == ["big"]
    assert names(with_presence(everybody, Presence.NEVER, TODAY)) == ["none"]
    assert names(with_presence(everybody, "", TODAY)) == ["big", "none", "small"]


def test_default_bands_are_made_once(db: None) -> None:
    ensure_value_bands()
    set_value_bands(upper_ends=[100])
    ensure_value_bands()
    assert [band.up_to for band in value_bands()] == [100, None]


def test_a_band_with_an_unchanged_end_keeps_its_id(db: None) -> None:
    ensure_value_bands()
    before = {band.up_to: band.pk for band in value_bands()}
    set_value_bands(upper_ends=[5_000_000, 9_000_000])
    after = {band.up_to: band.pk for band in ValueBand.objects.all()}
    assert (after[5_000_000], after[None], set(after)) == (before[5_000_000], before[None], {5_000_000, 9_000_000, None})
