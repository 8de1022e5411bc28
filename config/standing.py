"""How this installation stands, in words for its owner: each thing fine, to be looked at or bad, and what to do.

The number of queries does not depend on what is found. The name servers are not asked here: that takes seconds, so beat asks once a day.
"""

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.template.defaultfilters import date as in_words
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from clients.queries.rollups import latest_check
from company.queries import the_company
from config.backing_up import backup_moment
from config.health import LATE
from config.version import mayak_version
from mailing.domains import own_domain
from mailing.queries import OutboxHealth, domain_standing, oldest_due, outbox_health
from surveys.queries import waves_without_key

FINE, LOOK, BAD = "ok", "warn", "bad"
WAITS_LONG, WAITS_TOO_LONG = dt.timedelta(minutes=15), dt.timedelta(hours=2)
BACKUP_OLD, BACKUP_TOO_OLD = dt.timedelta(days=2), dt.timedelta(days=7)
CHECK_OLD = dt.timedelta(days=2)
LITTLE_SPACE, NO_SPACE = 0.15, 0.05


@dataclass(frozen=True)
class Line:
    """One thing: its name, how it stands, what was seen, what to do, and the view where."""

    name: str
    state: str
    seen: str
    advice: str = ""
    view: str = ""


def standing(now: dt.datetime) -> list[Line]:
    """Look at everything once."""
    outbox = outbox_health(now)
    return [
        process(_("The clock of background work (beat)"), outbox.beat_seen_at, now),
        process(_("Background work (worker)"), outbox.worker_seen_at, now),
        letters(outbox, oldest_due(now), now),
        mail_domain(now),
        *disks(),
        backup(now),
        rollups(now),
        ballot_keys(),
        versions(),
    ]


def process(name: str, seen_at: dt.datetime | None, now: dt.datetime) -> Line:
    """Say whether a process was heard from lately."""
    advice = _("Pages work, letters and loads wait, nothing is lost. Start the process again and look into its log.")
    if seen_at is None:
        return Line(name, BAD, _("Was never heard from."), advice)
    seen = _("Heard from %(ago)s ago.") % {"ago": timesince(seen_at, now)}
    return Line(name, FINE if now - seen_at < LATE else BAD, seen, "" if now - seen_at < LATE else advice)


def letters(outbox: OutboxHealth, oldest: dt.datetime | None, now: dt.datetime) -> Line:
    """Say whether letters leave, and how long the first in the queue has waited."""
    name, view = _("Letters"), "mailing:message_list"
    if outbox.fenced:
        advice = _("Cancel what went out already, then confirm the database on the page of letters.")
        return Line(name, BAD, _("Sending is held: the database was restored from a backup."), advice, view)
    if outbox.stopped:
        advice = _("Mend the password or the address in EMAIL_URL, then press “Go on” on the page of letters.")
        return Line(name, BAD, _("The mail server does not let us in."), advice, view)
    waits = now - oldest if oldest else dt.timedelta()
    if oldest and waits > WAITS_LONG:
        seen = _("The first letter in the queue has waited %(ago)s.") % {"ago": timesince(oldest, now)}
        advice = _("See on the page of letters whether a limit holds them, and whether the mail server answers.")
        return Line(name, BAD if waits > WAITS_TOO_LONG else LOOK, seen, advice, view)
    if outbox.resting:
        return Line(
            name, LOOK, _("The mail server does not answer."), _("Mayak tries again by itself; look whether the server runs."), view
        )
    if outbox.writes_files:
        return Line(name, LOOK, _("Letters are written to files and reach nobody."), _("Set EMAIL_URL to your mail server."), view)
    return Line(name, FINE, _("No letter is late."), view=view)


def mail_domain(now: dt.datetime) -> Line:
    """Say what the last daily look at the mail domain found."""
    name, view = _("Mail domain"), "mailing:domain"
    found = domain_standing() if settings.EMAIL_URL else None
    if found is None:
        return Line(name, LOOK, _("Has not been looked at yet."), _("Check it on the page of the company's mail."), view)
    domain = {"domain": found.domain, "names": ", ".join(found.bad)}
    if found.domain != own_domain() or now - found.at > CHECK_OLD:
        return Line(name, LOOK, _("The last look is of %(day)s.") % {"day": in_words(found.at, "j E Y")}, _("Check it anew."), view)
    if found.bad:
        return Line(
            name, BAD, _("%(domain)s: %(names)s not in order.") % domain, _("The page of the company's mail says what to add."), view
        )
    return Line(name, FINE, _("%(domain)s is in order.") % domain, view=view)


def disks() -> Iterator[Line]:
    """Say how much room is left where Mayak's files and its backups lie."""
    places = {_("Disk of the files"): Path(settings.VAR_DIR), _("Disk of the backups"): Path(settings.BACKUP_FOLDER)}
    for name, folder in places.items():
        there = next(place for place in (folder, *folder.parents) if place.exists())
        usage = shutil.disk_usage(there)
        share = usage.free / usage.total
        seen = _("%(free)s GB of %(total)s GB are free.") % {"free": usage.free // 10**9, "total": usage.total // 10**9}
        state = BAD if share < NO_SPACE else LOOK if share < LITTLE_SPACE else FINE
        yield Line(name, state, seen, "" if state == FINE else _("Make room or add a disk: a full one stops letters, loads and backups."))


def backup(now: dt.datetime) -> Line:
    """Say how old the newest backup is; the demo company needs none."""
    name, made_at = _("Backup"), backup_moment()
    advice = _("Run manage.py backup every night and copy the archive to another machine.")
    if made_at is None:
        return Line(name, LOOK if the_company().is_demo else BAD, _("No backup was found in the folder of backups."), advice)
    seen = _("The last one is of %(moment)s.") % {"moment": in_words(timezone.localtime(made_at), "DATETIME_FORMAT")}
    state = BAD if now - made_at > BACKUP_TOO_OLD else LOOK if now - made_at > BACKUP_OLD else FINE
    return Line(name, state, seen, "" if state == FINE else advice)


def rollups(now: dt.datetime) -> Line:
    """Say whether the last nightly check found the sums equal to the purchases."""
    name, check = _("Sums of purchases"), latest_check()
    if check is None:
        return Line(
            name, LOOK, _("Have not been compared with the purchases yet."), _("Beat compares them once a day: look whether it works.")
        )
    seen = _("Compared with the purchases on %(moment)s.") % {"moment": in_words(timezone.localtime(check.at), "DATETIME_FORMAT")}
    if not check.is_right:
        return Line(
            name, LOOK, seen, _("They differed and were counted anew at once. If it comes back tomorrow, show it to your technician.")
        )
    if now - check.at > CHECK_OLD:
        return Line(name, LOOK, seen, _("Beat compares them once a day: look whether it works."))
    return Line(name, FINE, seen)


def ballot_keys() -> Line:
    """Say whether every running staff survey can be counted."""
    name, lost = _("Keys of staff surveys"), waves_without_key()
    if lost:
        seen = _("The key is missing: %(names)s.") % {"names": ", ".join(wave.name for wave in lost)}
        return Line(name, BAD, seen, _("Bring the disk back, or copy the file from the other folder of keys."), "surveys:staff_list")
    return Line(name, FINE, _("Every running survey has its key."))


def versions() -> Line:
    """Say what runs here."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = str(cursor.fetchone()[0]).split()[0]
    return Line(_("Versions"), FINE, f"Mayak {mayak_version()}, PostgreSQL {postgres}")
