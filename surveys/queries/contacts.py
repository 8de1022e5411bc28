"""Partners and candidates: people who are asked and never buy."""

from django.db.models import Count, Q, QuerySet

from surveys.enums import SurveyAudience
from surveys.models import Contact


def contacts_in(kind: str) -> QuerySet[Contact]:
    """Return the contacts of one audience in the order of their numbers; `partners` or `candidates`."""
    return Contact.objects.filter(kind=kind).order_by("id")


def find_contacts(kind: SurveyAudience, search: str) -> QuerySet[Contact]:
    """Return the contacts of a kind whose name, address, phone or note holds the text, by name."""
    rows = contacts_in(kind).order_by("name", "id")
    if not search:
        return rows
    named = Q(name__icontains=search) | Q(email__icontains=search) | Q(note__icontains=search)
    digits = "".join(sign for sign in search if sign.isdigit())
    return rows.filter(named | Q(phone__contains=digits) if digits else named)


def contact_counts() -> list[tuple[SurveyAudience, int]]:
    """Return every kind of contacts with their number."""
    counts = dict(Contact.objects.order_by().values_list("kind").annotate(n=Count("id")))
    return [(SurveyAudience(kind), counts.get(kind, 0)) for kind in SurveyAudience.others()]
