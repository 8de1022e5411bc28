"""Bringing Clients back: what was fixed, whom it concerns, and the call or the letter each of them got."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from churn.enums import CampaignState, ReturnSkip, ReturnState, ReturnWay
from churn.models.leavers import Leaver
from clients.models import Client
from company.models import User
from mailing.models import Message
from surveys.models import Answer
from touchpoints.models import Action


class ReturnCampaign(models.Model):
    """We fixed something and tell it to everybody who named it. A share is told nothing, so that the effect can be measured."""

    action = models.ForeignKey(Action, models.PROTECT, null=True, blank=True, related_name="campaigns", verbose_name=_("what was done"))
    name = models.CharField(_("name"), max_length=120)
    fixed = models.TextField(_("what we have fixed, in the Client's words"))
    held_out_percent = models.PositiveSmallIntegerField(_("are told nothing, %"), default=0)
    window_days = models.PositiveSmallIntegerField(_("days to come back in"), default=60)
    locale = models.CharField(_("language of the letters"), max_length=8, default="ru")
    state = models.CharField(max_length=8, choices=CampaignState.choices, default=CampaignState.DRAFT)
    base_share = models.FloatField(null=True, blank=True, help_text="The share that comes back untold, as it was known at the start.")
    detectable = models.FloatField(null=True, blank=True, help_text="The smallest difference of shares these groups can show, 80 % power.")
    request_key = models.UUIDField(unique=True, help_text="A form sent twice is one campaign.")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=CampaignState.values), name="return_campaign_state_known"),
            models.CheckConstraint(condition=Q(held_out_percent__lte=50), name="return_campaign_held_out_at_most_half"),
            models.CheckConstraint(condition=Q(window_days__gte=7, window_days__lte=365), name="return_campaign_window_sane"),
            models.CheckConstraint(
                condition=Q(state=CampaignState.DRAFT) | Q(started_at__isnull=False), name="return_campaign_running_has_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReturnTurn(models.Model):
    """One Client of a campaign: a leaver who named what was fixed, or a critic who is still with us.

    The letter is put together from what is known about the Client and then edited by a person; no two letters of a campaign
    are the same, the database sees to it.
    """

    campaign = models.ForeignKey(ReturnCampaign, models.CASCADE, related_name="turns")
    client = models.ForeignKey(Client, models.CASCADE, related_name="return_turns")
    leaver = models.ForeignKey(Leaver, models.SET_NULL, null=True, blank=True, related_name="return_turns")
    answer = models.ForeignKey(Answer, models.SET_NULL, null=True, blank=True, related_name="+", help_text="What a present critic wrote.")
    way = models.CharField(_("how"), max_length=8, choices=ReturnWay.choices, default=ReturnWay.CALL)
    state = models.CharField(max_length=8, choices=ReturnState.choices, default=ReturnState.WAITING)
    is_held_out = models.BooleanField(default=False)
    skip_reason = models.CharField(max_length=20, choices=ReturnSkip.choices, blank=True)
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    letter = models.TextField(_("letter"), blank=True)
    letter_hash = models.BinaryField(max_length=32, null=True, blank=True, help_text="SHA-256 of the words, without names.")
    postal_address = models.TextField(_("postal address"), blank=True)
    edited_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    edited_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="+")
    told_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", help_text="Who called a present critic.")
    responsible = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", help_text="Who looked after the Client when they were called."
    )
    told_on = models.DateField(null=True, blank=True, help_text="The day of the call or the letter; of the draw for those told nothing.")
    drawn_on = models.DateField(
        null=True, blank=True, help_text="The day chance decided who is told. Empty: had to be told or left in peace anyway, not compared."
    )

    class Meta:
        ordering: ClassVar = ["campaign", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "client"], name="return_turn_once"),
            models.UniqueConstraint(fields=["campaign", "letter_hash"], condition=Q(letter_hash__isnull=False), name="letters_differ"),
            models.CheckConstraint(condition=Q(way__in=ReturnWay.values), name="return_turn_way_known"),
            models.CheckConstraint(condition=Q(state__in=ReturnState.values), name="return_turn_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ReturnState.TOLD) | Q(is_held_out=False, told_on__isnull=False), name="return_turn_told_not_held_out"
            ),
            models.CheckConstraint(
                condition=~Q(state=ReturnState.TOLD) | Q(way=ReturnWay.CALL) | Q(edited_at__isnull=False, letter_hash__isnull=False),
                name="return_letter_edited_by_a_person",
            ),
            models.CheckConstraint(condition=~Q(state=ReturnState.SKIPPED) | ~Q(skip_reason=""), name="return_turn_skipped_has_reason"),
            models.CheckConstraint(condition=Q(is_held_out=False) | Q(drawn_on__isnull=False), name="return_turn_held_out_by_draw"),
            models.CheckConstraint(
                condition=Q(told_by__isnull=True) | Q(responsible__isnull=True) | ~Q(told_by=F("responsible")),
                name="return_turn_not_told_by_responsible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.client}"
