"""Fields of forms that take pictures: whatever comes in, a small clean file comes out."""

from collections.abc import Callable
from typing import IO, Any, TypeVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from common.images import MAX_BYTES, ImageError, Logo, Photo, reencode, reencode_logo

PHOTO_PROBLEMS = {
    "too_heavy": _("The photo is heavier than 10 MB. Make it smaller or take another."),
    "too_large": _("The picture has too many pixels. Make it smaller or take another."),
    "not_an_image": _("This is not a photo we can read. JPEG, PNG and WebP will do."),
}
PHOTO_TYPES = "image/jpeg,image/png,image/webp"
Picture = TypeVar("Picture", Photo, Logo)


class PictureField(forms.FileField):
    """A picture that is written anew."""

    widget = forms.FileInput(attrs={"accept": PHOTO_TYPES})

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, **options})

    def rewritten(self, data: Any, initial: Any, rewrite: Callable[[IO[bytes], int], Picture]) -> Picture | None:
        """Re-encode the upload or say what is wrong with it."""
        upload: UploadedFile[bytes] | None = super().clean(data, initial)
        if not upload:
            return None
        try:
            return rewrite(upload, upload.size or MAX_BYTES + 1)
        except ImageError as error:
            raise forms.ValidationError(PHOTO_PROBLEMS[error.code], code=error.code) from error


class PhotoField(PictureField):
    """A photo: what comes out of it is always a small clean JPEG."""

    def clean(self, data: Any, initial: Any = None) -> Photo | None:
        """Return the photo, None without one."""
        return self.rewritten(data, initial, reencode)


class LogoField(PictureField):
    """A logo: what comes out of it is always a small clean PNG."""

    def clean(self, data: Any, initial: Any = None) -> Logo | None:
        """Return the logo, None without one."""
        return self.rewritten(data, initial, reencode_logo)
