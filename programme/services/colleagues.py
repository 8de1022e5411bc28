"""Personal links of colleagues: a page of their own without an account."""

import uuid

from django.db import transaction

from common.tokens import token_hash
from company.models import Employee
from mailing.services import PersonalLink
from programme.models import ColleaguePage


def link_of(employee_pk: int, key: uuid.UUID) -> PersonalLink:
    """Return the link that belongs to a key: a new key makes the old link a dead one."""
    return PersonalLink("programme:colleague", "colleague", f"{employee_pk}:{key}")


@transaction.atomic
def own_page(*, employee: Employee) -> ColleaguePage:
    """Return the colleague's page, made at the first call."""
    key = uuid.uuid4()
    page, _is_new = ColleaguePage.objects.get_or_create(
        employee=employee, defaults={"link_key": key, "token_hash": token_hash(link_of(employee.pk, key).token)}
    )
    return page


def page_link(employee: Employee) -> PersonalLink:
    """Return the colleague's personal link."""
    page = own_page(employee=employee)
    return link_of(page.employee_id, page.link_key)


@transaction.atomic
def renew_link(*, employee: Employee) -> PersonalLink:
    """Give the colleague another link; the old one opens nothing any more, the next letter brings the new one."""
    page, key = own_page(employee=employee), uuid.uuid4()
    link = link_of(employee.pk, key)
    ColleaguePage.objects.filter(pk=page.pk).update(link_key=key, token_hash=token_hash(link.token))
    return link


@transaction.atomic
def choose_board(*, employee: Employee, is_off: bool) -> None:
    """Let a colleague stand on the board or not."""
    page = own_page(employee=employee)
    ColleaguePage.objects.filter(pk=page.pk).update(is_off_board=is_off)
