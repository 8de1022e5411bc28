"""The second factor: codes of an app, recovery codes, who must have one, and being asked again."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.management import CommandError, call_command
from django.test import Client as Browser

from company.enums import SESSION_SIGNED_IN
from company.models import ApiToken, Company, User
from tests.conftest import signed_in

PASSWORD = {"password": "a long test password"}


@pytest.fixture
def required(settings: Any) -> None:
    """A server with TLS, which asks for the second factor."""
    settings.SECOND_FACTOR_REQUIRED = True


def code_of(secret: str) -> str:
    """Return what the app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def with_app(user: User) -> str:
    """Set up an app of codes for the user and return its secret."""
    secret = str(generate_totp_secret())
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def stale(browser: Browser) -> Browser:
    """Make the session an hour old."""
    session = browser.session
    session[SESSION_SIGNED_IN] = time.time() - 3600
    session.save()
    return browser


def test_app_is_set_up_by_its_code_and_gives_recovery_codes(as_owner: Browser, owner: User) -> None:
    page = as_owner.get("/second-factor/totp/activate/").content.decode()
    secret = re.search(r'class="num text-break">(\w+)<', page)
    assert secret
    response = as_owner.post("/second-factor/totp/activate/", {"code": code_of(secret[1])})
    assert (response.status_code, response["Location"]) == (302, "/second-factor/recovery-codes/")
    codes = as_owner.get("/second-factor/recovery-codes/").content.decode()
    assert len(re.findall(r"<li>\d{8}</li>", codes)) == 10
    assert secret[1] not in str(Authenticator.objects.get(user=owner, type="totp").data)


def test_wrong_code_sets_nothing_up(as_owner: Browser) -> None:
    as_owner.get("/second-factor/totp/activate/")
    response = as_owner.post("/second-factor/totp/activate/", {"code": "000000"})
    assert response.status_code == 200
    assert Authenticator.objects.count() == 0


def test_password_alone_does_not_sign_in_who_has_an_app(owner: User) -> None:
    secret = with_app(owner)
    guest = Browser()
    response = guest.post("/login/", {"login": owner.email, **PASSWORD})
    assert response["Location"] == "/second-factor/authenticate/"
    assert guest.get("/company/profile/").status_code == 302
    assert guest.post("/second-factor/authenticate/", {"code": "000000"}).status_code == 200
    assert guest.post("/second-factor/authenticate/", {"code": code_of(secret)}).status_code == 302
    assert guest.get("/company/profile/").status_code == 200


def test_recovery_code_signs_in_once(owner: User) -> None:
    with_app(owner)
    code = Authenticator.objects.get(user=owner, type="recovery_codes").wrap().get_unused_codes()[0]
    statuses = []
    for _attempt in range(2):
        guest = Browser()
        guest.post("/login/", {"login": owner.email, **PASSWORD})
        guest.post("/second-factor/authenticate/", {"code": code})
        statuses.append(guest.get("/company/profile/").status_code)
    assert statuses == [200, 302]


@pytest.mark.parametrize("role", ["owner", "manager"])
def test_who_must_have_a_second_factor_is_led_to_it(role: str, required: None, request: Any) -> None:
    browser: Browser = request.getfixturevalue(f"as_{role}")
    assert browser.get("/")["Location"] == "/company/second-factor/"
    page = browser.get("/company/second-factor/").content.decode()
    assert "/second-factor/totp/activate/" in page
    assert browser.get("/second-factor/totp/activate/").status_code == 200
    assert browser.get("/company/profile/").status_code == 200
    with_app(request.getfixturevalue(role))
    assert browser.get("/").status_code == 200


def test_parts_of_a_page_stay_empty_before_there_is_a_second_factor(as_owner: Browser, required: None) -> None:
    response = as_owner.get("/", headers={"HX-Request": "true"})
    assert (response.status_code, response.content) == (204, b"")


def test_recovery_codes_alone_are_no_second_factor(as_owner: Browser, owner: User, required: None) -> None:
    RecoveryCodes.activate(owner)
    assert as_owner.get("/").status_code == 302


def test_staff_the_demo_and_a_firm_that_waives_it_are_not_asked(as_staff: Browser, as_owner: Browser, required: None) -> None:
    assert as_staff.get("/").status_code == 200
    assert as_owner.get("/").status_code == 302
    Company.objects.update(is_demo=True)
    assert as_owner.get("/").status_code == 200
    Company.objects.update(is_demo=False, requires_second_factor=False)
    assert as_owner.get("/").status_code == 200


