"""What happens at the moment somebody signs in."""

import time
from typing import Any

from allauth.account.signals import password_reset
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from company.devices import RESET_HERE, account_mark
from company.enums import SESSION_SIGNED_IN
from company.models import User


@receiver(user_logged_in)
def note_the_moment(request: HttpRequest, **_named: Any) -> None:
    """Write down when the session began: who has just signed in is not asked for the password again."""
    request.session[SESSION_SIGNED_IN] = time.time()


@receiver([authenticator_added, authenticator_removed])
def change_the_key(request: HttpRequest, **_named: Any) -> None:
    """Give the session another key once the ways to sign in change."""
    request.session.cycle_key()


@receiver(password_reset)
def know_the_device(request: HttpRequest, user: User, **_named: Any) -> None:
    """Let in from here whoever has set a password by a link, whatever strangers try meanwhile."""
    request.session[RESET_HERE] = account_mark(user.email)
