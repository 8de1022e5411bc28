"""Pages of the firm."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.core import mail
from django.test import Client as Browser
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries

from company.enums import Role
from company.models import Branch, Company, Employee, User

PROFILE = {"name": "Лён", "tagline": "химчистка", "currency": "EUR", "time_zone": "Asia/Omsk", "brand_color": "#112233"}
PERSON = {"name": "Ольга", "email": "Olga@example.org", "role": "staff", "position": "", "seniority": "5", "branch": ""}


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_brand_css_carries_the_colour_and_may_be_kept(company: Company) -> None:
    response = Browser().get("/company/brand.css")
    assert response.content.decode().startswith(":root{--co:#2f5f8f;")
    assert (response["Content-Type"], response["Cache-Control"]) == ("text/css", "public, max-age=31536000, immutable")


def test_settings_are_saved(as_owner: Browser, company: Company) -> None:
    assert as_owner.post("/company/", PROFILE).status_code == 302
    company.refresh_from_db()
    assert [company.name, company.currency, company.time_zone, company.brand_color] == ["Лён", "EUR", "Asia/Omsk", "#112233"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("currency", "XXX"), ("time_zone", "Moon/Sea"), ("brand_color", "red"), ("brand_color", "#12345g"), ("name", "x" * 121)],
)
def test_bad_settings_come_back_with_what_was_typed(as_owner: Browser, company: Company, field: str, value: str) -> None:
    response = as_owner.post("/company/", PROFILE | {field: value, "tagline": "typed <b>"})
    assert (response.status_code, b"typed &lt;b&gt;" in response.content) == (422, True)
    company.refresh_from_db()
    assert company.name == "Лён и хлопок"


def test_word_is_chosen_and_its_forms_corrected(as_owner: Browser, company: Company) -> None:
    assert as_owner.post("/company/word/", {"word": "own", "own_word": "ученик", "english": "Pupil"}).status_code == 302
    company.refresh_from_db()
    forms = {f"{language}_{key}": form for language, words in company.word_forms.items() for key, form in words.items()}
    assert forms["ru_clients_gen"] == "Учеников"
    assert as_owner.post("/company/word/forms/", forms | {"ru_client_loc": "ученике-то"}).status_code == 302
    company.refresh_from_db()
    assert company.word_forms["ru"]["client_loc"] == "Ученике-то"
    assert "Ученике-то" in as_owner.get("/company/word/").content.decode()


@pytest.mark.parametrize("own_word", ["", "Client", "клиент1", "<b>", "а" * 41, "Ученица", "Чадо", "пони"])
def test_word_that_is_no_russian_word_is_refused(as_owner: Browser, company: Company, own_word: str) -> None:
    assert as_owner.post("/company/word/", {"word": "own", "own_word": own_word}).status_code == 422
    company.refresh_from_db()
    assert company.word_forms == {}


@pytest.mark.parametrize(
    ("field", "typed"), [("ru_client_loc", ""), ("ru_client_loc", "ученике!"), ("ru_clients_acc", "Ученики"), ("en_client", "Ученик")]
)
def test_a_form_that_cannot_be_spoken_is_refused(as_owner: Browser, company: Company, field: str, typed: str) -> None:
    as_owner.post("/company/word/", {"word": "own", "own_word": "ученик", "english": "Pupil"})
    company.refresh_from_db()
    forms = {f"{language}_{key}": form for language, words in company.word_forms.items() for key, form in words.items()}
    response = as_owner.post("/company/word/forms/", forms | {field: typed})
    assert (response.status_code, typed in response.content.decode()) == (422, True)
    kept = dict(company.word_forms)
    company.refresh_from_db()
    assert company.word_forms == kept


@pytest.mark.parametrize(("language", "said"), [("ru", "Цена Пациента"), ("en", "Value of a Patient")])
def test_pages_speak_the_word_from_the_next_request_on(as_owner: Browser, company: Company, language: str, said: str) -> None:
    as_owner.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    as_owner.post("/company/word/", {"word": "Пациент"})
    page = as_owner.get("/company/").content.decode()
    assert (said in page, re.findall(r"\b(?:Клиент\w*|Clients?)\b", page)) == (True, [])
    as_owner.post("/company/word/", {"word": "Клиент"})
    assert ("Цена Клиента" if language == "ru" else "Value of a Client") in as_owner.get("/company/").content.decode()


def test_empty_form_of_the_word_is_refused(as_owner: Browser, company: Company) -> None:
    assert as_owner.post("/company/word/forms/", {"ru_client": ""}).status_code == 422


def test_menu_speaks_the_company_word(as_owner: Browser) -> None:
    as_owner.post("/company/word/", {"word": "Гость"})
    with override_settings(LANGUAGE_CODE="ru"):
        assert "Гост" in as_owner.get("/company/word/").content.decode()


def test_branches_are_added_renamed_moved_and_deleted(as_owner: Browser) -> None:
    for name in ("Садовая", "Заводская"):
        as_owner.post("/company/branches/add/", {"name": name})
    second = Branch.objects.get(name="Заводская")
    as_owner.post(f"/company/branches/{second.pk}/move/", {"to": "up"})
    as_owner.post(f"/company/branches/{second.pk}/", {"name": "Завод"})
    assert list(Branch.objects.values_list("name", flat=True)) == ["Завод", "Садовая"]
    as_owner.post(f"/company/branches/{second.pk}/delete/")
    assert list(Branch.objects.values_list("name", flat=True)) == ["Садовая"]


def test_second_branch_of_the_same_name_is_refused(as_owner: Browser) -> None:
    Branch.objects.create(name="Садовая")
    assert as_owner.post("/company/branches/add/", {"name": "Садовая"}).status_code == 422
    assert Branch.objects.count() == 1


def test_branch_in_use_is_not_deleted_and_the_page_says_why(as_owner: Browser) -> None:
    branch = Branch.objects.create(name="Садовая")
    Employee.objects.create(name="Руслан", branch=branch)
    response = as_owner.post(f"/company/branches/{branch.pk}/delete/", headers={"accept-language": "en"})
    assert said(response) == ["People or data belong to this branch, so it stays. Rename it if the name is out of date."]
    assert Branch.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_branches_take_the_same_number_of_queries(as_owner: Browser, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    Branch.objects.bulk_create(Branch(name=f"B{number}") for number in range(rows))
    with django_assert_num_queries(4):
        as_owner.get("/company/branches/")


@pytest.mark.parametrize("rows", [1, 3])
def test_people_take_the_same_number_of_queries(as_owner: Browser, django_assert_num_queries: DjangoAssertNumQueries, rows: int) -> None:
    branch = Branch.objects.create(name="Садовая")
    for number in range(rows):
        User.objects.create_user(f"p{number}@example.org", name=f"P{number}", branch=branch)
    with django_assert_num_queries(5):
        as_owner.get("/company/people/")


def test_invited_person_sets_a_password_by_the_link_and_signs_in(as_owner: Browser) -> None:
    made = as_owner.post("/company/people/add/", PERSON, follow=True)
    link = re.search(r'http[^"]+/password/reset/key/[^"]+', made.content.decode())
    assert link
    guest = Browser()
    form = guest.get(link[0].replace("http://127.0.0.1:8000", ""), follow=True)
    password = {"password1": "a quite long secret 7", "password2": "a quite long secret 7"}
    guest.post(form.redirect_chain[-1][0], password)
    assert guest.login(email="olga@example.org", password=password["password1"])
    assert guest.get(link[0].replace("http://127.0.0.1:8000", "")).status_code == 200
    assert "http://127.0.0.1:8000/password" not in as_owner.get(made.redirect_chain[-1][0]).content.decode()


def test_same_address_in_other_letters_is_refused(as_owner: Browser) -> None:
    as_owner.post("/company/people/add/", PERSON)
    assert as_owner.post("/company/people/add/", PERSON | {"email": "OLGA@EXAMPLE.ORG"}).status_code == 422
    assert User.objects.filter(name="Ольга").count() == 1


@pytest.mark.parametrize(("field", "value"), [("email", "nobody"), ("role", "king"), ("seniority", "0"), ("seniority", "-1"), ("name", "")])
def test_bad_person_is_refused(as_owner: Browser, field: str, value: str) -> None:
    assert as_owner.post("/company/people/add/", PERSON | {field: value}).status_code == 422
    assert User.objects.count() == 1


def test_owner_cannot_demote_themselves(as_owner: Browser, owner: User) -> None:
    response = as_owner.post(f"/company/people/{owner.pk}/", PERSON | {"email": owner.email, "role": "staff"})
    assert response.status_code == 422
    assert User.objects.get(pk=owner.pk).role == Role.OWNER


def test_access_is_closed_and_opened(as_owner: Browser, staff: User) -> None:
    as_owner.post(f"/company/people/{staff.pk}/close/")
    assert not User.objects.get(pk=staff.pk).is_active
    as_owner.post(f"/company/people/{staff.pk}/open/")
    assert User.objects.get(pk=staff.pk).is_active


def test_owner_cannot_close_themselves(as_owner: Browser, owner: User) -> None:
    as_owner.post(f"/company/people/{owner.pk}/close/")
    assert User.objects.get(pk=owner.pk).is_active


@pytest.mark.parametrize("language", ["ru", "en"])
def test_link_is_mailed(as_owner: Browser, staff: User, language: str) -> None:
    as_owner.post(f"/company/people/{staff.pk}/link/", headers={"accept-language": language})
    assert [message.to for message in mail.outbox] == [[staff.email]]
    assert "http://127.0.0.1:8000/password/reset/key/" in mail.outbox[0].body


def test_line_break_in_the_name_of_the_firm_stays_out_of_the_headers(as_owner: Browser, staff: User) -> None:
    Company.objects.update(name="Лён\nBcc: thief@example.org")
    as_owner.post(f"/company/people/{staff.pk}/link/")
    assert mail.outbox[0].recipients() == [staff.email]


def test_dead_mail_server_is_said_plainly(as_owner: Browser, staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("company.invitations.send_mail", lambda *_args: (_ for _ in ()).throw(ConnectionRefusedError()))
    response = as_owner.post(f"/company/people/{staff.pk}/link/", headers={"accept-language": "en"})
    assert said(response) == ["The mail server does not answer. Copy the link and pass it on yourself."]


def test_profile_changes_the_name(as_staff: Browser, staff: User) -> None:
    assert as_staff.post("/company/profile/", {"name": "Новое имя"}).status_code == 302
    assert as_staff.post("/company/profile/", {"name": ""}).status_code == 422
    assert User.objects.get(pk=staff.pk).name == "Новое имя"


def test_gallery_is_for_debugging_only(as_owner: Browser) -> None:
    assert as_owner.get("/company/gallery/").status_code == 404
    with override_settings(DEBUG=True):
        page = as_owner.get("/company/gallery/").content.decode()
    assert re.findall(r"\sstyle=|<style|\son\w+=", page) == []


@pytest.mark.parametrize("path", ["/company/", "/company/word/", "/company/branches/", "/company/people/", "/company/people/add/"])
def test_pages_draw_without_inline_code(as_owner: Browser, path: str) -> None:
    response = as_owner.get(path)
    assert response.status_code == 200
    assert re.findall(r"\sstyle=|<style|\son\w+=|<script(?![^>]*src)", response.content.decode()) == []
