"""The two ways to walk an audit: signed in, or by a mystery guest's link."""

from dataclasses import dataclass

from django.urls import reverse

from company.models import User
from touchpoints.models import Audit, AuditMark, MarkPhoto, Touchpoint


@dataclass(frozen=True)
class Way:
    """An audit and where its pages are for whoever walks it."""

    audit: Audit
    user: User | None = None
    token: str = ""

    @property
    def walker(self) -> str:
        """Whose unsent marks a phone keeps: one phone may serve several people."""
        return str(self.user.pk) if self.user else f"guest-{self.audit.pk}"

    @property
    def summary(self) -> str:
        """The page of the whole walk."""
        return (
            reverse("touchpoints:audit_detail", args=[self.audit.pk]) if self.user else reverse("touchpoints:guest_walk", args=[self.token])
        )

    @property
    def screen(self) -> str:
        """The page of one touchpoint, named by `?point=`."""
        return (
            reverse("touchpoints:audit_walk", args=[self.audit.pk]) if self.user else reverse("touchpoints:guest_step", args=[self.token])
        )

    def screen_of(self, point: Touchpoint) -> str:
        """Return the page of the given touchpoint."""
        return f"{self.screen}?point={point.pk}"

    def save(self, point: Touchpoint) -> str:
        """Return where a mark of the touchpoint is sent."""
        if self.user:
            return reverse("touchpoints:mark_save", args=[self.audit.pk, point.pk])
        return reverse("touchpoints:guest_mark", args=[self.token, point.pk])

    def photo(self, photo: MarkPhoto) -> str:
        """Return where a photo is seen."""
        if self.user:
            return reverse("touchpoints:mark_photo", args=[photo.pk])
        return reverse("touchpoints:guest_photo", args=[self.token, photo.pk])

    def photos(self, mark: AuditMark | None) -> list[dict[str, str]]:
        """Return the photos of a mark as the page and the script on the phone know them."""
        return [{"key": str(photo.pk), "url": self.photo(photo)} for photo in mark.photos.all()] if mark else []
