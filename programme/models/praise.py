"""Praise for colleagues, the month's board, remarks for managers, and the links of those who do not sign in."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.tokens import new_token
from company.models import Branch, Employee, User
from programme.enums import PraiseState, Way
from touchpoints.models import Touchpoint

LONGEST_WORDS = 600


class ColleaguePage(models.Model):
    """A colleague's own page, opened by a personal link without an account. Of the link only a hash is kept; a new key is a new link."""

    employee = models.OneToOneField(Employee, models.CASCADE, primary_key=True, related_name="own_page")
    link_key = models.UUIDField(default=uuid.uuid4)
    token_hash = models.BinaryField(max_length=32, unique=True)
    is_off_board = models.BooleanField(default=False, help_text="The colleague chose not to stand on the board.")

    def __str__(self) -> str:
        return str(self.employee)


class PraiseCode(models.Model):
    """A QR code in the back room by which anybody of a branch praises a colleague. It hangs for all to see, so it is no secret."""

    branch = models.ForeignKey(Branch, models.CASCADE, null=True, blank=True, verbose_name=_("branch"))
    token = models.CharField(max_length=32, unique=True, default=new_token)
    is_open = models.BooleanField(default=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["branch", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["branch"], nulls_distinct=False, name="praise_code_once"),
            models.CheckConstraint(condition=~Q(token=""), name="praise_code_has_token"),
        ]

    def __str__(self) -> str:
        return str(self.branch or _("the whole company"))


class Praise(models.Model):
    """What a colleague did well, in the words of another. By the code on the wall the author is whoever they say they are."""

    about = models.ForeignKey(Employee, models.CASCADE, related_name="praises", verbose_name=_("colleague"))
    author = models.ForeignKey(Employee, models.SET_NULL, null=True, blank=True, related_name="praises_given")
    author_name = models.CharField(_("who praises"), max_length=120, blank=True)
    way = models.CharField(max_length=8, choices=Way.choices)
    code = models.ForeignKey(PraiseCode, models.SET_NULL, null=True, blank=True, related_name="praises")
    words = models.TextField(_("what for"), max_length=LONGEST_WORDS)
    client_words = models.TextField(_("what the Client said"), max_length=LONGEST_WORDS, blank=True)
    touchpoint = models.ForeignKey(
        Touchpoint, models.SET_NULL, null=True, blank=True, related_name="praises", verbose_name=_("where it was")
    )
    state = models.CharField(max_length=8, choices=PraiseState.choices)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    request_key = models.UUIDField(unique=True, help_text="A form sent twice is one praise.")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-made_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="praise_has_words"),
            models.CheckConstraint(condition=Q(state__in=PraiseState.values), name="praise_state_known"),
            models.CheckConstraint(condition=Q(way__in=[Way.LOGIN, Way.LINK, Way.CODE]), name="praise_way_known"),
            models.CheckConstraint(condition=Q(author__isnull=True) | ~Q(author=F("about")), name="praise_is_for_another"),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "-made_at"], name="praise_newest")]

    def __str__(self) -> str:
        return f"{self.about}: {self.words[:60]}"


class MonthPick(models.Model):
    """A colleague managers thank before all others for one month; a certificate is printed of it."""

    month = models.DateField(_("month"))
    employee = models.ForeignKey(Employee, models.CASCADE, related_name="month_picks", verbose_name=_("colleague"))
    why = models.CharField(_("what for"), max_length=300)
    picked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    picked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-month", "picked_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "employee"], name="month_pick_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="month_pick_is_first_day"),
            models.CheckConstraint(condition=~Q(why=""), name="month_pick_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.employee}, {self.month:%m.%Y}"


class Remark(models.Model):
    """What bothers somebody in a colleague's work. Its readers are that branch's managers and the owners, and nobody else.

    It is a table of its own, so that no list of praise can show one by mistake.
    """

    about = models.ForeignKey(Employee, models.CASCADE, related_name="remarks", verbose_name=_("colleague"))
    author_name = models.CharField(max_length=120, blank=True, help_text="Empty where the author chose so.")
    words = models.TextField(_("what happened"), max_length=LONGEST_WORDS)
    outcome = models.CharField(_("what was agreed"), max_length=300, blank=True)
    settled_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    request_key = models.UUIDField(unique=True, help_text="A form sent twice is one remark.")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-made_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="remark_has_words"),
            models.CheckConstraint(
                condition=(Q(settled_at__isnull=True) & Q(outcome="")) | (Q(settled_at__isnull=False) & ~Q(outcome="")),
                name="remark_settled_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about}: {self.words[:60]}"
