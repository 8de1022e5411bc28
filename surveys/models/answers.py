"""What respondents said, by whatever road, and what was made of it: tags, themes, counts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Segment
from company.models import Branch, User
from surveys.enums import AnswerChannel, AnswerGroup, CommentKind, SuspectReason
from surveys.models.audiences import Contact
from surveys.models.doors import Door
from surveys.models.past import PastImport
from surveys.models.waves import Invitation, Wave
from touchpoints.models import Action, Touchpoint


class Tag(models.Model):
    """A word the company puts on comments by hand."""

    name = models.CharField(_("name"), max_length=40)
    touchpoint = models.ForeignKey(Touchpoint, models.SET_NULL, null=True, blank=True, verbose_name=_("touchpoint"))

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name"), name="tag_name_once", violation_error_message=_("There is such a tag already.")),
            models.CheckConstraint(condition=~Q(name=""), name="tag_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Theme(models.Model):
    """What comments may be about; found by the lemmas of its words, a phrase being several words in a row."""

    name = models.CharField(_("name"), max_length=60)
    words = models.JSONField(_("words"), default=list, help_text="Words and phrases as typed; their lemmas are compared.")
    touchpoint = models.ForeignKey(Touchpoint, models.SET_NULL, null=True, blank=True, verbose_name=_("touchpoint"))
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="theme_has_name"),
            models.UniqueConstraint(Lower("name"), name="theme_name_once", violation_error_message=_("There is such a theme already.")),
        ]

    def __str__(self) -> str:
        return self.name


class ThemeDictionary(models.Model):
    """Which turn of the dictionary is in force: a single row with id 1. Answers looked at with an earlier one are looked at again."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="theme_dictionary_is_single")]

    def __str__(self) -> str:
        return str(self.version)


class Answer(models.Model):
    """What a respondent said. A score of 0 is a score; branch and segment are those of the day of the answer."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="answers")
    invitation = models.OneToOneField(Invitation, models.SET_NULL, null=True, blank=True, related_name="answer")
    client = models.ForeignKey(Client, models.SET_NULL, null=True, blank=True, related_name="answers")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="answers")
    channel = models.CharField(max_length=8, choices=AnswerChannel.choices)
    door = models.ForeignKey(Door, models.SET_NULL, null=True, blank=True, related_name="answers")
    interviewer = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", help_text="Who asked by phone.")
    batch = models.ForeignKey(PastImport, models.SET_NULL, null=True, blank=True, related_name="answers")
    score = models.PositiveSmallIntegerField()
    why = models.TextField(blank=True)
    ten = models.TextField(blank=True)
    call_me = models.BooleanField(default=False)
    branch = models.ForeignKey(Branch, models.SET_NULL, null=True, blank=True)
    segment = models.ForeignKey(Segment, models.SET_NULL, null=True, blank=True)
    locale = models.CharField(max_length=8, default="ru")
    submission_key = models.UUIDField(unique=True, help_text="A form sent twice is one answer.")
    suspect_reason = models.CharField(max_length=40, choices=SuspectReason.choices, blank=True)
    answered_at = models.DateTimeField(default=timezone.now)
    corrected_at = models.DateTimeField(null=True, blank=True)
    kind = models.CharField(_("what it is"), max_length=10, choices=CommentKind.choices, blank=True)
    triaged_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    triaged_at = models.DateTimeField(null=True, blank=True)
    tags = models.ManyToManyField(Tag, blank=True, related_name="answers")
    themes = models.ManyToManyField(Theme, blank=True, related_name="answers")
    themed_with = models.PositiveIntegerField(
        default=0, help_text="The turn of the dictionary its words were looked at with; a trigger sets it to 0 when they change."
    )
    action = models.ForeignKey(Action, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-answered_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=10), name="answer_score_0_to_10"),
            models.CheckConstraint(condition=Q(channel__in=AnswerChannel.values), name="answer_channel_known"),
            models.CheckConstraint(condition=Q(suspect_reason__in=["", *SuspectReason.values]), name="answer_suspicion_known"),
            models.CheckConstraint(condition=Q(client__isnull=True) | Q(contact__isnull=True), name="answer_of_client_or_contact"),
            models.CheckConstraint(condition=Q(kind__in=["", *CommentKind.values]), name="answer_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="", triaged_at__isnull=True) | (~Q(kind="") & Q(triaged_at__isnull=False)), name="answer_triaged_has_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["wave", "score"], name="answer_wave_score"),
            models.Index(fields=["themed_with"], condition=~(Q(why="") & Q(ten="")), name="answer_to_theme"),
            models.Index(fields=["wave", "score"], condition=Q(suspect_reason="") & ~(Q(why="") & Q(ten="")), name="answer_wave_words"),
            models.Index(
                fields=["wave", "client", "-id"],
                include=["score"],
                condition=Q(suspect_reason="", client__isnull=False),
                name="answer_pairs",
            ),
            models.Index(fields=["-answered_at", "-id"], condition=~(Q(why="") & Q(ten="")), name="answer_comments"),
            models.Index(
                fields=["answered_at", "id"], condition=Q(kind="", suspect_reason="") & ~(Q(why="") & Q(ten="")), name="answer_to_triage"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score}: {self.why[:40]}"

    @property
    def group(self) -> AnswerGroup:
        """Whose answer it is by its score."""
        return AnswerGroup.of(self.score)

    @property
    def has_text(self) -> bool:
        """Say whether anything was written."""
        return bool(self.why or self.ten)


class AnswerTally(models.Model):
    """Rollup kept by triggers: how many answers of a wave have this score, by branch, segment and channel."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="+")
    branch = models.ForeignKey(Branch, models.CASCADE, null=True, related_name="+")
    segment = models.ForeignKey(Segment, models.CASCADE, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=AnswerChannel.choices)
    score = models.PositiveSmallIntegerField()
    is_suspect = models.BooleanField()
    n = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["wave", "branch", "segment", "channel", "score", "is_suspect"], nulls_distinct=False, name="answer_tally_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}: {self.n} x {self.score}"


class PostWindow(models.Model):
    """How many answers one network address has posted to one wave lately; the address is kept only as a keyed hash."""

    key = models.BinaryField(primary_key=True, max_length=32)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {self.ends_at:%H:%M}"
