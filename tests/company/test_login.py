"""Signing in, signing out, a forgotten password."""

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client as Browser

from company.invitations import password_link
from company.models import Company, User


def test_right_password_opens_the_overview(owner: User) -> None:
    response = Browser().post("/login/", {"login": "OWNER@example.org", "password": "a long test password"})
    assert (response.status_code, response["Location"]) == (302, "/")


def test_wrong_password_keeps_the_address(owner: User) -> None:
    response = Browser().post("/login/", {"login": "owner@example.org", "password": "wrong"})
    assert b'value="owner@example.org"' in response.content


def test_guessing_is_limited(owner: User) -> None:
    for _attempt in range(6):
        Browser().post("/login/", {"login": "owner@example.org", "password": "wrong"})
    response = Browser().post("/login/", {"login": "owner@example.org", "password": "a long test password"})
    assert response.status_code != 302


def guess_often(email: str) -> None:
    """Guess a password until strangers are refused, each time from another address."""
    for number in range(6):
        Browser(REMOTE_ADDR=f"198.51.100.{number}").post("/login/", {"login": email, "password": "wrong"})


def test_stranger_who_guesses_does_not_lock_out_a_device_in_use(owner: User) -> None:
    secret = {"login": "owner@example.org", "password": "a long test password"}
    own = Browser()
    own.post("/login/", secret)
    own.post("/logout/")
    guess_often("owner@example.org")
    assert Browser().post("/login/", secret).status_code == 200
    assert own.post("/login/", secret).status_code == 302


def test_known_device_has_a_limit_of_its_own(owner: User) -> None:
    secret = {"login": "owner@example.org", "password": "a long test password"}
    own = Browser()
    own.post("/login/", secret)
    own.post("/logout/")
    for _attempt in range(5):
        own.post("/login/", secret | {"password": "wrong"})
    assert own.post("/login/", secret).status_code == 200
    assert Browser().post("/login/", secret).status_code == 302


def test_device_of_one_account_is_a_stranger_to_another(owner: User, manager: User) -> None:
    own = Browser()
    own.post("/login/", {"login": manager.email, "password": "a long test password"})
    own.post("/logout/")
    guess_often(owner.email)
    assert own.post("/login/", {"login": owner.email, "password": "a long test password"}).status_code == 200


def test_password_set_by_letter_opens_the_way_while_strangers_guess(owner: User) -> None:
    guess_often(owner.email)
    guest = Browser()
    form = guest.get(password_link(owner), follow=True)
    guest.post(form.redirect_chain[-1][0], {"password1": "another long secret", "password2": "another long secret"})
    guess_often(owner.email)
    assert guest.post("/login/", {"login": owner.email, "password": "another long secret"}).status_code == 302


def test_spoilt_device_cookie_is_a_stranger(owner: User) -> None:
    guest = Browser()
    guest.cookies["device"] = "spoilt"
    assert guest.post("/login/", {"login": owner.email, "password": "a long test password"}).status_code == 302


def test_forged_address_does_not_reset_the_limit_behind_a_proxy(owner: User, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    cache.clear()
    for number in range(11):
        forwarded = {"x-forwarded-for": f"198.51.100.{number}, 192.0.2.7"}
        Browser(headers=forwarded).post("/login/", {"login": f"{number}@example.org", "password": "wrong"})
    secret = {"login": "owner@example.org", "password": "a long test password"}
    assert Browser(headers={"x-forwarded-for": "198.51.100.99, 192.0.2.7"}).post("/login/", secret).status_code != 302
    assert Browser(headers={"x-forwarded-for": "192.0.2.8"}).post("/login/", secret).status_code == 302


def test_closed_account_does_not_sign_in(staff: User) -> None:
    User.objects.filter(pk=staff.pk).update(is_active=False)
    browser = Browser()
    browser.post("/login/", {"login": staff.email, "password": "a long test password"})
    assert browser.get("/company/profile/").status_code == 302


def test_demo_buttons_exist_only_in_the_demo_company(company: Company) -> None:
    assert b"mayak-demo-2026" not in Browser().get("/login/").content
    Company.objects.update(is_demo=True)
    page = Browser().get("/login/").content.decode()
    assert re.findall(r'name="login" value="(.+?)"', page) == [f"{role}@demo.example.org" for role in ("owner", "manager", "staff")]


@pytest.mark.parametrize(("language", "subject"), [("ru", "Маяк: новый пароль"), ("en", "Mayak: a new password")])
def test_forgotten_password_is_set_anew_by_mail(owner: User, language: str, subject: str) -> None:
    guest = Browser(headers={"accept-language": language})
    assert guest.get("/password/reset/").status_code == 200
    assert guest.post("/password/reset/", {"email": owner.email}, follow=True).status_code == 200
    assert mail.outbox[0].subject == subject
    link = re.search(r"http\S+", str(mail.outbox[0].body))
    assert link
    form = guest.get(link[0], follow=True)
    done = guest.post(form.redirect_chain[-1][0], {"password1": "another long secret", "password2": "another long secret"}, follow=True)
    assert done.status_code == 200
    owner.refresh_from_db()
    assert owner.check_password("another long secret")


def test_unknown_address_gets_no_letter_and_the_page_tells_nothing(company: Company) -> None:
    guest = Browser(headers={"accept-language": "en"})
    response = guest.post("/password/reset/", {"email": "nobody@example.org"}, follow=True)
    assert (response.status_code, [message.subject for message in mail.outbox]) == (200, [])


def test_spoilt_link_offers_a_new_one(owner: User) -> None:
    response = Browser().get("/password/reset/key/1-spoilt/", headers={"accept-language": "en"})
    assert b"The link no longer works" in response.content


def test_password_is_changed_in_the_profile(as_staff: Browser, staff: User) -> None:
    assert as_staff.get("/password/change/").status_code == 200
    secret = {"oldpassword": "a long test password", "password1": "another long secret", "password2": "another long secret"}
    as_staff.post("/password/change/", secret)
    staff.refresh_from_db()
    assert staff.check_password("another long secret")


def test_signing_out_takes_a_post(as_staff: Browser) -> None:
    assert as_staff.get("/logout/").status_code == 200
    assert as_staff.get("/company/profile/").status_code == 200
    as_staff.post("/logout/")
    assert as_staff.get("/company/profile/").status_code == 302
