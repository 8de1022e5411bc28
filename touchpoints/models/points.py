"""The map of touchpoints."""

from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, Q, When
from django.utils.translation import gettext_lazy as _

from company.models import Branch, User
from touchpoints.enums import JourneyStage, Rating, TouchpointClass
from touchpoints.models.files import random_name


def point_photo_path(_point: "Touchpoint", _uploaded: str) -> str:
    """Return where to keep the photo of a touchpoint."""
    return random_name("points")


class TouchpointQuerySet(models.QuerySet["Touchpoint"]):
    """Words about touchpoints."""

    def active(self) -> Self:
        """Return those on the map."""
        return self.filter(is_archived=False)

    def met_in(self, branch: Branch | None) -> Self:
        """Return those a Client of the branch meets: its own and the common ones; without a branch, all."""
        return self if branch is None else self.filter(Q(branch=None) | Q(branch=branch))

    def in_map_order(self) -> Self:
        """Order by class as the method names them, then along the Client's journey."""
        return self.order_by(rank_of("kind", TouchpointClass.values), rank_of("stage", JourneyStage.values), "position", "id")

    def in_journey_order(self) -> Self:
        """Order along the Client's journey, whatever the class."""
        return self.order_by(rank_of("stage", JourneyStage.values), "position", "id")


def rank_of(field: str, values: Iterable[str]) -> Case:
    """Return the place of a column's value in a closed list, for ordering."""
    return Case(*[When(**{field: value}, then=rank) for rank, value in enumerate(values)], output_field=models.SmallIntegerField())


class Touchpoint(models.Model):
    """A place where a Client meets the company. Without a branch it exists in all of them."""

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("class"), max_length=10, choices=TouchpointClass.choices)
    hint = models.CharField(_("what to look at"), max_length=300, blank=True)
    stage = models.CharField(_("step of the journey"), max_length=8, choices=JourneyStage.choices, default=JourneyStage.USE)
    position = models.PositiveIntegerField(default=0, help_text="Place within the step of the journey.")
    photo = models.ImageField(_("photo"), upload_to=point_photo_path, blank=True)
    branch = models.ForeignKey(Branch, models.CASCADE, null=True, blank=True, verbose_name=_("branch"))
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, verbose_name=_("owner"))
    catalogue_key = models.CharField(max_length=60, blank=True, help_text="Which entry of the ready catalogue it came from.")
    is_archived = models.BooleanField(default=False)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = TouchpointQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["kind", "position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=TouchpointClass.values), name="touchpoint_class_known"),
            models.CheckConstraint(condition=~Q(name=""), name="touchpoint_has_name"),
            models.CheckConstraint(condition=Q(stage__in=JourneyStage.values), name="touchpoint_stage_known"),
            models.UniqueConstraint(
                fields=["name", "kind", "branch"], condition=Q(is_archived=False), nulls_distinct=False, name="touchpoint_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Standing(models.Model):
    """The rating in force of a touchpoint in one branch (or of audits of the whole company), and the one before it: a rollup of marks.

    Auditors who walked the same points in one round count together: the middle of their marks, the worse of two.
    """

    touchpoint = models.ForeignKey(Touchpoint, models.CASCADE, related_name="standings")
    branch = models.ForeignKey(Branch, models.CASCADE, null=True, blank=True)
    rating = models.SmallIntegerField(choices=Rating.choices)
    previous = models.SmallIntegerField(choices=Rating.choices, null=True, blank=True)
    worst = models.SmallIntegerField(choices=Rating.choices, help_text="The worst mark of the round in force.")
    best = models.SmallIntegerField(choices=Rating.choices, help_text="The best mark of the round in force.")
    n_marks = models.PositiveSmallIntegerField()
    rated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["touchpoint", "branch"], nulls_distinct=False, name="standing_once"),
            models.CheckConstraint(condition=Q(rating__in=Rating.values), name="standing_rating_known"),
            models.CheckConstraint(
                condition=Q(worst__lte=models.F("rating"), best__gte=models.F("rating"), n_marks__gte=1), name="standing_within_marks"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["touchpoint", "-rated_at"], name="standing_newest")]

    def __str__(self) -> str:
        return f"{self.touchpoint_id}: {self.get_rating_display()}"


class MapSettings(models.Model):
    """How the company calls the three levels: a single row with id 1. An empty word means the usual one."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    awful_word = models.CharField(_("the lowest level"), max_length=20, blank=True)
    ok_word = models.CharField(_("the middle level"), max_length=20, blank=True)
    wow_word = models.CharField(_("the highest level"), max_length=20, blank=True)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="map_settings_are_single")]

    def __str__(self) -> str:
        return "MapSettings"
