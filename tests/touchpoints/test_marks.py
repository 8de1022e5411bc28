"""Marks of a walk: once, in order, never over somebody else's words."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from company.models import Branch, User
from tests.touchpoints.make import finished_audit, mark, open_audit, photo
from touchpoints import queries, services
from touchpoints.enums import Rating
from touchpoints.models import Audit, AuditMark, AuditRound, MarkPhoto, Standard, StandardCheck, Touchpoint
from touchpoints.services import Said


def files(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def test_mark_sent_twice_is_one_mark_and_starts_the_walk(staff: User, sign: Touchpoint) -> None:
    audit = open_audit(staff)
    for note in ("не горит", "не горит"):
        mark(audit, sign, -1, staff, note=note)
    saved = AuditMark.objects.get()
    assert (saved.rating, saved.note, saved.marked_by, saved.version) == (Rating.AWFUL, "не горит", staff, 2)
    assert Audit.objects.get().state == "walking"


def test_photo_sent_twice_is_one_photo_and_stays_when_the_rating_changes(staff: User, sign: Touchpoint, media: Path) -> None:
    audit, shot = open_audit(staff), photo()
    mark(audit, sign, 0, staff, photos=[shot])
    mark(audit, sign, 0, staff, photos=[shot])
    mark(audit, sign, 1, staff)
    assert (MarkPhoto.objects.get().pk, files(media)) == (shot[0], 1)


def test_removed_photo_takes_its_file_along(
    staff: User, sign: Touchpoint, media: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    audit, first, second = open_audit(staff), photo(), photo()
    mark(audit, sign, 0, staff, photos=[first, second])
    with django_capture_on_commit_callbacks(execute=True):
        mark(audit, sign, 0, staff, dropped=[first[0], uuid.uuid4()])
    assert (MarkPhoto.objects.get().pk, files(media)) == (second[0], 1)


def test_four_photos_fit_and_a_removed_one_makes_room(staff: User, sign: Touchpoint) -> None:
    audit, shots = open_audit(staff), [photo() for _number in range(6)]
    mark(audit, sign, 0, staff, photos=shots[:5])
    assert set(MarkPhoto.objects.values_list("pk", flat=True)) == {key for key, _image in shots[:4]}
    mark(audit, sign, 0, staff, photos=shots[5:], dropped=[shots[0][0]])
    assert set(MarkPhoto.objects.values_list("pk", flat=True)) == {key for key, _image in [*shots[1:4], shots[5]]}


def test_photo_of_another_mark_is_neither_taken_nor_dropped(staff: User, sign: Touchpoint, smile: Touchpoint) -> None:
    audit, shot = open_audit(staff), photo()
    mark(audit, sign, 0, staff, photos=[shot])
    mark(audit, smile, 0, staff, photos=[shot], dropped=[shot[0]])
    assert MarkPhoto.objects.get().mark.touchpoint == sign


def test_stored_name_tells_nothing(staff: User, sign: Touchpoint) -> None:
    folder, name = str(mark(open_audit(staff), sign, 0, staff, photos=[photo()]).photos.get().image.name).split("/")
    assert (folder, len(name), name.endswith(".jpg")) == ("audits", 36, True)


def test_skip_is_a_mark_without_a_rating_that_cannot_be_finished_with(staff: User, sign: Touchpoint, smile: Touchpoint) -> None:
    audit = open_audit(staff)
    mark(audit, sign, None, staff, note="Закрыто на ремонт")
    assert AuditMark.objects.values_list("rating", "note").get() == (None, "Закрыто на ремонт")
    with pytest.raises(services.NothingMarkedError):
        services.finish_audit(audit=audit, actor=staff)
    mark(audit, smile, 1, staff)
    services.finish_audit(audit=audit, actor=staff)
    assert (queries.rating_of(queries.current_ratings(), sign.pk), Audit.objects.get().state) == (None, "done")


# ---- time


@pytest.mark.parametrize("days", [-400, 0, 400])
def test_phone_whose_clock_is_off_changes_no_time(staff: User, sign: Touchpoint, days: int) -> None:
    audit, before = open_audit(staff), timezone.now()
    mark(audit, sign, 1, staff, age=dt.timedelta(days=days))
    assert audit.created_at <= AuditMark.objects.get().marked_at <= timezone.now()
    assert (AuditMark.objects.get().marked_at >= before) is (days <= 0)


def test_mark_that_waited_counts_from_when_it_was_made(staff: User, sign: Touchpoint, smile: Touchpoint) -> None:
    audit = open_audit(staff)
    Audit.objects.update(created_at=timezone.now() - dt.timedelta(days=2))
    audit.refresh_from_db()
    mark(audit, sign, 1, staff, age=dt.timedelta(hours=5))
    mark(audit, smile, 1, staff, age=dt.timedelta(hours=9))
    hours = [round((timezone.now() - each.marked_at).total_seconds() / 3600) for each in AuditMark.objects.order_by("pk")]
    assert (hours, Audit.objects.get().started_at) == ([5, 5], AuditMark.objects.earliest("pk").marked_at)


# ---- two people at once


def test_newer_words_of_somebody_else_are_not_written_over(staff: User, manager: User, sign: Touchpoint) -> None:
    audit = open_audit(staff)
    theirs = mark(audit, sign, -1, manager, note="не горит")
    with pytest.raises(services.ConflictError) as refused:
        services.save_mark(audit=audit, touchpoint=sign, said=Said(Rating.WOW), actor=staff, seen=0)
    assert refused.value.mark == theirs
    assert AuditMark.objects.values_list("rating", "note", "version").get() == (-1, "не горит", 1)
    services.save_mark(audit=audit, touchpoint=sign, said=Said(Rating.WOW), actor=staff, seen=1)
    assert AuditMark.objects.values_list("rating", "marked_by", "version").get() == (1, staff.pk, 2)


def test_own_words_from_another_tab_are_written_over(staff: User, sign: Touchpoint) -> None:
    audit = open_audit(staff)
    mark(audit, sign, -1, staff)
    services.save_mark(audit=audit, touchpoint=sign, said=Said(Rating.WOW), actor=staff, seen=0)
    assert AuditMark.objects.get().rating == Rating.WOW


@pytest.mark.django_db(transaction=True)
def test_many_saves_of_the_same_point_at_once_leave_one_mark(staff: User, sign: Touchpoint) -> None:
    audit = open_audit(staff)

    def save(rating: int) -> None:
        try:
            mark(audit, sign, rating, staff)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(save, [-1, 0, 1, 1, 0, -1]))
    assert AuditMark.objects.values_list("version").get() == (6,)


@pytest.mark.django_db(transaction=True)
def test_of_two_auditors_saving_the_same_point_at_once_one_is_told(staff: User, manager: User, sign: Touchpoint) -> None:
    audit = open_audit(staff)

    def save(actor: User) -> bool:
        try:
            services.save_mark(audit=audit, touchpoint=sign, said=Said(Rating.OK, note=actor.name), actor=actor, seen=0)
        except services.ConflictError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        saved = list(pool.map(save, [staff, manager]))
    assert sorted(saved) == [False, True]
    assert AuditMark.objects.get().note == [staff, manager][saved.index(True)].name


# ---- standards


@pytest.fixture
def lit(sign: Touchpoint) -> Standard:
    """What must be so at the sign."""
    return Standard.objects.create(touchpoint=sign, sentence="Горит с 17:00")


def test_standard_is_checked_changed_and_taken_back(staff: User, sign: Touchpoint, lit: Standard) -> None:
    audit = open_audit(staff)
    for seen, rows in ((True, [True]), (False, [False]), (None, []), (True, [True])):
        mark(audit, sign, 0, staff, checks={lit.pk: seen})
        assert list(StandardCheck.objects.values_list("is_kept", flat=True)) == rows
    mark(audit, sign, 0, staff)
    assert StandardCheck.objects.count() == 1


def test_standard_of_another_point_is_left_alone(staff: User, sign: Touchpoint, smile: Touchpoint, lit: Standard) -> None:
    mark(open_audit(staff), smile, 0, staff, checks={lit.pk: True, 9999: True})
    assert StandardCheck.objects.count() == 0


def test_steps_name_standards_with_what_was_seen(staff: User, sign: Touchpoint, lit: Standard) -> None:
    audit = open_audit(staff)
    Standard.objects.create(touchpoint=sign, sentence="Видно с остановки", position=1)
    Standard.objects.create(touchpoint=sign, sentence="Старое", is_archived=True)
    mark(audit, sign, 0, staff, checks={lit.pk: False})
    criteria = queries.walk_steps(audit)[0].criteria
    assert [(each.standard.sentence, each.is_kept) for each in criteria] == [("Горит с 17:00", False), ("Видно с остановки", None)]


# ---- which points


def test_round_names_the_points_of_its_audits(staff: User, sign: Touchpoint, smile: Touchpoint, garden: Branch, factory: Branch) -> None:
    there = Touchpoint.objects.create(name="Парковка", kind="business", branch=factory)
    within = AuditRound.objects.create()
    audit = Audit.objects.create(auditor=staff, branch=garden, due_on=timezone.localdate(), round=within)
    assert list(queries.points_to_walk(audit)) == [sign, smile]
    within.touchpoints.add(smile, there)
    assert list(queries.points_to_walk(audit)) == [smile]
    assert within.touchpoints.count() == 2


def test_walk_goes_along_the_journey(staff: User, sign: Touchpoint, smile: Touchpoint) -> None:
    Touchpoint.objects.filter(pk=smile.pk).update(stage="notice")
    assert list(queries.points_to_walk(open_audit(staff))) == [smile, sign]


def test_archived_point_stays_where_it_was_marked(staff: User, sign: Touchpoint, smile: Touchpoint) -> None:
    audit = open_audit(staff)
    mark(audit, sign, 1, staff)
    Touchpoint.objects.update(is_archived=True)
    assert list(queries.points_to_walk(audit)) == [sign]
    assert set(queries.points_of_audit(audit)) == {sign, smile}


@pytest.mark.parametrize("rows", [1, 3])
def test_walk_takes_a_fixed_number_of_queries(staff: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    audit = open_audit(staff)
    for number in range(rows):
        point = Touchpoint.objects.create(name=f"Точка {number}", kind="business")
        Standard.objects.create(touchpoint=point, sentence="Чисто")
        finished_audit({point: 0})
        mark(audit, point, 1, staff, photos=[photo()])
    with django_assert_num_queries(6):
        queries.walk_steps(audit)
