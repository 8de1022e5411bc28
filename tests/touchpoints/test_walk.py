"""Pages of the walk, with and without the script on the phone."""

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from company.models import Branch, User
from tests.touchpoints.make import finished_audit, mark, open_audit, photo, picture
from touchpoints.models import Audit, AuditMark, MarkPhoto, Standard, StandardCheck, Touchpoint

JSON = {"Accept": "application/json"}
KEYS = [f"00000000-0000-4000-8000-00000000000{number}" for number in range(6)]


def url(view: str, *args: object) -> str:
    return reverse(f"touchpoints:{view}", args=args)


def test_reading_a_walk_changes_nothing(as_staff: Browser, staff: User, sign: Touchpoint) -> None:
    audit = open_audit(staff)
    assert as_staff.get(url("audit_walk", audit.pk)).status_code == 200
    assert (Audit.objects.get().state, AuditMark.objects.count()) == ("planned", 0)


def test_walk_without_javascript_goes_point_by_point_to_the_summary(
    as_staff: Browser, staff: User, sign: Touchpoint, smile: Touchpoint
) -> None:
    audit = open_audit(staff)
    as_staff.post(url("audit_start", audit.pk))
    first = as_staff.post(url("mark_save", audit.pk, sign.pk), {"rating": "-1", "note": "не горит", "photo": picture()})
    assert first["Location"] == f"{url('audit_walk', audit.pk)}?point={smile.pk}"
    second = as_staff.post(url("mark_save", audit.pk, smile.pk), {"rating": "1"})
    assert second["Location"] == url("audit_detail", audit.pk)
    assert as_staff.get(url("audit_walk", audit.pk))["Location"] == url("audit_detail", audit.pk)
    assert as_staff.post(url("audit_finish", audit.pk)).status_code == 302
    assert Audit.objects.get().state == "done"


def test_walk_begins_at_the_first_point_without_a_mark(as_staff: Browser, staff: User, sign: Touchpoint, smile: Touchpoint) -> None:
    audit = open_audit(staff)
    AuditMark.objects.create(audit=audit, touchpoint=sign, rating=1)
    assert as_staff.get(url("audit_walk", audit.pk)).context["step"].touchpoint == smile
    assert as_staff.get(url("audit_walk", audit.pk), {"point": sign.pk}).context["step"].touchpoint == sign
    assert as_staff.get(url("audit_walk", audit.pk), {"point": "9999"}).status_code == 302


def test_mark_shows_what_it_was_before(as_staff: Browser, staff: User, sign: Touchpoint) -> None:
    finished_audit({sign: 0})
    assert "было «норм»" in as_staff.get(url("audit_walk", open_audit(staff).pk), headers={"Accept-Language": "ru"}).content.decode()


def test_script_gets_json_and_a_repeat_adds_nothing(as_staff: Browser, staff: User, sign: Touchpoint) -> None:
    audit = open_audit(staff)
    for version in (1, 2):
        typed = {"rating": "0", "note": "так", "photo": picture(), "photo_key": KEYS[0], "version": "0", "age": "1000"}
        answer = as_staff.post(url("mark_save", audit.pk, sign.pk), typed, headers=JSON)
        assert answer.json() == {
            "state": "saved",
            "problems": [],
            "version": version,
            "rating": 0,
            "skipped": False,
            "note": "так",
            "photos": [{"key": KEYS[0], "url": url("mark_photo", KEYS[0])}],
            "standards": {},
        }


@pytest.mark.parametrize("rating", ["", "2", "wow", "-1.5", None])
def test_mark_without_a_known_rating_is_refused(as_staff: Browser, staff: User, sign: Touchpoint, rating: str | None) -> None:
    audit = open_audit(staff)
    typed = {"note": "что-то не так"} | ({} if rating is None else {"rating": rating})
    page = as_staff.post(url("mark_save", audit.pk, sign.pk), typed)
    script = as_staff.post(url("mark_save", audit.pk, sign.pk), typed, headers=JSON)
    assert (page.status_code, script.status_code, list(script.json()["errors"])) == (422, 422, ["rating"])
    assert "что-то не так" in page.content.decode()
    assert (AuditMark.objects.count(), Audit.objects.get().state) == (0, "planned")


def test_long_note_in_many_lines_is_as_long_as_the_phone_counts_it(as_staff: Browser, staff: User, sign: Touchpoint) -> None:
    lines = "\n".join(["что-то не так"] * 142)
    assert len(lines) <= 2000 < len(lines.replace("\n", "\r\n"))
    typed = {"rating": "1", "note": lines.replace("\n", "\r\n")}
    assert as_staff.post(url("mark_save", open_audit(staff).pk, sign.pk), typed, headers=JSON).status_code == 200
    assert AuditMark.objects.get().note == lines


