"""Who brings Clients: people outside the list of Clients, everybody's own link, and those who came by one."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.enums import LeadState, RecommenderKind
from clients.models.people import Client
from company.models import Employee, User


class Recommender(models.Model):
    """Somebody who is no Client and brings Clients: an employee, a candidate we did not hire, a partner."""

    kind = models.CharField(_("who it is"), max_length=10, choices=RecommenderKind.choices)
    employee = models.OneToOneField(Employee, models.CASCADE, null=True, blank=True, related_name="recommender", verbose_name=_("employee"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["kind", "name", "id"]
        verbose_name_plural = _("who brings Clients")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=RecommenderKind.values), name="recommender_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=RecommenderKind.EMPLOYEE, employee__isnull=False)
                | (~Q(kind=RecommenderKind.EMPLOYEE) & Q(employee__isnull=True) & ~Q(name="")),
                name="recommender_is_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.employee.name if self.employee else self.name


class ReferralLink(models.Model):
    """The address one person hands to friends. The code is no secret: it is printed on cards and leads to a page for anybody."""

    code = models.CharField(max_length=12, unique=True)
    client = models.OneToOneField(Client, models.CASCADE, null=True, blank=True, related_name="referral_link")
    recommender = models.OneToOneField(Recommender, models.CASCADE, null=True, blank=True, related_name="link")
    is_on = models.BooleanField(_("takes people in"), default=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name_plural = _("referral links")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(client__isnull=True, recommender__isnull=False) | Q(client__isnull=False, recommender__isnull=True),
                name="referral_link_of_one",
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z2-9]{8}$"), name="referral_link_code_plain"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def owner(self) -> Client | Recommender:
        """Return whose link it is."""
        found = self.client or self.recommender
        if found is None:
            raise ValueError(self.pk)
        return found


class Lead(models.Model):
    """Somebody who left a name and a contact by a link and agreed to a call; `client` is who they have become, or were already."""

    link = models.ForeignKey(ReferralLink, models.PROTECT, related_name="leads")
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    note = models.CharField(_("what they need"), max_length=500, blank=True)
    agreed_to = models.CharField(max_length=300, help_text="The words of the consent, as shown.")
    state = models.CharField(max_length=8, choices=LeadState.choices, default=LeadState.WAITING)
    client = models.ForeignKey(Client, models.SET_NULL, null=True, blank=True, related_name="leads")
    thanked_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name_plural = _("people who came by a recommendation")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=LeadState.values), name="lead_state_known"),
            models.CheckConstraint(condition=~Q(name=""), name="lead_has_name"),
            models.CheckConstraint(condition=~Q(phone="") | ~Q(email=""), name="lead_can_be_reached"),
            models.CheckConstraint(condition=~Q(agreed_to=""), name="lead_agreed"),
            models.UniqueConstraint(fields=["phone"], condition=Q(state=LeadState.WAITING) & ~Q(phone=""), name="lead_waits_once_by_phone"),
            models.UniqueConstraint(fields=["email"], condition=Q(state=LeadState.WAITING) & ~Q(email=""), name="lead_waits_once_by_email"),
        ]
        indexes: ClassVar = [models.Index(fields=["id"], condition=Q(state=LeadState.WAITING), name="lead_waiting")]

    def __str__(self) -> str:
        return self.name
