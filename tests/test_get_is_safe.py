"""Looking changes nothing: every page, opened by the owner, leaves every table as it was."""

import pytest
from django.db import connection
from django.test import Client as Browser

from tests.test_access_matrix import ADDRESSES, matrix, url_of

READABLE = sorted(name for name in ADDRESSES if "GET" in matrix().get(name, ("", ""))[1].split(","))
# Sessions carry messages and the time of the last visit; they are no record of the firm.
PASSING = {"django_session"}


def checksum() -> dict[str, str]:
    """Return a digest of the rows of every table."""
    digests = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.django_table_names(only_existing=True)) - PASSING):
            cursor.execute(f"SELECT count(*) || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{table}\" t")
            digests[table] = cursor.fetchone()[0]
    return digests


@pytest.mark.parametrize("name", READABLE)
def test_opening_a_page_changes_nothing(name: str, as_owner: Browser) -> None:
    before = checksum()
    as_owner.get(url_of(name))
    assert checksum() == before
