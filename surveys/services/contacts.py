"""Partners and candidates: added by hand or pasted in many."""

from collections.abc import Iterator, Sequence

from django.db import transaction
from django.db.models.functions import Lower

from company.models import User
from surveys.contact_lines import ContactLine
from surveys.enums import SurveyAudience
from surveys.models import Contact

CHUNK = 1_000


@transaction.atomic
def save_contact(*, contact: Contact, actor: User) -> Contact:
    """Save a contact; one without an author gets the actor."""
    contact.created_by = contact.created_by or actor
    contact.save()
    return contact


@transaction.atomic
def delete_contact(*, contact: Contact, actor: User) -> bool:
    """Forget a contact; answers stay, without a name."""
    del actor  # named for the record the audit history will keep
    return bool(Contact.objects.filter(pk=contact.pk).delete()[0])


@transaction.atomic
def add_contacts(*, kind: SurveyAudience, lines: Sequence[ContactLine], actor: User) -> tuple[int, int]:
    """Add those not here yet; return how many are new and how many were known. The same text twice adds nothing."""
    new = known = 0
    for start in range(0, len(lines), CHUNK):
        chunk = lines[start : start + CHUNK]
        fresh = [Contact(kind=kind, created_by=actor, **vars(line)) for line in unknown(kind, chunk)]
        added = Contact.objects.bulk_create(fresh, ignore_conflicts=True)
        new, known = new + len(added), known + len(chunk) - len(added)
    return new, known


def unknown(kind: SurveyAudience, lines: Sequence[ContactLine]) -> Iterator[ContactLine]:
    """Yield the lines of people not here yet: known by the address, without one by name and phone."""
    rows = Contact.objects.filter(kind=kind)
    named = [line.email for line in lines if line.email]
    emails = set(rows.annotate(address=Lower("email")).filter(address__in=named).values_list("address", flat=True))
    people = set(rows.filter(email="", phone__in=[line.phone for line in lines]).values_list("name", "phone"))
    for line in lines:
        if line.email not in emails and (line.email or (line.name, line.phone) not in people):
            emails |= {line.email} - {""}
            yield line
