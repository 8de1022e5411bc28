"""Loading a checked import, and undoing it: one transaction each, so that nothing is ever half there."""

from typing import Any

from django.db import connection
from django.db.models import Max, Model
from django.utils import timezone

from clients.enums import ImportState, RecommenderKind
from clients.models import Channel, Client, Import, ImportChange, Recommender, Segment
from clients.parsing.records import KEY_ORDER
from clients.queries import loading as sql
from clients.queries import rollups, staging
from clients.services.progress import Progress
from clients.services.rollups import refresh_touched
from common.tables.refusals import Refusal
from company.models import Branch, Employee

CHUNK_PAGES = 1500
MANY = 10_000
ONE_AT_A_TIME = "SELECT pg_try_advisory_xact_lock(hashtext('clients.loading'))"
ROOM = "SET LOCAL work_mem = '16MB'"
LISTS: dict[str, type[Model]] = {
    "branch": Branch,
    "segment": Segment,
    "channel": Channel,
    "responsible": Employee,
    "brought_by": Recommender,
}


class BusyError(Exception):
    """Another import is being loaded or undone; this one waits for its turn."""


class StageLostError(Exception):
    """The staged rows are not all there (unlogged tables are emptied by a crash of the database): check again."""


def run(statement: str, values: dict[str, Any] | None = None) -> int:
    """Run SQL; return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def fetch(statement: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    """Run a query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def take_turn() -> None:
    """See that nobody else loads: two loads at once could create the same Client twice."""
    if not fetch(ONE_AT_A_TIME)[0][0]:
        raise BusyError
    run(ROOM)


