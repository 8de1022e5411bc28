"""Reports of audits and rounds as PDF, with photos small enough to send by mail."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from PIL import Image

from common import prints
from company.formulas.brand import brand_of
from company.queries import the_company
from touchpoints import queries
from touchpoints.enums import Rating
from touchpoints.models import Audit, AuditMark, AuditRound, MarkPhoto

PHOTO_SIDE = 900
MOST_PHOTOS = 150
TONES = {Rating.AWFUL: "neg", Rating.OK: "norm", Rating.WOW: "pos", None: "norm"}


@dataclass
class Album:
    """The photos of one report, by the names under which the print finds them; beyond the most that fit, they are counted."""

    photos: dict[str, bytes] = field(default_factory=dict)
    left_out: int = 0

    def add(self, photos: Iterable[MarkPhoto]) -> list[str]:
        """Take photos in and return their names; a file that is gone or broken is left out."""
        names = []
        for photo in photos:
            content = small(photo) if len(self.photos) < MOST_PHOTOS else b""
            if not content:
                self.left_out += 1
                continue
            names.append(f"{len(self.photos)}.jpg")
            self.photos[names[-1]] = content
        return names


def small(photo: MarkPhoto) -> bytes:
    """Return the photo at a size for paper, nothing when its file cannot be read."""
    target = io.BytesIO()
    try:
        with photo.image.open("rb") as file, Image.open(file, formats=["JPEG"]) as picture:
            picture.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
            picture.convert("RGB").save(target, "JPEG", quality=80)
    except OSError:
        return b""
    return target.getvalue()


def audit_report(audit: Audit) -> bytes:
    """Return the report of one audit."""
    album, rows = Album(), queries.marks_then(audit)
    words, kept = queries.rating_words(), checks_of([audit])
    said = [
        {
            "name": row.mark.touchpoint.name,
            "place": row.mark.touchpoint.get_kind_display(),
            "said": [said_by("", row.mark, words, album.add(row.mark.photos.all())) | {"was": was(row, words)}],
            "kept": kept.get(row.mark.touchpoint_id, []),
        }
        for row in rows
    ]
    data = common_data(title_of(audit), said, [row.mark.rating for row in rows], words)
    data |= {"facts": [fact_line(audit)], "note": note_of(album), "heading": _("What the auditor saw")}
    return prints.pdf("audit", data, album.photos)


def round_report(audit_round: AuditRound) -> bytes:
    """Return the report of a round: walks that have marks, touchpoints the auditors differ on first."""
    album, audits = Album(), [audit for audit in queries.round_audits(audit_round) if audit.marked]
    table, words, kept = queries.round_table(audits), queries.rating_words(), checks_of(audits)
    photos = photos_of(audits)
    said = [
        {
            "name": row.touchpoint.name,
            "place": row.touchpoint.get_kind_display(),
            "said": [said_by(walker(audit), mark, words, album.add(photos.get(mark.pk, []))) for audit, mark in row.said(audits)],
            "kept": kept.get(row.touchpoint.pk, []),
        }
        for row in table.rows
    ]
    data = common_data(round_title(audit_round), said, [row.middle for row in table.rows], words)
    data |= {"facts": [fact_line(audit) for audit in audits], "note": note_of(album), "heading": _("What they saw, the differences first")}
    return prints.pdf("audit", data, album.photos)


def common_data(title: str, rows: list[dict[str, Any]], ratings: Iterable[int | None], words: queries.RatingWords) -> dict[str, Any]:
    """Return what both reports have."""
    company, counted = the_company(), list(ratings)
    return {
        "locale": get_language() or "en",
        "company": company.name,
        "color": brand_of(company.brand_color).base,
        "title": title,
        "counts": [{"word": words.of(rating), "n": counted.count(rating), "tone": TONES[rating]} for rating in reversed(Rating)],
        "rows": rows,
        "page": _("page"),
    }


def said_by(who: str, mark: AuditMark, words: queries.RatingWords, photos: list[str]) -> dict[str, Any]:
    """Return what one auditor said of a touchpoint."""
    rating = None if mark.rating is None else Rating(mark.rating)
    return {
        "who": who,
        "word": _("skipped") if rating is None else words.of(rating),
        "tone": TONES[rating],
        "was": "",
        "note": mark.note,
        "photos": photos,
    }


def was(row: queries.MarkThen, words: queries.RatingWords) -> str:
    """Say what the rating was before, when it changed."""
    if not row.change or not row.before:
        return ""
    return _("before, %(day)s: %(word)s") % {"day": day_of(row.before), "word": words.of(row.previous)}


def day_of(mark: AuditMark) -> str:
    """Return the day of a mark in words."""
    return date_format(localtime(mark.marked_at), "j E Y")


def photos_of(audits: list[Audit]) -> dict[int, list[MarkPhoto]]:
    """Return the photos of several walks by their marks."""
    found: dict[int, list[MarkPhoto]] = {}
    for photo in MarkPhoto.objects.filter(mark__audit__in=audits).order_by("added_at", "id"):
        found.setdefault(photo.mark_id, []).append(photo)
    return found


def checks_of(audits: list[Audit]) -> dict[int, list[dict[str, str]]]:
    """Return the standards looked at, by touchpoint: kept or not, of several walks how often."""
    found: dict[int, list[dict[str, str]]] = {}
    for each in queries.standards_kept(audits):
        word = _("kept") if each.kept == each.seen else _("not kept")
        if each.seen > 1:
            word = _("kept %(kept)s of %(seen)s times") % {"kept": each.kept, "seen": each.seen}
        tone = "pos" if each.kept == each.seen else "neg"
        found.setdefault(each.standard.touchpoint_id, []).append({"sentence": each.standard.sentence, "word": word, "tone": tone})
    return found


def title_of(audit: Audit) -> str:
    """Return the heading of an audit."""
    return _("Audit: %(branch)s") % {"branch": audit.branch} if audit.branch else _("Audit of the whole company")


def round_title(audit_round: AuditRound) -> str:
    """Return the heading of a round."""
    day = date_format(localtime(audit_round.created_at), "j E Y")
    return audit_round.name or _("Round of %(day)s") % {"day": day}


def walker(audit: Audit) -> str:
    """Say who walked, and where."""
    place = str(audit.branch or _("the whole company"))
    return f"{audit.guest_name or audit.auditor or _('nobody')}, {place}"


def fact_line(audit: Audit) -> str:
    """Say who walked and when."""
    if audit.finished_at is None:
        return f"{walker(audit)}: {_('not finished yet')}"
    return f"{walker(audit)}: {date_format(localtime(audit.finished_at), 'j E Y')}"


def note_of(album: Album) -> str:
    """Say what the report leaves out."""
    rule = _("Skipped touchpoints are not counted.")
    if not album.left_out:
        return rule
    left = ngettext("%(count)s photo is left out; it is in Mayak.", "%(count)s photos are left out; they are in Mayak.", album.left_out)
    return f"{rule} {left % {'count': album.left_out}}"
