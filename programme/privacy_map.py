"""What every field of ours holds about people, read from privacy_fields.toml."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

SOURCE = Path(__file__).with_name("privacy_fields.toml")
LETTERS = "@letters"


@dataclass(frozen=True)
class Entry:
    """One table: how its rows lead to a Client, and its fields by what they hold."""

    label: str
    client: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    mark: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    anonymous: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()

    @property
    def model(self) -> type[models.Model]:
        """The table itself."""
        return apps.get_model(self.label)

    @property
    def erased(self) -> tuple[str, ...]:
        """Fields that hold who a Client is or what they said."""
        return (*self.blank, *self.mark)

    @property
    def fields(self) -> set[str]:
        """Every field that is classified."""
        return {*self.erased, *self.loose, *self.other, *self.anonymous, *self.kept, *self.blind, *self.plain}


@cache
def entries() -> tuple[Entry, ...]:
    """Return every table of ours as it is classified."""
    found = tomllib.loads(SOURCE.read_text())
    return tuple(Entry(label, **{kind: tuple(names) for kind, names in kinds.items()}) for label, kinds in found.items())


def fields_of(model: type[models.Model]) -> set[str]:
    """Return the names of the columns and links a table has of its own."""
    found = [*model._meta.local_fields, *model._meta.local_many_to_many]
    return {field.name for field in found if not isinstance(field, models.CompositePrimaryKey)}


def own_models() -> Iterator[type[models.Model]]:
    """Yield every table of our apps; tables that only link two others hold nothing else."""
    for app in settings.LOCAL_APPS:
        if apps.is_installed(app):
            yield from apps.get_app_config(app).get_models()
