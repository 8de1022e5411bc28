"""Anonymous surveys of employees: who may answer and what was answered lie apart, and nothing leads from one to the other.

No row here knows when it was written, and no ballot, comment or result knows whose it is.
"""

import datetime as dt
import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from company.models import Branch, Employee, User
from mailing.models import MailWave
from surveys.enums import (
    GroupStatus,
    Motive,
    RemindWhom,
    StaffQuestion,
    StaffSlice,
    StaffSurveyKind,
    Tenure,
    WaveState,
    WithheldReason,
)
from touchpoints.models import Action

LEAST_THRESHOLD, LEAST_COMMENT_THRESHOLD = 5, 10
PUBLIC_KEY_BYTES = 32
FEWEST_OPTIONS, MOST_OPTIONS = 2, 6
WITH_OPTIONS = [StaffSurveyKind.PULSE, StaffSurveyKind.VOTE]


def by_branch() -> list[str]:
    """Return the slices a new staff survey has."""
    return [StaffSlice.BRANCH.value]


def usual_reminders() -> list[int]:
    """Return the days after the start on which reminders leave."""
    return [3, 7]


class StaffWave(models.Model):
    """One anonymous survey of employees. Once started nothing that protects people changes any more: the database refuses it.

    `public_key` seals ballots; the private key lies in files outside the database and dies after the tally. `options` are the
    statements of a pulse, ours first, or what a vote chooses among. `answered` is known after the tally, and only from the threshold on.
    """

    kind = models.CharField(_("what is asked"), max_length=8, choices=StaffSurveyKind.choices, default=StaffSurveyKind.ENPS)
    name = models.CharField(_("name"), max_length=120)
    locale = models.CharField(_("language"), max_length=8, default="ru")
    state = models.CharField(max_length=8, choices=WaveState.choices, default=WaveState.DRAFT)
    public_token = models.CharField(max_length=32, unique=True)
    branches = models.ManyToManyField(Branch, blank=True, related_name="+", verbose_name=_("branches asked"))
    slices = ArrayField(
        models.CharField(max_length=10, choices=StaffSlice.choices), default=by_branch, blank=True, verbose_name=_("results by")
    )
    threshold = models.PositiveSmallIntegerField(_("smallest group shown"), default=LEAST_THRESHOLD)
    comment_threshold = models.PositiveSmallIntegerField(_("comments are shown from"), default=LEAST_COMMENT_THRESHOLD)
    question = models.CharField(_("question"), max_length=300)
    why_question = models.CharField(_("reason question"), max_length=300, blank=True)
    ten_question = models.CharField(_("question about a 10"), max_length=300, blank=True)
    options = ArrayField(models.CharField(max_length=300), default=list, blank=True, verbose_name=_("statements, ours first"))
    subject = models.CharField(_("subject"), max_length=150)
    intro = models.TextField(_("text of the letter"), blank=True)
    reminder_days = ArrayField(models.PositiveSmallIntegerField(), default=usual_reminders, blank=True, verbose_name=_("reminders on day"))
    remind_whom = models.CharField(_("reminders go to"), max_length=10, choices=RemindWhom.choices, default=RemindWhom.EVERYBODY)
    newcomers_wait = models.BooleanField(default=False, help_text="Who has joined since the last survey of this kind is asked next time.")
    mail_wave = models.OneToOneField(MailWave, models.PROTECT, null=True, blank=True)
    public_key = models.BinaryField(max_length=PUBLIC_KEY_BYTES, null=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"))
    tallied_at = models.DateTimeField(null=True, blank=True)
    is_lost = models.BooleanField(default=False, help_text="Closed without a result, because the private key was gone.")
    invited = models.PositiveIntegerField(null=True, blank=True)
    answered = models.PositiveIntegerField(null=True, blank=True)
    spoiled = models.PositiveIntegerField(default=0, help_text="Ballots that could not be opened or were more than the people asked.")
    is_textless = models.BooleanField(default=False, help_text="Texts were thrown away unread, because too few had answered.")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="staff_wave_has_name"),
            models.CheckConstraint(condition=Q(kind__in=StaffSurveyKind.values), name="staff_wave_kind_known"),
            models.CheckConstraint(condition=Q(state__in=WaveState.values), name="staff_wave_state_known"),
            models.CheckConstraint(condition=Q(remind_whom__in=RemindWhom.values), name="staff_wave_remind_known"),
            models.CheckConstraint(condition=Q(slices__contained_by=StaffSlice.values), name="staff_wave_slices_known"),
            models.CheckConstraint(
                condition=Q(threshold__gte=LEAST_THRESHOLD),
                name="staff_wave_threshold_floor",
                violation_error_message=_("A group of fewer than 5 is never shown."),
            ),
            models.CheckConstraint(
                condition=Q(comment_threshold__gte=LEAST_COMMENT_THRESHOLD) & Q(comment_threshold__gte=F("threshold")),
                name="staff_wave_comment_floor",
                violation_error_message=_("Comments are never shown below 10 answers."),
            ),
            models.CheckConstraint(condition=Q(reminder_days__len__lte=3), name="staff_wave_three_reminders"),
            models.CheckConstraint(
                condition=Q(kind__in=WITH_OPTIONS, options__len__gte=FEWEST_OPTIONS, options__len__lte=MOST_OPTIONS)
                | (~Q(kind__in=WITH_OPTIONS) & Q(options__len=0)),
                name="staff_wave_options_of_choice",
            ),
            models.CheckConstraint(condition=~Q(kind=StaffSurveyKind.VOTE) | Q(slices__len=0), name="staff_wave_vote_is_of_all"),
            models.CheckConstraint(
                condition=Q(state=WaveState.DRAFT, starts_at__isnull=True, public_key__isnull=True, invited__isnull=True)
                | (~Q(state=WaveState.DRAFT) & Q(starts_at__isnull=False, public_key__isnull=False, invited__gte=F("threshold"))),
                name="staff_wave_started_has_key",
            ),
            models.CheckConstraint(
                condition=Q(state=WaveState.CLOSED, tallied_at__isnull=False) | (~Q(state=WaveState.CLOSED) & Q(tallied_at__isnull=True)),
                name="staff_wave_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(answered__isnull=True)
                | Q(state=WaveState.CLOSED, answered__gte=F("threshold"), answered__lte=F("invited"), is_lost=False),
                name="staff_wave_answered_known_late",
            ),
            models.CheckConstraint(
                condition=Q(state=WaveState.CLOSED) | Q(spoiled=0, is_textless=False), name="staff_wave_spoiled_known_late"
            ),
            models.CheckConstraint(condition=Q(starts_at__isnull=True) | Q(closes_at__gt=F("starts_at")), name="staff_wave_times_ordered"),
        ]

    def __str__(self) -> str:
        return self.name

    def takes_answers(self, now: dt.datetime) -> bool:
        """Say whether a ballot cast now counts."""
        return self.state == WaveState.RUNNING and now < self.closes_at


