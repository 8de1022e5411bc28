"""How allauth behaves here: nobody signs up by themselves, an owner adds people."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Login and password reset only."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Refuse: accounts are made by an owner."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """Leave the subject as it is: the letter names Mayak itself."""
        return subject
