"""What mail providers report by HTTP. django-anymail checks their signature or password and speaks their dialects.

It offers what it heard only as a signal: the one receiver stands here, beside the other ways a request comes in, and calls a service.
"""

import hashlib
from typing import Any

from anymail.signals import AnymailTrackingEvent, tracking
from django.dispatch import receiver

from mailing.services import take_event


@receiver(tracking)
def on_event(event: AnymailTrackingEvent, esp_name: str, **_kwargs: Any) -> None:
    """Hand one event over; a provider that gives it no name gets one from what it says."""
    said = f"{event.event_type} {event.message_id} {event.recipient} {event.timestamp}"
    name = event.event_id or hashlib.sha256(said.encode()).hexdigest()
    take_event(
        provider=esp_name,
        name=str(name),
        what=str(event.event_type),
        message_ids=[str(known) for known in ((event.metadata or {}).get("message_id"), event.message_id) if known],
        address=event.recipient or "",
        is_bad_address=event.reject_reason == "invalid",
        text=event.mta_response or event.description or "",
    )
