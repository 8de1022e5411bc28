"""Whom a wave of partners or candidates is for."""

import pytest

from surveys.enums import SurveyAudience
from surveys.links import contact_link, personal_link
from surveys.models import Contact
from surveys.queries import contacts_in, find_contacts

pytestmark = pytest.mark.django_db


def names(kind: SurveyAudience, search: str) -> list[str]:
    """Return whom the search finds."""
    return [contact.name for contact in find_contacts(kind, search)]


def test_an_audience_holds_its_own_kind_only() -> None:
    partner = Contact.objects.create(kind="partners", name="Полина Орлова", email="polina@example.org")
    candidate = Contact.objects.create(kind="candidates", name="Егор Зимин")
    assert list(contacts_in("partners")) == [partner]
    assert list(contacts_in(SurveyAudience.CANDIDATES)) == [candidate]


@pytest.mark.parametrize(("search", "found"), [("орло", 1), ("polina@", 1), ("555-41", 1), ("зимин", 0), ("", 1)])
def test_search_reads_name_address_phone_and_note(search: str, found: int) -> None:
    Contact.objects.create(kind="partners", name="Полина Орлова", email="polina@example.org", phone="+79035554107", note="лён оптом")
    assert len(names(SurveyAudience.PARTNERS, search)) == found


def test_a_contact_and_a_client_of_one_number_have_different_links() -> None:
    assert contact_link("wave", 7).token != personal_link("wave", 7).token
