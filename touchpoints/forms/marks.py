"""What an auditor types of one touchpoint."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from common.images import Photo
from common.picture_fields import PhotoField
from touchpoints.enums import Rating
from touchpoints.forms.fields import LinesField
from touchpoints.models import Standard
from touchpoints.services import MAX_PHOTOS, Said

NO_RATING = _("Choose one of the three, or skip the touchpoint.")
MAX_AGE = dt.timedelta(days=366)


class MarkForm(forms.Form):
    """A rating or a skip, a note, what was kept and photos. A photo we cannot take does not hold back the rest: see `problems`."""

    SEEN: ClassVar = {"kept": True, "missed": False, "": None}

    rating = forms.TypedChoiceField(choices=Rating.choices, coerce=lambda value: Rating(int(value)), required=False, empty_value=None)
    skip = forms.BooleanField(required=False)
    note = LinesField(required=False, max_length=2000)
    version = forms.IntegerField(required=False, min_value=0)

    def __init__(self, data: Any = None, files: Any = None, *, standards: Iterable[Standard] = ()) -> None:
        super().__init__(data, files)
        self.photos: list[tuple[uuid.UUID, Photo]] = []
        self.problems: list[str] = []
        self.checks = {standard.pk: f"standard-{standard.pk}" for standard in standards}
        for name in self.checks.values():
            self.fields[name] = forms.ChoiceField(choices=[(value, value) for value in self.SEEN], required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for a rating unless the touchpoint is skipped; read the photos."""
        cleaned = super().clean() or {}
        if cleaned.get("skip"):
            cleaned["rating"] = None
        elif cleaned.get("rating") is None and "rating" not in self.errors:
            self.add_error("rating", NO_RATING)
        self.read_photos()
        return cleaned

    def read_photos(self) -> None:
        """Re-encode the uploads; the phone's own key of each stands beside it."""
        uploads = self.files.getlist("photo") if isinstance(self.files, MultiValueDict) else []
        keys = self.data.getlist("photo_key") if isinstance(self.data, MultiValueDict) else []
        for place, upload in enumerate(uploads[:MAX_PHOTOS]):
            self.read_photo(read_key(keys[place]) if place < len(keys) else None, upload)
        if len(uploads) > MAX_PHOTOS:
            self.problems.append(str(TOO_MANY))

    def read_photo(self, key: uuid.UUID | None, upload: Any) -> None:
        """Re-encode one upload or note what is wrong with it."""
        try:
            photo = PhotoField().clean(upload)
        except forms.ValidationError as error:
            self.problems += error.messages
            return
        if photo:
            self.photos.append((key or uuid.uuid4(), photo))

    @property
    def said(self) -> Said:
        """What a valid form says."""
        cleaned, dropped = self.cleaned_data, self.data.getlist("drop_photo") if isinstance(self.data, MultiValueDict) else []
        return Said(
            rating=cleaned["rating"],
            note=cleaned["note"],
            photos=self.photos,
            dropped=[key for key in map(read_key, dropped) if key],
            checks={pk: self.SEEN[cleaned[name]] for pk, name in self.checks.items() if name in self.data},
            age=read_age(self.data.get("age", "")),
        )


TOO_MANY = _("Four photos fit one touchpoint: the others were not taken.")


def read_key(text: str) -> uuid.UUID | None:
    """Return the key of a photo, None if it is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def read_age(text: str) -> dt.timedelta:
    """Return how long ago the phone made the mark; what is no sane number of milliseconds is no time at all."""
    try:
        age = dt.timedelta(milliseconds=int(text))
    except (ValueError, OverflowError):
        return dt.timedelta(0)
    return min(max(age, dt.timedelta(0)), MAX_AGE)
