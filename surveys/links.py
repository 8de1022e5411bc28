"""Addresses that respondents open: a personal link whose token is derived, so nothing secret is stored and a reminder can repeat it."""

from django.conf import settings
from django.urls import reverse

from mailing.services import PersonalLink
from surveys.enums import DoorKind
from surveys.models import Door, Invitation

DOOR_VIEWS = {DoorKind.QR: "surveys:door_answer", DoorKind.KIOSK: "surveys:kiosk", DoorKind.WIDGET: "surveys:widget_script"}


def personal_link(wave_token: str, client_id: int) -> PersonalLink:
    """Return a Client's link in a wave as the outbox takes it."""
    return PersonalLink("surveys:answer", "survey invitation", f"{wave_token}:{client_id}")


def contact_link(wave_token: str, contact_id: int) -> PersonalLink:
    """Return the link of a partner or candidate in a wave as the outbox takes it."""
    return PersonalLink("surveys:answer", "survey invitation", f"{wave_token}:contact-{contact_id}")


def invitation_link(wave_token: str, invitation: Invitation) -> PersonalLink:
    """Return the link of whoever was invited."""
    if invitation.client_id:
        return personal_link(wave_token, invitation.client_id)
    return contact_link(wave_token, invitation.person.pk)


def public_url(wave_token: str) -> str:
    """Return the full link anybody may answer by."""
    return str(settings.BASE_URL) + reverse("surveys:public_answer", args=[wave_token])


def second_link(cause: str, answer_id: int) -> PersonalLink:
    """Return the link by which somebody scores us again; the cause is `promise-7` or `case-7`."""
    return PersonalLink("surveys:second_score", "second score", f"{cause}:{answer_id}")


def staff_link(wave_token: str, seat_id: int) -> PersonalLink:
    """Return the link by which an employee answers an anonymous survey; it opens one ballot and leads nowhere afterwards."""
    return PersonalLink("surveys:staff_answer", "staff ticket", f"{wave_token}:{seat_id}")


def promise_url(wave_token: str) -> str:
    """Return the full address of the page that says what an anonymous survey stores."""
    return str(settings.BASE_URL) + reverse("surveys:staff_promise", args=[wave_token])


def code_url() -> str:
    """Return the full address at which a printed code is typed in."""
    return str(settings.BASE_URL) + reverse("surveys:staff_code")


def tablet_url(wave_token: str) -> str:
    """Return the full address that a shared tablet opens."""
    return str(settings.BASE_URL) + reverse("surveys:staff_tablet", args=[wave_token])


def door_url(door: Door) -> str:
    """Return the full address behind a door; of the widget, that of its script."""
    return str(settings.BASE_URL) + reverse(DOOR_VIEWS[DoorKind(door.kind)], args=[door.token])