class StaffSeat(models.Model):
    """An employee asked in a staff survey, with the groups they belonged to on the day it started. It never changes afterwards.

    `by_code`: they have no e-mail address of their own and draw a printed code; then only their branch is known of a ballot.
    """

    wave = models.ForeignKey(StaffWave, models.CASCADE, related_name="seats")
    employee = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    person = models.BigIntegerField(null=True, editable=False, help_text="The employee's number, kept when the employee is deleted.")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="staff_seats")
    department = models.CharField(max_length=80, blank=True)
    tenure = models.CharField(max_length=10, choices=Tenure.choices, blank=True)
    by_code = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wave", "employee"], name="staff_seat_once"),
            models.CheckConstraint(condition=Q(tenure__in=["", *Tenure.values]), name="staff_seat_tenure_known"),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}: {self.employee_id}"

    @property
    def number(self) -> int:
        """A number that means the same person in every survey, even when they have been deleted since."""
        return self.person or self.employee_id or -self.pk


class StaffTicket(models.Model):
    """The right to cast one ballot: of a seat, by a personal link, or of whoever drew this code from the branch's bowl.

    It says only that it has been used. The tally deletes it. Neither link nor code is stored: both are derived, the hash is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(StaffWave, models.CASCADE, related_name="tickets")
    seat = models.OneToOneField(StaffSeat, models.CASCADE, null=True, related_name="ticket")
    bowl = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="staff_tickets")
    token_hash = models.BinaryField(max_length=32, unique=True)
    answered = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(seat__isnull=True) | Q(bowl__isnull=True), name="staff_ticket_seat_or_bowl"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class StaffBallot(models.Model):
    """A sealed ballot: bytes of one length that only the wave's private key opens. The tally deletes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(StaffWave, models.CASCADE, related_name="ballots")
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return str(self.pk)


