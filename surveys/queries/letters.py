"""What the outbox knows about the letters of an invitation."""

import datetime as dt

from django.db.models import Max

from mailing.models import Message
from surveys.models import Invitation, Reminder


def last_letter_at(invitation: Invitation) -> dt.datetime | None:
    """Return when the mail server took the newest letter of the invitation, the reminders included."""
    reminders = Reminder.objects.filter(wave=invitation.wave_id, mail_wave__isnull=False).values_list("mail_wave", flat=True)
    letters = Message.objects.filter(wave__in=[invitation.wave.mail_wave_id, *reminders], external_key=str(invitation.pk))
    last: dt.datetime | None = letters.aggregate(last=Max("sent_at"))["last"]
    return last