class Load:
    """One run of loading; the caller holds the transaction."""

    def __init__(self, batch: Import, progress: Progress) -> None:
        self.batch, self.progress = batch, progress
        self.values: dict[str, Any] = {"batch": batch.pk, "now": timezone.now()}

    def run(self) -> dict[str, Any]:
        """Load everything; return what the import row keeps of it."""
        take_turn()
        self.see_stage()
        created = self.add_list_entries()
        run(sql.NAME_EMPLOYEES.format(id=self.batch.pk), self.values)
        run(sql.people(self.batch.pk))
        clients_new = sum(self.match_and_create(kind) for kind in KEY_ORDER)
        run("ANALYZE import_people")
        run(sql.NAME_SENDERS)
        relied_on = fetch(sql.RELIED_ON, self.values)
        clients_updated = self.update_clients() if self.batch.update_existing else 0
        run(sql.BOUGHT.format(id=self.batch.pk))
        known = fetch(sql.FORGET_KNOWN)
        relied_on += [(batch,) for batch, _count in known if batch not in {None, self.batch.pk}]
        purchases_new = self.add_purchases()
        if purchases_new:
            run(rollups.TOUCH)
            run(sql.TOUCH_BOUGHT)
            refresh_touched()
        if purchases_new > MANY:
            run(sql.ANALYZE)
        changed = clients_new or clients_updated or purchases_new
        return {
            "clients_new": clients_new,
            "clients_updated": clients_updated,
            "purchases_new": purchases_new,
            "purchases_known": sum(count for _batch, count in known),
            "built_on": sorted({row[0] for row in relied_on}) if changed else [],
            "found": self.batch.found | {"created": created},
        }

    def see_stage(self) -> None:
        """Make sure that the checked rows are still there."""
        there = fetch(staging.EXISTS.format(id=self.batch.pk))[0][0]
        if not there or list(fetch(staging.COUNT.format(id=self.batch.pk))[0]) != self.batch.found.get("staged"):
            raise StageLostError

    def add_list_entries(self) -> dict[str, list[int]]:
        """Add the branches, segments and so on the file names for the first time; return their ids for the undo."""
        return {
            name: [self.add_entry(LISTS[name], entry) for entry in entries] for name, entries in self.batch.found.get("new", {}).items()
        }

    def add_entry(self, model: type[Model], name: str) -> int:
        """Add one entry; a branch goes to the end of the row, and who brought somebody and is no employee is a partner."""
        fields: dict[str, Any] = {"name": name}
        if model is Branch:
            fields["position"] = (Branch.objects.aggregate(last=Max("position"))["last"] or 0) + 1
        if model is Recommender:
            fields["kind"] = RecommenderKind.PARTNER
        known = model._default_manager.filter(name__iexact=name).first()
        return 0 if known else int(model._default_manager.create(**fields).pk)

    def match_and_create(self, kind: str) -> int:
        """Find the people with this kind of key in the base and create the others. Once loaded, they are there for the next kind."""
        run(sql.MATCH[kind])
        return run(sql.CREATE_CLIENTS.format(lists=sql.LISTS), self.values | {"kind": kind})

    def update_clients(self) -> int:
        """Write what the file says over Clients who were here, keeping what was there for the undo."""
        run(sql.REMEMBER_CHANGES.format(lists=sql.LISTS, sender=sql.SENDER), self.values)
        return run(sql.APPLY_CHANGES, self.values)

    def add_purchases(self) -> int:
        """Add the purchases that are not there yet, some thousands at a time; return how many there were."""
        pages, purchases = fetch(sql.PAGES)[0]
        new = 0
        for first in range(0, pages, CHUNK_PAGES):
            beyond = min(first + CHUNK_PAGES, pages)
            new += run(sql.ADD_PURCHASES, self.values | {"first": f"({first},0)", "beyond": f"({beyond},0)"})
            self.progress.advance(purchases * (beyond - first) // pages)
        return new


class Undo:
    """One run of undoing; the caller holds the transaction. What cannot be taken back exactly is refused."""

    def __init__(self, batch: Import) -> None:
        self.batch = batch
        self.values = {"batch": batch.pk}

    def run(self) -> None:
        """Take back everything this import did."""
        take_turn()
        see_undoable(self.batch)
        run(rollups.TOUCH)
        run(sql.TOUCH_BATCH, self.values)
        run(sql.REMOVE_PURCHASES, self.values)
        refresh_touched()
        run(sql.restore_clients(), self.values)
        ImportChange.objects.filter(batch=self.batch).delete()
        run(sql.REMOVE_CLIENTS, self.values)
        self.remove_list_entries()

    def remove_list_entries(self) -> None:
        """Remove the list entries this import added, unless something else has come to use them."""
        for name, ids in self.batch.found.get("created", {}).items():
            for entry in LISTS[name]._default_manager.filter(pk__in=ids):
                if not is_used(type(entry), [entry.pk]):
                    entry.delete()


def see_undoable(batch: Import) -> None:
    """Refuse when later work stands on this import: undo the later load first, or keep this one."""
    later = Import.objects.filter(built_on__contains=batch.pk, state__in=[ImportState.DONE, ImportState.UNDO_DUE]).first()
    if later:
        raise Refusal("built_upon", value=later.original_name, detail=str(later.pk))
    if foreign := fetch(sql.FOREIGN_PURCHASES, {"batch": batch.pk})[0][0]:
        raise Refusal("bought_since", detail=str(foreign))
    created = Client.objects.filter(created_by_import=batch)
    if used := is_used(Client, created.values("pk"), besides={"sum", "spells", "purchases", "referrals"}):
        raise Refusal("in_use", value=used)
    if fetch(sql.FOREIGN_REFERRALS, {"batch": batch.pk})[0][0]:
        raise Refusal("in_use", value=str(Client._meta.verbose_name_plural))


def is_used(model: type[Model], ids: Any, besides: set[str] = frozenset()) -> str:  # type: ignore[assignment]
    """Return the name of what refers to one of these rows, in this app or above; empty when nothing does."""
    for relation in model._meta.related_objects:
        own = relation.related_model._meta.app_label == "clients" and (relation.get_accessor_name() in besides or relation.hidden)
        if not own and relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": ids}).exists():
            return str(relation.related_model._meta.verbose_name_plural)
    return ""
