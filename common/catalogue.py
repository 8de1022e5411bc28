"""The Russian catalogue without GNU gettext: Babel extracts, checks and compiles.

Sources hold English msgids. Every app keeps its own `locale/ru/LC_MESSAGES/<app>.po`; a msgid used by several apps lives in
`common.po`. All of them are compiled into the one `django.mo` that Django reads.
"""

import datetime as dt
import io
import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
Key = tuple[str, str | None]


def folder() -> Path:
    """Return where the Russian files are."""
    return Path(settings.LOCALE_PATHS[0]) / "ru" / "LC_MESSAGES"


def sources() -> Iterator[tuple[str, str]]:
    """Yield (app, Python-like source) of everything that may hold a message."""
    root = Path(settings.BASE_DIR)
    for app in [*settings.LOCAL_APPS, "config"]:
        for path in sorted((root / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield app, path.read_text()
    for path in sorted([*(root / "templates").rglob("*.html"), *(root / "templates").rglob("*.txt")]):
        app = path.relative_to(root / "templates").parts[0]
        flat = "\n".join(line.lstrip() for line in templatize(path.read_text(), origin=str(path)).splitlines())
        yield (app if app in settings.LOCAL_APPS else "common"), flat


def extracted() -> dict[Key, tuple[str, Message]]:
    """Return every message found in the sources with the app it belongs to."""
    found: dict[Key, tuple[str, Message]] = {}
    for app, source in sources():
        for line, ids, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            key = (ids[0] if isinstance(ids, tuple) else ids, context)
            owner = app if key not in found or found[key][0] == app else "common"
            flags = {"python-format"} if "%(" in key[0] else set()
            found[key] = (owner, Message(ids, lineno=line, context=context, flags=flags))
    return found


def translated() -> dict[Key, Message]:
    """Return every message of the files that has a complete translation."""
    done: dict[Key, Message] = {}
    for path in sorted(folder().glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="ru"):
                if message.id and not message.fuzzy and is_complete(message):
                    done[message.id if isinstance(message.id, str) else message.id[0], message.context] = message
    return done


def is_complete(message: Message) -> bool:
    """Say whether every plural form has a text."""
    texts = [message.string] if isinstance(message.string, str) else message.string or []
    return all(texts) and len(texts) >= (1 if isinstance(message.id, str) else 3)


def missing() -> list[Key]:
    """Return the messages of the sources that have no Russian text."""
    done = translated()
    return [key for key in extracted() if key not in done]


def update() -> list[Key]:
    """Rewrite every file from the sources, keeping translations; return what is still missing."""
    done, catalogues = translated(), {app: new_catalogue() for app in settings.LOCAL_APPS}
    for key, (owner, message) in sorted(extracted().items(), key=lambda item: (item[0][0], item[0][1] or "")):
        catalogue = catalogues.get(owner, catalogues["common"])
        text = done[key].string if key in done else None
        catalogue.add(message.id, text, flags=message.flags, context=message.context)
    for app, catalogue in catalogues.items():
        if len(catalogue):
            with (folder() / f"{app}.po").open("wb") as file:
                write_po(file, catalogue, width=0, omit_header=False, include_lineno=False, no_location=True)
    return missing()


def new_catalogue() -> Catalog:
    """Return an empty Russian catalogue whose header never changes by itself."""
    return Catalog(locale="ru", fuzzy=False, header_comment="#", project="Mayak", version="1", creation_date=EPOCH, revision_date=EPOCH)


def compile_messages() -> None:
    """Write `django.mo` from all files, as a fresh machine has no gettext, and let this process forget what it read before."""
    whole = new_catalogue()
    for message in translated().values():
        whole.add(message.id, message.string, context=message.context)
    target = folder() / "django.mo"
    draft = target.with_suffix(f".{os.getpid()}.tmp")
    with draft.open("wb") as file:
        write_mo(file, whole)
    draft.replace(target)
    translation_file_changed(None, target)
