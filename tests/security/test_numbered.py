"""Points of the security checklist that no test of an app holds, each named after its number."""

import ast
import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client as Browser

from company.enums import Role
from company.invitations import password_link
from company.models import User
from tests.company.test_second_factor import with_app
from tests.config.test_settings import production
from tests.conftest import signed_in
from tests.test_access_matrix import ADDRESSES

PASSWORD = "a long test password"
# Each has its own authority in the address, in a header or in a signed mark, and no session to ride on.
POSTS_FROM_ELSEWHERE = [
    "api:answer_create",
    "api:channel_months",
    "api:client_source",
    "api:leaver_caller",
    "api:leaver_create",
    "mailing:go",
    "mailing:unsubscribe",
    "metrics:screen_now",
    "programme:beacon_say",
    "programme:praise_box",
    "surveys:answer",
    "surveys:answer_opened",
    "surveys:door_answer",
    "surveys:kiosk",
    "surveys:public_answer",
    "surveys:second_score",
    "surveys:staff_answer",
    "surveys:staff_code",
    "surveys:staff_tablet",
    "surveys:widget_answer",
    "touchpoints:point_rating",
    "touchpoints:rating_thanks",
]


def test_03_https_is_kept_for_a_year() -> None:
    tree = ast.parse((settings.BASE_DIR / "config" / "settings.py").read_text())
    assigned = {
        ast.unparse(target): ast.unparse(node.value) for node in tree.body if isinstance(node, ast.Assign) for target in node.targets
    }
    assert assigned["SECURE_HSTS_SECONDS"] == "int(timedelta(days=365).total_seconds()) if HTTPS else 0"
    assert assigned["SECURE_HSTS_INCLUDE_SUBDOMAINS"] == "HTTPS"


@pytest.mark.parametrize(
    "path", ["/", "/company/", "/no-such-page/", "/company/brand.css", "/company/employees/export.xlsx", "/api/v1/answers/"]
)
def test_04_every_answer_has_the_content_policy(path: str, as_owner: Browser) -> None:
    policy = dict(part.strip().partition(" ")[::2] for part in as_owner.get(path)["Content-Security-Policy"].split(";"))
    assert {name: policy[name] for name in ("default-src", "object-src", "base-uri", "frame-ancestors")} == dict.fromkeys(
        ("default-src", "object-src", "base-uri", "frame-ancestors"), "'none'"
    )
    assert not re.search(r"unsafe-(?:inline|eval)", str(policy))


def test_06_browsers_are_told_to_be_careful(company: Any) -> None:
    names = ("X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "X-Frame-Options")
    assert [Browser().get("/login/")[name] for name in names] == ["nosniff", "same-origin", "same-origin", "DENY"]


def test_09_only_these_addresses_take_posts_from_elsewhere() -> None:
    assert sorted(name for name, entry in ADDRESSES.items() if getattr(entry.callback, "csrf_exempt", False)) == POSTS_FROM_ELSEWHERE


def test_13_nobody_gives_themselves_a_role(as_staff: Browser, staff: User) -> None:
    as_staff.post("/company/profile/", {"name": "Marina", "role": "owner", "is_active": "", "seniority": "1", "session_epoch": "7"})
    staff.refresh_from_db()
    assert (staff.name, staff.role, staff.is_active, staff.seniority, staff.session_epoch) == ("Marina", Role.STAFF, True, 9, 0)


def test_15_session_has_another_key_after_signing_in(owner: User) -> None:
    guest = Browser()
    session = guest.session
    session["before"] = True
    session.save()
    before = session.session_key
    guest.cookies[settings.SESSION_COOKIE_NAME] = str(before)
    guest.post("/login/", {"login": owner.email, "password": PASSWORD})
    assert guest.cookies[settings.SESSION_COOKIE_NAME].value != before
    stolen = Browser()
    stolen.cookies[settings.SESSION_COOKIE_NAME] = str(before)
    assert stolen.get("/company/profile/").status_code == 302


def test_16_new_password_ends_every_session(owner: User) -> None:
    first, second = signed_in(owner), signed_in(owner)
    fields = {"oldpassword": PASSWORD, "password1": "another long secret", "password2": "another long secret"}
    first.post("/password/change/", fields)
    assert [browser.get("/company/profile/").status_code for browser in (first, second)] == [302, 302]


def test_17_session_ends_after_twelve_hours(owner: User) -> None:
    browser = signed_in(owner)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=12, minutes=1)):
        assert browser.get("/company/profile/").status_code == 302


def test_19_unknown_address_is_answered_in_the_same_words(owner: User) -> None:
    said = []
    for address in ("owner@example.org", "nobody@example.org"):
        page = Browser().post("/login/", {"login": address, "password": "wrong"}).content.decode().replace(address, "…")
        said.append(re.sub(r'(?:nonce=|value=|x-csrftoken": )"[^"]*"', "", page))
    assert said[0] == said[1]


def test_22_passwords_are_long_and_no_usual_ones(owner: User) -> None:
    assert production("PASSWORD_HASHERS") == {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"]}
    for weak in ("short", "elevenchars", "password1234", "qwertyuiopas"[:11], "owner@example.org"):
        with pytest.raises(ValidationError):
            validate_password(weak, owner)
    validate_password("каждый охотник желает знать, где сидит фазан " * 3, owner)


def test_23_reset_link_works_once_and_skips_no_second_step(owner: User) -> None:
    with_app(owner)
    guest, link, secret = Browser(), password_link(owner), "another long secret"
    form = guest.get(link, follow=True)
    guest.post(form.redirect_chain[-1][0], {"password1": secret, "password2": secret})
    assert guest.get("/company/profile/").status_code == 302
    assert guest.post("/login/", {"login": owner.email, "password": secret})["Location"] == "/second-factor/authenticate/"
    again = Browser().get(link, follow=True, headers={"accept-language": "en"})
    assert b"The link no longer works" in again.content
