"""Whether this installation can do its work: the database, its migrations, the background processes."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max

from mailing.models import Heartbeat
from surveys.queries import waves_without_key

LATE = timedelta(minutes=2)


@dataclass(frozen=True)
class Readiness:
    """One answer per thing that must work.

    `background` turns false when beat or worker have been silent for two minutes, `ballot_keys` when the private key of a running
    staff survey is gone, so that nobody can ever count it.
    """

    database: bool
    migrations: bool
    background: bool
    ballot_keys: bool

    @property
    def pages_work(self) -> bool:
        """Say whether pages can be served; without background work they can, and nothing is lost."""
        return self.database and self.migrations

    def as_dict(self) -> dict[str, bool]:
        """Return the answers by name."""
        return asdict(self)


def readiness(now: datetime) -> Readiness:
    """Look at everything once."""
    try:
        executor = MigrationExecutor(connection)
        migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        last = Heartbeat.objects.aggregate(last=Max("at"))["last"] if migrated else None
        keys = migrated and not waves_without_key()
    except DatabaseError:
        return Readiness(database=False, migrations=False, background=False, ballot_keys=False)
    return Readiness(database=True, migrations=migrated, background=last is not None and now - last < LATE, ballot_keys=keys)
