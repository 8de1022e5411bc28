"""Who may answer: whoever holds a link. Unknown and forged tokens look the same."""

from django.shortcuts import get_object_or_404

from common.tokens import token_hash
from company.models import User
from surveys.enums import DoorKind, WaveState
from surveys.models import Case, Door, Invitation, Promise, SecondScore, StaffWave, Wave


def invitation_by(token: str) -> Invitation | None:
    """Return the invitation behind a personal link."""
    invitations = Invitation.objects.select_related("wave__questionnaire", "client", "contact", "answer")
    return invitations.filter(token_hash=token_hash(token)).first()


def public_wave_by(token: str) -> Wave | None:
    """Return the wave behind a public link that has been opened."""
    waves = Wave.objects.exclude(state=WaveState.DRAFT).select_related("questionnaire")
    return waves.filter(public_token=token.replace("\0", ""), has_public_link=True).first()


def staff_wave_by(public_token: str) -> StaffWave | None:
    """Return the staff survey an address for everybody names: its tablet or its promise."""
    return StaffWave.objects.filter(public_token=public_token.replace("\0", "")).first()


def wave_or_404(pk: int) -> Wave:
    """Return a wave with what its page needs."""
    return get_object_or_404(Wave.objects.select_related("questionnaire", "mail_wave", "created_by", "survey"), pk=pk)


def started_wave_or_404(pk: int) -> Wave:
    """Return a wave that is no draft."""
    return get_object_or_404(Wave.objects.select_related("questionnaire", "mail_wave", "survey").exclude(state=WaveState.DRAFT), pk=pk)


def draft_or_404(pk: int) -> Wave:
    """Return a wave that can still be changed."""
    return get_object_or_404(Wave.objects.select_related("questionnaire"), pk=pk, state=WaveState.DRAFT)


def case_for(user: User, pk: int) -> Case:
    """Return a case the user may open: managers any, staff the ones they own."""
    rows = Case.objects.visible_to(user).select_related(
        "client__sum", "client__branch", "client__segment", "client__responsible", "answer__wave", "owner", "wave"
    )
    return get_object_or_404(rows, pk=pk)


def promise_or_404(pk: int) -> Promise:
    """Return a promise with its action."""
    return get_object_or_404(Promise.objects.select_related("action__owner", "created_by"), pk=pk)


def second_score_by(token: str) -> SecondScore | None:
    """Return the second score behind a link."""
    rows = SecondScore.objects.select_related("answer__wave__questionnaire", "answer__client", "answer__contact", "promise")
    return rows.filter(token_hash=token_hash(token)).first()


def door_by(token: str, kind: DoorKind) -> Door | None:
    """Return the door behind an address of its kind, open or closed."""
    return Door.objects.select_related("survey", "branch").filter(token=token.replace("\0", ""), kind=kind).first()


def door_or_404(pk: int) -> Door:
    """Return a door with what its page needs."""
    return get_object_or_404(Door.objects.select_related("survey", "branch", "touchpoint"), pk=pk)


def staff_wave_or_404(pk: int) -> StaffWave:
    """Return a survey of employees with what its page needs."""
    return get_object_or_404(StaffWave.objects.select_related("mail_wave__letter"), pk=pk)


def staff_draft_or_404(pk: int) -> StaffWave:
    """Return a survey of employees that can still be changed."""
    return get_object_or_404(StaffWave, pk=pk, state=WaveState.DRAFT)
