"""The company's own script: every change is a new version, nothing is overwritten."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from churn.models import ScriptVersion
from churn.script import default_steps
from churn.services.setup import SETUP_LOCK, wait_for_turn
from clients.models import Segment
from company.models import User


@transaction.atomic
def ensure_script() -> None:
    """Supply the standard script to a company that has none."""
    wait_for_turn(SETUP_LOCK)
    if not ScriptVersion.objects.exists():
        ScriptVersion.objects.create(steps=default_steps())


@transaction.atomic
def save_script(*, steps: Sequence[dict[str, str]], actor: User, segment: Segment | None = None, note: str = "") -> ScriptVersion:
    """Keep a new version of a script; an unchanged one makes no version. Without steps a segment goes back to the general script."""
    wait_for_turn(SETUP_LOCK)
    last = ScriptVersion.objects.filter(segment=segment).first()
    if last and last.steps == list(steps):
        return last
    return ScriptVersion.objects.create(segment=segment, steps=list(steps), note=note, created_by=actor)


@transaction.atomic
def restore_script(*, version: ScriptVersion, actor: User) -> ScriptVersion:
    """Put an old version in force again, as the newest one."""
    day = date_format(timezone.localtime(version.created_at), "DATE_FORMAT")
    note = _("the version of %(day)s again") % {"day": day}
    return save_script(steps=version.steps, actor=actor, segment=version.segment, note=note[:200])
