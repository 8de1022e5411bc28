"""Clients, and what an import changed in them."""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from clients.models.imports import Import
from clients.models.lists import Channel, Segment
from company.models import Branch, Employee


class Client(models.Model):
    """A person or firm that buys. The phone is E.164, the e-mail in lower case."""

    external_id = models.CharField(_("number in your system"), max_length=64, null=True, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    branch = models.ForeignKey(Branch, models.SET_NULL, null=True, blank=True, db_index=False, verbose_name=_("branch"))
    segment = models.ForeignKey(Segment, models.SET_NULL, null=True, blank=True, db_index=False, verbose_name=_("segment"))
    channel = models.ForeignKey(Channel, models.SET_NULL, null=True, blank=True, db_index=False, verbose_name=_("where from"))
    responsible = models.ForeignKey(Employee, models.SET_NULL, null=True, blank=True, db_index=False, verbose_name=_("responsible person"))
    referred_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, db_index=False, related_name="referrals", verbose_name=_("who sent them")
    )
    brought_by = models.ForeignKey(
        "clients.Recommender",
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="brought",
        verbose_name=_("who of ours brought them"),
    )
    note = models.TextField(_("note"), blank=True)
    do_not_call = models.BooleanField(_("do not call"), default=False)
    do_not_mail = models.BooleanField(_("do not write"), default=False)
    created_by_import = models.ForeignKey(
        Import, models.SET_NULL, null=True, blank=True, related_name="created_clients", db_constraint=False, db_index=False
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["external_id"], name="client_external_id_unique", violation_error_message=_("Another Client has this number.")
            ),
            models.CheckConstraint(condition=Q(external_id__isnull=True) | ~Q(external_id=""), name="client_external_id_not_blank"),
            models.CheckConstraint(condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"), name="client_phone_is_e164"),
            models.CheckConstraint(
                condition=~Q(name="") | ~Q(phone="") | ~Q(email="") | Q(external_id__isnull=False), name="client_is_somebody"
            ),
            models.CheckConstraint(condition=Q(referred_by__isnull=True) | Q(brought_by__isnull=True), name="client_brought_by_one"),
            models.CheckConstraint(condition=Q(referred_by__isnull=True) | ~Q(referred_by=F("id")), name="client_not_sent_by_self"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["email"], condition=~Q(email=""), name="client_by_email"),
            models.Index(Func(F("phone"), Value(10), function="right"), condition=~Q(phone=""), name="client_by_phone_tail"),
            BrinIndex(fields=["created_by_import"], autosummarize=True, name="client_by_import"),
            models.Index(fields=["id"], condition=Q(do_not_call=True), name="client_not_to_call"),
            models.Index(Func(F("name"), function="lower"), name="client_by_name"),
            models.Index(fields=["referred_by"], condition=Q(referred_by__isnull=False), name="client_by_sender"),
            models.Index(fields=["brought_by"], condition=Q(brought_by__isnull=False), name="client_by_bringer"),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id or self.phone or self.email


class ImportChange(models.Model):
    """What an import overwrote in a Client who was already here, kept for the undo."""

    batch = models.ForeignKey(Import, models.CASCADE, related_name="changes")
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    before = models.JSONField(default=dict, help_text="Fields that changed, as they were.")
    after = models.JSONField(default=dict, help_text="The same fields as the import left them.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "client"], name="import_change_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.client_id}"