def test_post_of_somebody_without_a_second_factor_changes_nothing(as_owner: Browser, required: None) -> None:
    as_owner.post("/company/branches/add/", {"name": "Новый"})
    assert as_owner.get("/company/branches/").status_code == 302
    Company.objects.update(requires_second_factor=False)
    assert "Новый" not in as_owner.get("/company/branches/").content.decode()


def test_owner_waives_it_on_the_page_of_the_company(as_owner: Browser) -> None:
    fields = {"name": "Лён", "currency": "RUB", "time_zone": "Europe/Moscow", "brand_color": "#2F5F8F"}
    as_owner.post("/company/", fields)
    assert not Company.objects.get().requires_second_factor
    as_owner.post("/company/", fields | {"requires_second_factor": "on"})
    assert Company.objects.get().requires_second_factor


@pytest.mark.django_db(transaction=True)
def test_key_of_the_session_changes_with_the_second_factor(as_owner: Browser) -> None:
    page = as_owner.get("/second-factor/totp/activate/").content.decode()
    before = as_owner.session.session_key
    secret = re.search(r'class="num text-break">(\w+)<', page)
    assert secret
    as_owner.post("/second-factor/totp/activate/", {"code": code_of(secret[1])})
    assert as_owner.session.session_key != before


def test_owner_removes_the_second_factor_of_somebody_else(as_owner: Browser, manager: User) -> None:
    with_app(manager)
    theirs = signed_in(manager)
    assert as_owner.post(f"/company/people/{manager.pk}/second-factor/reset/").status_code == 302
    assert not Authenticator.objects.filter(user=manager).exists()
    assert theirs.get("/company/profile/").status_code == 302


def test_console_lets_the_only_owner_in_again(owner: User) -> None:
    with_app(owner)
    call_command("reset_second_factor", "OWNER@example.org")
    assert not Authenticator.objects.exists()
    with pytest.raises(CommandError, match="Nobody signs in"):
        call_command("reset_second_factor", "nobody@example.org")


def test_a_file_with_data_asks_an_old_session_again(as_owner: Browser) -> None:
    assert as_owner.get("/company/employees/export.xlsx").status_code == 200
    response = stale(as_owner).get("/company/employees/export.xlsx")
    assert response["Location"] == "/password/confirm/?next=%2Fcompany%2Femployees%2Fexport.xlsx"
    assert as_owner.get(response["Location"]).status_code == 200
    assert as_owner.post(response["Location"], {"password": "wrong"}).status_code == 200
    done = as_owner.post(response["Location"], PASSWORD)
    assert as_owner.get(done["Location"]).status_code == 200


def test_a_token_is_made_after_the_password_is_given_again(as_owner: Browser) -> None:
    fields = {"name": "Касса", "scopes": ["answers:write"]}
    response = stale(as_owner).post("/company/tokens/add/", fields)
    assert ApiToken.objects.count() == 0
    assert as_owner.post(response["Location"], PASSWORD).status_code == 201
    assert ApiToken.objects.get().name == "Касса"


def test_code_of_the_app_confirms_as_well(as_owner: Browser, owner: User) -> None:
    secret = with_app(owner)
    stale(as_owner)
    page = as_owner.get("/password/confirm/?next=/company/tokens/add/").content.decode()
    assert "/second-factor/reauthenticate/?next=" in page
    as_owner.post("/second-factor/reauthenticate/?next=/company/tokens/add/", {"code": code_of(secret)})
    assert as_owner.get("/company/tokens/add/").status_code == 200


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_of_the_second_factor_opens(as_owner: Browser, owner: User, language: str) -> None:
    as_owner.cookies.load({"django_language": language})
    for path in ("", "webauthn/", "webauthn/add/", "totp/activate/"):
        assert as_owner.get(f"/second-factor/{path}").status_code == 200, path
    with_app(owner)
    for path in ("", "totp/deactivate/", "recovery-codes/", "recovery-codes/generate/", "reauthenticate/"):
        assert as_owner.get(f"/second-factor/{path}").status_code == 200, path
    download = as_owner.get("/second-factor/recovery-codes/download/")
    assert (len(download.content.split()), download["Content-Disposition"]) == (10, 'attachment; filename="recovery-codes.txt"')
