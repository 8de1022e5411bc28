"""Three short worksheets that end in actions: fears and guarantees, reasons to talk, what holds Clients."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Segment
from company.models import Branch, User
from touchpoints.enums import FearKind, GuaranteeState, HoldKind, HoldStrength, LessonKind, TalkKind, TalkState
from touchpoints.models.actions import Action
from touchpoints.models.points import Touchpoint


class Fear(models.Model):
    """What a buyer of ours is afraid of, in the buyer's own words."""

    kind = models.CharField(_("kind"), max_length=12, choices=FearKind.choices)
    words = models.CharField(_("how a Client would say it"), max_length=200)
    touchpoint = models.ForeignKey(Touchpoint, models.SET_NULL, null=True, blank=True, verbose_name=_("where it is felt"))
    position = models.PositiveSmallIntegerField(default=0)
    action = models.ForeignKey(Action, models.SET_NULL, null=True, blank=True, related_name="fears")
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=FearKind.values), name="fear_kind_known"),
            models.CheckConstraint(condition=~Q(words=""), name="fear_has_words"),
        ]

    def __str__(self) -> str:
        return self.words


class Guarantee(models.Model):
    """What the company promises so that a fear goes away. A fear that no given guarantee answers is a gap."""

    promise = models.CharField(_("what we guarantee"), max_length=200)
    fears = models.ManyToManyField(Fear, blank=True, related_name="guarantees", verbose_name=_("which fears it answers"))
    state = models.CharField(_("state"), max_length=10, choices=GuaranteeState.choices, default=GuaranteeState.IDEA)
    action = models.ForeignKey(Action, models.SET_NULL, null=True, blank=True, related_name="guarantees")
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(promise=""), name="guarantee_has_promise"),
            models.CheckConstraint(condition=Q(state__in=GuaranteeState.values), name="guarantee_state_known"),
        ]

    def __str__(self) -> str:
        return self.promise


class TalkIdea(models.Model):
    """An idea that should make Clients talk about us: tried where, and what came of it."""

    kind = models.CharField(_("kind"), max_length=10, choices=TalkKind.choices)
    text = models.CharField(_("the idea"), max_length=300)
    touchpoint = models.ForeignKey(Touchpoint, models.SET_NULL, null=True, blank=True, verbose_name=_("touchpoint"))
    branch = models.ForeignKey(Branch, models.SET_NULL, null=True, blank=True, verbose_name=_("tried in"))
    state = models.CharField(_("state"), max_length=10, choices=TalkState.choices, default=TalkState.IDEA)
    tried_on = models.DateField(_("tried since"), null=True, blank=True)
    cost_cents = models.BigIntegerField(_("cost"), null=True, blank=True)
    came = models.PositiveIntegerField(_("Clients who came of it"), null=True, blank=True)
    result = models.TextField(_("what came of it"), blank=True)
    action = models.ForeignKey(Action, models.SET_NULL, null=True, blank=True, related_name="talk_ideas")
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=TalkKind.values), name="talk_kind_known"),
            models.CheckConstraint(condition=Q(state__in=TalkState.values), name="talk_state_known"),
            models.CheckConstraint(condition=~Q(text=""), name="talk_has_text"),
            models.CheckConstraint(condition=Q(cost_cents__isnull=True) | Q(cost_cents__gte=0), name="talk_cost_not_negative"),
            models.CheckConstraint(condition=Q(state=TalkState.IDEA) | Q(tried_on__isnull=False), name="talk_tried_has_day"),
            models.CheckConstraint(
                condition=~Q(state__in=[TalkState.KEPT, TalkState.DROPPED]) | ~Q(result=""), name="talk_ended_has_result"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Hold(models.Model):
    """How strongly one thing holds the Clients of a segment (or all of them)."""

    segment = models.ForeignKey(Segment, models.CASCADE, null=True, blank=True, verbose_name=_("segment"))
    kind = models.CharField(_("what holds"), max_length=12, choices=HoldKind.choices)
    strength = models.PositiveSmallIntegerField(_("how strongly"), choices=HoldStrength.choices)
    note = models.CharField(_("how it shows"), max_length=300, blank=True)
    action = models.ForeignKey(Action, models.SET_NULL, null=True, blank=True, related_name="holds")
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["segment", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=HoldKind.values), name="hold_kind_known"),
            models.CheckConstraint(condition=Q(strength__in=HoldStrength.values), name="hold_strength_known"),
            models.UniqueConstraint(fields=["segment", "kind"], nulls_distinct=False, name="hold_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_strength_display()}"


class Lesson(models.Model):
    """Something we taught Clients, and who came."""

    kind = models.CharField(_("kind"), max_length=10, choices=LessonKind.choices)
    title = models.CharField(_("what about"), max_length=200)
    held_on = models.DateField(_("when"))
    segment = models.ForeignKey(Segment, models.SET_NULL, null=True, blank=True, verbose_name=_("for whom"))
    invited = models.PositiveIntegerField(_("invited"), null=True, blank=True)
    others = models.PositiveIntegerField(_("came besides the Clients listed"), default=0)
    clients = models.ManyToManyField(Client, blank=True, related_name="lessons", verbose_name=_("Clients who came"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-held_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=LessonKind.values), name="lesson_kind_known"),
            models.CheckConstraint(condition=~Q(title=""), name="lesson_has_title"),
            models.CheckConstraint(condition=Q(invited__isnull=True) | Q(invited__gte=F("others")), name="lesson_others_were_invited"),
        ]

    def __str__(self) -> str:
        return self.title
