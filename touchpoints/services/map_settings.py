"""How the company calls the three levels."""

from django.db import transaction

from company.models import User
from touchpoints.models import MapSettings


@transaction.atomic
def change_rating_words(*, awful: str, ok: str, wow: str, actor: User) -> None:
    """Save the company's words; an empty one means the usual word."""
    words = {"awful_word": awful, "ok_word": ok, "wow_word": wow, "changed_by": actor}
    MapSettings.objects.update_or_create(pk=1, defaults=words)
