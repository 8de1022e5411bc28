"""Clients taken out of a draft by hand, with a reason, and audiences saved under a name."""

from typing import Any

from django.db import transaction

from clients.models import Client
from company.models import User
from surveys.enums import SurveyAudience, WaveState
from surveys.models import Removal, SavedAudience, Wave


def lock_draft(wave: Wave) -> bool:
    """Hold a wave so that it cannot start meanwhile, if it is still a draft of Clients."""
    drafts = Wave.objects.select_for_update(no_key=True, of=("self",))
    return drafts.filter(pk=wave.pk, state=WaveState.DRAFT, audience=SurveyAudience.CLIENTS).exists()


@transaction.atomic
def remove_client(*, wave: Wave, client: Client, reason: str, actor: User) -> bool:
    """Take a Client out of a draft; a started wave stays as it was sent. The first reason given stays."""
    if not reason.strip() or not lock_draft(wave):
        return False
    _removal, is_new = Removal.objects.get_or_create(
        wave=wave, client=client, defaults={"reason": reason.strip()[:300], "removed_by": actor}
    )
    return is_new


@transaction.atomic
def restore_client(*, removal: Removal, actor: User) -> bool:
    """Take a Client into a draft again."""
    del actor  # named for the record the audit history will keep
    return bool(lock_draft(removal.wave) and Removal.objects.filter(pk=removal.pk).delete()[0])


@transaction.atomic
def save_audience(*, name: str, lists: dict[str, Any], actor: User) -> SavedAudience:
    """Save an audience under a name; the same name again means the new one."""
    chosen = dict(lists)
    days = chosen.pop("active_within_days")
    saved, _is_new = SavedAudience.objects.update_or_create(
        name=name.strip(), defaults={"active_within_days": days}, create_defaults={"active_within_days": days, "created_by": actor}
    )
    for field, rows in chosen.items():
        getattr(saved, field).set(rows)
    return saved


@transaction.atomic
def delete_audience(*, saved: SavedAudience, actor: User) -> bool:
    """Forget a saved audience; waves keep their own copy."""
    del actor
    return bool(SavedAudience.objects.filter(pk=saved.pk).delete()[0])