class StaffGroup(models.Model):
    """What the release audit let out of one group's answers: everybody (no dimension) or one value of one slice.

    `counts` are answers by category: critics, neutrals, fans of eNPS; wrong, right of a pulse; votes for each option of a vote; none of
    motives. `histogram` is by score 0 to 10, of everybody only. A band stands in the place of counts, of a vote with its `leader`, the
    number of the option that won by far; of a withheld group nothing is kept at all.
    """

    wave = models.ForeignKey(StaffWave, models.CASCADE, related_name="groups")
    dimension = models.CharField(max_length=10, choices=StaffSlice.choices, blank=True)
    value = models.CharField(max_length=80, blank=True, help_text="A branch's number, a department's name, a span of time.")
    label = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=8, choices=GroupStatus.choices)
    reason = models.CharField(max_length=14, choices=WithheldReason.choices, blank=True)
    invited = models.PositiveIntegerField()
    answered = models.PositiveIntegerField(null=True, blank=True)
    counts = ArrayField(models.PositiveIntegerField(), null=True, blank=True)
    histogram = ArrayField(models.PositiveIntegerField(), null=True, blank=True)
    band_low = models.SmallIntegerField(null=True, blank=True)
    band_high = models.SmallIntegerField(null=True, blank=True)
    leader = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wave", "dimension", "value"], name="staff_group_once"),
            models.CheckConstraint(condition=Q(status__in=GroupStatus.values), name="staff_group_status_known"),
            models.CheckConstraint(
                condition=Q(status=GroupStatus.EXACT, reason="", answered__gte=LEAST_THRESHOLD, answered__lte=F("invited"))
                | (~Q(status=GroupStatus.EXACT) & Q(reason__in=WithheldReason.values, answered__isnull=True)),
                name="staff_group_exact_or_reason",
            ),
            models.CheckConstraint(
                condition=Q(status=GroupStatus.EXACT) | Q(counts__isnull=True, histogram__isnull=True), name="staff_group_hides_counts"
            ),
            models.CheckConstraint(
                condition=Q(status=GroupStatus.BAND, band_low__lt=F("band_high"))
                | (~Q(status=GroupStatus.BAND) & Q(band_low__isnull=True, band_high__isnull=True)),
                name="staff_group_band_complete",
            ),
            models.CheckConstraint(condition=Q(histogram__isnull=True) | Q(dimension=""), name="staff_group_histogram_of_all"),
            models.CheckConstraint(
                condition=Q(leader__isnull=True) | Q(status=GroupStatus.BAND, reason=WithheldReason.LANDSLIDE, dimension=""),
                name="staff_group_leader_by_far",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}: {self.dimension} {self.label}"


class StaffComment(models.Model):
    """A text from an anonymous survey, without score, group or order: its number is random and rows lie shuffled."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(StaffWave, models.CASCADE, related_name="comments")
    question = models.CharField(max_length=3, choices=StaffQuestion.choices)
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="staff_comment_has_text"),
            models.CheckConstraint(condition=Q(question__in=StaffQuestion.values), name="staff_comment_question_known"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class MotiveRating(models.Model):
    """How a released group rated a motive: mean and standard deviation to one decimal, and the motive's place, 1 being the dearest.

    Where almost everybody gave the same rating, mean and deviation are left out and only the place stays.
    """

    group = models.ForeignKey(StaffGroup, models.CASCADE, related_name="ratings")
    motive = models.CharField(max_length=12, choices=Motive.choices)
    place = models.PositiveSmallIntegerField()
    mean = models.DecimalField(max_digits=3, decimal_places=1, null=True)
    deviation = models.DecimalField(max_digits=3, decimal_places=1, null=True)

    class Meta:
        ordering: ClassVar = ["place", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "motive"], name="motive_rating_once"),
            models.CheckConstraint(condition=Q(motive__in=Motive.values), name="motive_rating_motive_known"),
            models.CheckConstraint(condition=Q(place__gte=1, place__lte=10), name="motive_rating_place_1_to_10"),
            models.CheckConstraint(
                condition=Q(mean__isnull=True, deviation__isnull=True) | Q(mean__gte=1, mean__lte=10, deviation__gte=0),
                name="motive_rating_mean_1_to_10",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.motive}"


class MotiveGuess(models.Model):
    """How a manager thinks a group will rate the ten motives, sealed before the results open: a trigger refuses it afterwards.

    `ratings` are 1 to 10 in the order of `Motive`.
    """

    wave = models.ForeignKey(StaffWave, models.CASCADE, related_name="guesses")
    guesser = models.ForeignKey(User, models.CASCADE, related_name="+")
    dimension = models.CharField(max_length=10, choices=StaffSlice.choices, blank=True)
    value = models.CharField(max_length=80, blank=True)
    ratings = ArrayField(models.PositiveSmallIntegerField(), size=len(Motive))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wave", "guesser", "dimension", "value"], name="motive_guess_once"),
            models.CheckConstraint(
                condition=Q(ratings__len=len(Motive), ratings__contained_by=list(range(1, 11))), name="motive_guess_ten_ratings"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}: {self.guesser_id} {self.dimension} {self.value}"


class MotiveStep(models.Model):
    """What is done about the gap between what a group wants and what its manager thought: an action for one motive."""

    group = models.ForeignKey(StaffGroup, models.CASCADE, related_name="steps")
    motive = models.CharField(max_length=12, choices=Motive.choices)
    action = models.OneToOneField(Action, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "motive"], name="motive_step_once"),
            models.CheckConstraint(condition=Q(motive__in=Motive.values), name="motive_step_motive_known"),
        ]

    def __str__(self) -> str:
        return f"{self.motive}: {self.action_id}"
