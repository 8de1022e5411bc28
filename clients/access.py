"""Who may say something of a Client."""

from django.http import Http404

from clients.models import Client, ClientMark
from company.enums import Role
from company.models import User


def client_to_mark_or_404(user: User, pk: int) -> Client:
    """Return the Client a user may put a mark on: managers any, staff those they look after."""
    found = Client.objects.select_related("sum").filter(pk=pk)
    if not user.has_role(Role.MANAGER):
        found = found.filter(responsible__user=user)
    client = found.first()
    if client is None:
        raise Http404
    return client


def mark_or_404(user: User, pk: int) -> ClientMark:
    """Return a mark the user may take back: managers any, others their own."""
    found = ClientMark.objects.select_related("client").filter(pk=pk)
    if not user.has_role(Role.MANAGER):
        found = found.filter(author=user)
    mark = found.first()
    if mark is None:
        raise Http404
    return mark


def looks_after(user: User, client: Client) -> bool:
    """Say whether the user is the Client's responsible person."""
    return client.responsible is not None and client.responsible.user_id == user.pk
