"""The demo firm's partners and candidates, and a wave that asked the partners."""

import datetime as dt
import uuid

import numpy as np

from common.tokens import new_token, token_hash
from company.models import User
from mailing.models import Letter
from programme.demo.firm import MANAGER
from programme.demo.post import Posted, post
from programme.demo.spoken import CANDIDATES, PARTNERS
from surveys.enums import AnswerChannel, SurveyAudience, WaveState
from surveys.models import Answer, Contact, Invitation, Wave
from surveys.services import contact_link, default_questionnaire

STARTED_DAYS_AGO, OPEN_DAYS = 70, 14
SUBJECT = "Как вам с нами работается?"


def create_contacts(random: np.random.Generator, now: dt.datetime) -> None:
    """Save the people and the closed wave of partners with its answers."""
    manager = User.objects.get(email=MANAGER)
    partners = Contact.objects.bulk_create(
        Contact(kind=SurveyAudience.PARTNERS, name=name, email=f"{address}@example.org", note=note, created_by=manager)
        for name, address, note, *_said in PARTNERS
    )
    Contact.objects.bulk_create(
        Contact(kind=SurveyAudience.CANDIDATES, name=name, email=f"{address}@example.org", note=note, created_by=manager)
        for name, address, note in CANDIDATES
    )
    started = now - dt.timedelta(days=STARTED_DAYS_AGO)
    wave = create_wave(started, manager)
    invitations = invite(wave, partners, started, manager)
    Answer.objects.bulk_create(
        build_answer(random, invitation, score, why, ten)
        for invitation, (*_who, score, why, ten) in zip(invitations, PARTNERS, strict=True)
        if score is not None
    )


def create_wave(started: dt.datetime, manager: User) -> Wave:
    """Save the wave, closed two weeks after it started."""
    closes = started + dt.timedelta(days=OPEN_DAYS)
    return Wave.objects.create(
        name="Партнёры",
        audience=SurveyAudience.PARTNERS,
        questionnaire=default_questionnaire("ru", SurveyAudience.PARTNERS),
        state=WaveState.CLOSED,
        subject=SUBJECT,
        public_token=new_token(),
        starts_at=started,
        planned_at=started,
        closes_at=closes,
        closed_at=closes,
        created_by=manager,
    )


def invite(wave: Wave, partners: list[Contact], started: dt.datetime, manager: User) -> list[Invitation]:
    """Save the invitations and their letters."""
    invitations = Invitation.objects.bulk_create(
        Invitation(
            wave=wave,
            contact=partner,
            token_hash=token_hash(contact_link(wave.public_token, partner.pk).token),
            due_at=started,
            created_at=started,
            opened_at=started + dt.timedelta(hours=3 + 2 * number) if said[3] is not None else None,
        )
        for number, (partner, said) in enumerate(zip(partners, PARTNERS, strict=True))
    )
    letter = Letter.objects.create(name=wave.name, subject=SUBJECT, text=f"{SUBJECT}\n", html=f"<p>{SUBJECT}</p>", created_by=manager)
    letters = [
        Posted(partner.email, partner.name, str(row.pk), started, link=contact_link(wave.public_token, partner.pk))
        for partner, row in zip(partners, invitations, strict=True)
    ]
    wave.mail_wave = post(kind="survey", occurrence=f"wave-{wave.pk}", letter=letter, letters=letters, ends=wave.closes_at, actor=manager)
    wave.save(update_fields=["mail_wave"])
    return invitations


def build_answer(random: np.random.Generator, invitation: Invitation, score: int, why: str, ten: str) -> Answer:
    """Return what a partner said, some minutes after opening the page."""
    return Answer(
        wave=invitation.wave,
        invitation=invitation,
        contact=invitation.contact,
        channel=AnswerChannel.EMAIL,
        score=score,
        why=why,
        ten=ten,
        submission_key=uuid.UUID(bytes=random.bytes(16)),
        answered_at=(invitation.opened_at or invitation.created_at) + dt.timedelta(minutes=4),
    )
