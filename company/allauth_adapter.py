"""How allauth behaves here: nobody signs up by themselves, an owner adds people; what it keeps is sealed."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.codes import qr_svg
from common.sealing import seal, unseal
from company.devices import known_device, remember_device
from company.enums import SESSION_SIGNED_IN
from company.models import User
from company.queries import the_company

SEALED_FOR = "second factor"


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Login and password reset only."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Refuse: accounts are made by an owner."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """Leave the subject as it is: the letter names Mayak itself."""
        return subject

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "Too many wrong passwords. Wait five minutes, sign in from a device you have used before, or set a new password by a link."
        ),
    }

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """Count wrong passwords from a device of the account's own apart from those of strangers."""
        device = known_device(request, credentials.get("email", ""))
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{device}"

    def post_login(self, request: HttpRequest, user: User, **named: Any) -> HttpResponse:
        """Remember the device."""
        response: HttpResponse = super().post_login(request, user, **named)
        remember_device(request, response, user.email)
        return response

    def is_reauthentication_required(self, **_named: Any) -> bool:
        """Ask nobody again who has just signed in."""
        since = time.time() - float(self.request.session.get(SESSION_SIGNED_IN, 0))
        return since >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Name the ways to confirm that it is you in our words."""
        names = {
            "reauthenticate": _("By the password"),
            "mfa_reauthenticate": _("By a code"),
            "mfa_reauthenticate:webauthn": _("By a passkey"),
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": names.get(method["id"], method["description"])} for method in methods]


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Codes, passkeys and recovery codes, named after the firm and sealed in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This did not fit. Take the code the app shows now, or try the key again."),
    }

    def get_totp_issuer(self) -> str:
        """Name the firm: so the code is called in the app."""
        return f"Mayak · {the_company().name}"

    def _get_site_name(self) -> str:
        """Name the firm: so the passkey is called in the browser."""
        return self.get_totp_issuer()

    def build_totp_svg(self, url: str) -> str:
        """Draw the code as all our codes are drawn: on white, also in the dark."""
        return qr_svg(url)

    def encrypt(self, text: str) -> str:
        """Seal the secret of an app or of recovery codes."""
        return seal(SEALED_FOR, text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open what was sealed."""
        return unseal(SEALED_FOR, encrypted_text)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        """Propose a name for a passkey."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey %(number)s") % {"number": count + 1}
