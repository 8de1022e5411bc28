"""Who may answer: whoever holds a link. Unknown and forged tokens look the same."""

from django.shortcuts import get_object_or_404

from common.tokens import token_hash
from surveys.enums import WaveState
from surveys.models import Invitation, Wave


def invitation_by(token: str) -> Invitation | None:
    """Return the invitation behind a personal link."""
    invitations = Invitation.objects.select_related("wave__questionnaire", "client", "contact", "answer")
    return invitations.filter(token_hash=token_hash(token)).first()


def public_wave_by(token: str) -> Wave | None:
    """Return the wave behind a public link that has been opened."""
    waves = Wave.objects.exclude(state=WaveState.DRAFT).select_related("questionnaire")
    return waves.filter(public_token=token.replace("\0", ""), has_public_link=True).first()


def wave_or_404(pk: int) -> Wave:
    """Return a wave with what its page needs."""
    return get_object_or_404(Wave.objects.select_related("questionnaire", "mail_wave", "created_by"), pk=pk)


def started_wave_or_404(pk: int) -> Wave:
    """Return a wave that is no draft."""
    return get_object_or_404(Wave.objects.select_related("questionnaire", "mail_wave").exclude(state=WaveState.DRAFT), pk=pk)


def draft_or_404(pk: int) -> Wave:
    """Return a wave that can still be changed."""
    return get_object_or_404(Wave.objects.select_related("questionnaire"), pk=pk, state=WaveState.DRAFT)
