"""Where the price of a Client is shown: places of signs, screens in the office."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Segment
from company.models import Branch, User
from metrics.enums import NumberSource, SignKind


def sign_photo_path(place: "SignPlace", _name: str) -> str:
    """Return where the photo of a sign lies."""
    return f"signs/{place.request_key}.jpg"


class SignPlace(models.Model):
    """A place where the number hangs, with a photo: the proof that it is shown."""

    kind = models.CharField(_("what hangs"), max_length=10, choices=SignKind.choices, default=SignKind.WALL)
    place = models.CharField(_("where"), max_length=120)
    branch = models.ForeignKey(Branch, models.SET_NULL, null=True, blank=True, verbose_name=_("branch"))
    photo = models.FileField(_("photo"), upload_to=sign_photo_path, blank=True)
    hung_on = models.DateField(_("hangs since"))
    cents = models.BigIntegerField(_("the number on it"), null=True, blank=True)
    source = models.CharField(_("which number"), max_length=10, choices=NumberSource.choices, default=NumberSource.MEASURED)
    segment = models.ForeignKey(Segment, models.SET_NULL, null=True, blank=True, verbose_name=_("segment"))
    taken_down_on = models.DateField(_("taken down on"), null=True, blank=True)
    request_key = models.UUIDField(unique=True, help_text="A form sent twice is one place.")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-hung_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(place=""), name="sign_place_has_place"),
            models.CheckConstraint(condition=Q(kind__in=SignKind.values), name="sign_place_kind_known"),
            models.CheckConstraint(condition=Q(source__in=NumberSource.values), name="sign_place_source_known"),
            models.CheckConstraint(condition=Q(cents__isnull=True) | Q(cents__gt=0), name="sign_place_number_positive"),
            models.CheckConstraint(
                condition=Q(taken_down_on__isnull=True) | Q(taken_down_on__gte=F("hung_on")), name="sign_place_down_after_up"
            ),
        ]

    def __str__(self) -> str:
        return self.place


class OfficeScreen(models.Model):
    """A television that shows the number: its address is a secret shown once, only the hash is kept."""

    name = models.CharField(_("which screen"), max_length=80)
    token_hash = models.BinaryField(max_length=32, unique=True)
    hint = models.CharField(max_length=8, help_text="The last characters, to tell addresses apart.")
    shows_happiness = models.BooleanField(_("show NPS too"), default=True)
    language = models.CharField(_("language"), max_length=5, default="ru")
    last_seen_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(name=""), name="office_screen_has_name")]

    def __str__(self) -> str:
        return self.name
