"""What went wrong between a Client and us, and who may read it."""

from django.db.models import Q, QuerySet

from clients.models import Client, Incident
from company.enums import Role
from company.models import User


def incidents_of(client: Client) -> QuerySet[Incident]:
    """Return the complaints and conflicts of a Client, newest first."""
    return Incident.objects.filter(client=client).select_related("author")


def served_clients(user: User) -> QuerySet[Client]:
    """Return the Clients of whom a user may read and write what went wrong: managers all, staff those they look after."""
    return Client.objects.all() if user.has_role(Role.MANAGER) else Client.objects.filter(responsible__user=user)


def incidents_seen_by(user: User) -> QuerySet[Incident]:
    """Return the incidents a user may settle: those of their Clients, and those they wrote down themselves."""
    incidents = Incident.objects.select_related("client")
    return incidents if user.has_role(Role.MANAGER) else incidents.filter(Q(client__responsible__user=user) | Q(author=user))