HOSTILE: list[tuple[str, bytes]] = [
    ("photo.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    ("photo.jpg", b"<html><script>alert(1)</script></html>"),
    ("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
    ("photo.jpg", b"\xff\xd8\xff\xe0 cut"),
    ("photo.jpg", b""),
]


@pytest.mark.parametrize(("name", "data"), HOSTILE)
def test_photo_we_cannot_take_says_why_and_the_rest_is_saved(
    as_staff: Browser, staff: User, sign: Touchpoint, name: str, data: bytes
) -> None:
    audit = open_audit(staff)
    typed = {"rating": "1", "note": "так", "photo": [SimpleUploadedFile(name, data, "image/jpeg"), picture()]}
    answer = as_staff.post(url("mark_save", audit.pk, sign.pk), typed, headers=JSON)
    assert (answer.status_code, len(answer.json()["problems"]), len(answer.json()["photos"])) == (200, 1, 1)
    assert AuditMark.objects.values_list("rating", "note").get() == (1, "так")


def test_page_says_why_a_photo_was_not_taken_and_stays(as_staff: Browser, staff: User, sign: Touchpoint, smile: Touchpoint) -> None:
    typed = {"rating": "-1", "note": "не горит", "photo": SimpleUploadedFile("photo.heic", HOSTILE[2][1], "image/heic")}
    answer = as_staff.post(url("mark_save", open_audit(staff).pk, sign.pk), typed, headers={"Accept-Language": "ru"})
    text = answer.content.decode()
    assert (answer.status_code, "Это не похоже на фото" in text, "Остальное сохранено." in text) == (422, True, True)
    assert AuditMark.objects.values_list("rating", "note").get() == (-1, "не горит")
    assert '<textarea class="form-control" name="note" maxlength="2000"' in text
    assert "не горит</textarea>" in text


def test_heavy_photo_is_refused(as_staff: Browser, staff: User, sign: Touchpoint) -> None:
    upload = SimpleUploadedFile("photo.jpg", b"\xff\xd8\xff" + b"\0" * (40 * 1024 * 1024), "image/jpeg")
    address = url("mark_save", open_audit(staff).pk, sign.pk)
    answer = as_staff.post(address, {"rating": "1", "photo": upload}, headers={**JSON, "Accept-Language": "ru"})
    assert (answer.json()["problems"], AuditMark.objects.count()) == (["Фото тяжелее 10 МБ. Уменьшите его или снимите другое."], 1)


def test_fifth_photo_is_not_taken_and_said_so(as_staff: Browser, staff: User, sign: Touchpoint) -> None:
    address = url("mark_save", open_audit(staff).pk, sign.pk)
    five = as_staff.post(address, {"rating": "1", "photo": [picture() for _key in KEYS[:5]], "photo_key": KEYS[:5]}, headers=JSON)
    more = as_staff.post(address, {"rating": "1", "photo": [picture()], "photo_key": KEYS[5:]}, headers=JSON)
    instead = {"rating": "1", "photo": [picture()], "photo_key": KEYS[5:], "drop_photo": [KEYS[0], "nonsense"]}
    fits = as_staff.post(address, instead, headers=JSON)
    assert [len(answer.json()["problems"]) for answer in (five, more, fits)] == [1, 1, 0]
    assert sorted(MarkPhoto.objects.values_list("pk", flat=True)) == sorted(map(uuid.UUID, [*KEYS[1:4], KEYS[5]]))


def test_name_of_an_upload_is_not_kept(as_staff: Browser, staff: User, sign: Touchpoint) -> None:
    as_staff.post(url("mark_save", open_audit(staff).pk, sign.pk), {"rating": "1", "photo": picture("../../Ирина, паспорт.jpg")})
    assert str(MarkPhoto.objects.get().image.name).removeprefix("audits/").removesuffix(".jpg").isalnum()


def test_closed_audit_answers_409_to_the_script_and_sends_people_to_the_summary(as_staff: Browser, staff: User, sign: Touchpoint) -> None:
    audit = finished_audit({sign: 1}, auditor=staff)
    address = url("mark_save", audit.pk, sign.pk)
    assert as_staff.post(address, {"rating": "-1"}, headers=JSON).json()["state"] == "finished"
    Audit.objects.update(state="lapsed", finished_at=None)
    assert as_staff.post(address, {"rating": "-1"}, headers=JSON).status_code == 409
    assert as_staff.post(address, {"rating": "-1"})["Location"] == url("audit_detail", audit.pk)
    assert as_staff.get(url("audit_walk", audit.pk))["Location"] == url("audit_detail", audit.pk)
    assert AuditMark.objects.get().rating == 1


def test_audit_cancelled_meanwhile_is_not_found(as_staff: Browser, staff: User, sign: Touchpoint) -> None:
    address = url("mark_save", open_audit(staff).pk, sign.pk)
    Audit.objects.all().delete()
    assert as_staff.post(address, {"rating": "1"}, headers=JSON).status_code == 404


def test_point_of_another_branch_is_not_marked(as_staff: Browser, staff: User, garden: Branch, factory: Branch) -> None:
    parking = Touchpoint.objects.create(name="Парковка", kind="business", branch=factory)
    assert as_staff.post(url("mark_save", open_audit(staff, branch=garden).pk, parking.pk), {"rating": "1"}).status_code == 404


def test_point_archived_during_the_walk_is_still_marked_and_said_so(as_staff: Browser, staff: User, sign: Touchpoint) -> None:
    audit = open_audit(staff)
    Touchpoint.objects.update(is_archived=True)
    answer = as_staff.post(url("mark_save", audit.pk, sign.pk), {"rating": "1"}, headers={**JSON, "Accept-Language": "ru"})
    assert answer.json()["problems"] == ["Эту точку тем временем убрали с карты. Ваша оценка останется в аудите."]
    assert as_staff.post(url("mark_save", audit.pk, sign.pk), {"rating": "1"}).status_code == 302
    assert AuditMark.objects.count() == 1


def test_skip_needs_no_rating_and_keeps_the_note(as_staff: Browser, staff: User, sign: Touchpoint, smile: Touchpoint) -> None:
    audit = open_audit(staff)
    answer = as_staff.post(url("mark_save", audit.pk, sign.pk), {"rating": "1", "skip": "1", "note": "Закрыто"})
    assert answer["Location"] == f"{url('audit_walk', audit.pk)}?point={smile.pk}"
    assert AuditMark.objects.values_list("rating", "note").get() == (None, "Закрыто")


def test_newer_mark_of_somebody_else_is_shown_and_can_be_replaced(as_staff: Browser, staff: User, manager: User, sign: Touchpoint) -> None:
    audit = open_audit(staff)
    mark(audit, sign, -1, manager, note="не горит", photos=[photo()])
    mine = {"rating": "1", "note": "горит", "version": "0"}
    script = as_staff.post(url("mark_save", audit.pk, sign.pk), mine, headers=JSON)
    page = as_staff.post(url("mark_save", audit.pk, sign.pk), mine)
    theirs = script.json()["theirs"]
    assert (script.status_code, theirs["rating"], theirs["note"], theirs["version"], len(theirs["photos"])) == (409, -1, "не горит", 1, 1)
    assert manager.name in theirs["who"]
    text = page.content.decode()
    assert (page.status_code, "горит</textarea>" in text, 'name="version" value="1"' in text, manager.name in text) == (
        422,
        True,
        True,
        True,
    )
    assert AuditMark.objects.values_list("note").get() == ("не горит",)
    as_staff.post(url("mark_save", audit.pk, sign.pk), {**mine, "version": "1"})
    assert AuditMark.objects.values_list("note", "marked_by").get() == ("горит", staff.pk)


def test_standards_are_saved_with_the_mark_and_shown_again(as_staff: Browser, staff: User, sign: Touchpoint) -> None:
    audit, lit = open_audit(staff), Standard.objects.create(touchpoint=sign, sentence="Горит с 17:00")
    typed: dict[str, Any] = {"rating": "0", f"standard-{lit.pk}": "missed"}
    assert as_staff.post(url("mark_save", audit.pk, sign.pk), typed, headers=JSON).json()["standards"] == {str(lit.pk): "missed"}
    assert StandardCheck.objects.values_list("is_kept").get() == (False,)
    page = as_staff.get(url("audit_walk", audit.pk), {"point": sign.pk})
    assert [(standard.sentence, seen) for standard, seen in page.context["standards"]] == [("Горит с 17:00", "missed")]
    wrong = as_staff.post(url("mark_save", audit.pk, sign.pk), {f"standard-{lit.pk}": "kept"})
    assert [seen for _standard, seen in wrong.context["standards"]] == ["kept"]
    bad = as_staff.post(url("mark_save", audit.pk, sign.pk), {"rating": "0", f"standard-{lit.pk}": "perhaps"}, headers=JSON)
    assert (bad.status_code, StandardCheck.objects.get().is_kept) == (422, False)


@pytest.mark.parametrize("age", ["", "soon", "-5", "1e400", "9" * 400, "31536000000000"])
def test_age_that_is_no_age_changes_nothing(as_staff: Browser, staff: User, sign: Touchpoint, age: str) -> None:
    audit = open_audit(staff)
    assert as_staff.post(url("mark_save", audit.pk, sign.pk), {"rating": "1", "age": age}, headers=JSON).status_code == 200
    assert AuditMark.objects.get().marked_at >= audit.created_at


def test_worker_serves_only_its_folder(client: Browser, company: object) -> None:
    answer = client.get(url("walk_worker"))
    assert (answer["Content-Type"], "Service-Worker-Allowed" in answer) == ("text/javascript; charset=utf-8", False)
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
