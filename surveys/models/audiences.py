"""Whom surveys ask: rules over Clients, saved under a name, and people who are no Clients."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from clients.models import Channel, Segment, ValueBand
from company.models import Branch, User
from surveys.enums import SurveyAudience


class AudienceRules(models.Model):
    """Which Clients are meant; an empty list is no limit."""

    branches = models.ManyToManyField(Branch, blank=True, verbose_name=_("branches"))
    segments = models.ManyToManyField(Segment, blank=True, verbose_name=_("segments"))
    bands = models.ManyToManyField(ValueBand, blank=True, verbose_name=_("value bands"))
    channels = models.ManyToManyField(Channel, blank=True, verbose_name=_("where they came from"))
    active_within_days = models.PositiveSmallIntegerField(_("bought within, days"), null=True, blank=True)

    class Meta:
        abstract = True


class SavedAudience(AudienceRules):
    """An audience the company uses again and again."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A partner or a candidate: somebody who is asked and never buys, so no number about Clients knows them."""

    kind = models.CharField(_("who"), max_length=10, choices=SurveyAudience.choices)
    name = models.CharField(_("name"), max_length=160)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    do_not_mail = models.BooleanField(_("do not write"), default=False)
    do_not_call = models.BooleanField(_("do not call"), default=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=SurveyAudience.others()), name="contact_is_no_client"),
            models.CheckConstraint(condition=~Q(name=""), name="contact_has_name"),
            models.UniqueConstraint("kind", Lower("email"), condition=~Q(email=""), name="contact_email_once_per_kind"),
        ]

    def __str__(self) -> str:
        return self.name
