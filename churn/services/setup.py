"""The company's own script."""

from collections.abc import Sequence

from django.db import connection, transaction

from churn.models import ScriptVersion
from churn.script import default_steps
from company.models import User

SETUP_LOCK = 7_238_001


def wait_for_turn(key: int) -> None:
    """Let one transaction at a time pass this point."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


@transaction.atomic
def ensure_script() -> None:
    """Supply the standard script to a company that has none."""
    wait_for_turn(SETUP_LOCK)
    if not ScriptVersion.objects.exists():
        ScriptVersion.objects.create(steps=default_steps())


@transaction.atomic
def save_script(*, steps: Sequence[dict[str, str]], actor: User) -> ScriptVersion:
    """Keep a new version of the script; an unchanged one makes no version."""
    wait_for_turn(SETUP_LOCK)
    last = ScriptVersion.objects.first()
    if last and last.steps == list(steps):
        return last
    return ScriptVersion.objects.create(steps=list(steps), created_by=actor)
