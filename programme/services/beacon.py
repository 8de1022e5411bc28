"""Writes of the beacon: collect, sort, publish, welcome newcomers, ask how many know it."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import replace

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.tokens import keyed_hash
from company.formulas.names import first_name
from company.models import Employee, User
from company.queries import company_day, company_zone
from mailing import services as mailing
from mailing.enums import TemplateKind
from mailing.queries import draft_in_force
from programme.formulas.likeness import piles_of
from programme.models import BeaconRound, BeaconVariant, BeaconVersion, BeaconWelcome
from programme.queries.beacon import beacon_in_force, newcomers, other_statements, pulses, round_under_way
from programme.services.colleagues import page_link
from surveys.enums import RemindWhom, StaffSlice, StaffSurveyKind, WaveState
from surveys.models import StaffWave
from surveys.models.staff import LEAST_COMMENT_THRESHOLD, LEAST_THRESHOLD, usual_reminders
from surveys.services import StaffDraft, count_post, create_staff_wave

WINDOW = dt.timedelta(days=2)
SURVEY_OPEN = dt.timedelta(days=14)
MOST_VARIANTS = 400
MOST_IN_WINDOW = 120


class RoundClosedError(Exception):
    """The link takes no variants: nothing was saved."""


class TooManyError(Exception):
    """Too much came at once, or more than anybody could read: nothing was saved."""


class StaleBeaconError(Exception):
    """Somebody has published another version meanwhile: nothing was saved."""


class SameWordsError(Exception):
    """The words are those in force: nothing was saved."""


@transaction.atomic
def start_round(*, actor: User, now: dt.datetime) -> BeaconRound:
    """Return the collection under way, opened again if it was closed; a new one where there is none."""
    under_way = round_under_way()
    if under_way is None:
        try:
            with transaction.atomic():
                return BeaconRound.objects.create(started_at=now, started_by=actor)
        except IntegrityError:  # two pressed at once
            return BeaconRound.objects.get(is_over=False)
    set_round_open(collection=under_way, is_open=True, actor=actor)
    return under_way


@transaction.atomic
def set_round_open(*, collection: BeaconRound, is_open: bool, actor: User) -> bool:
    """Let the link take variants or stop it; False when it was so already."""
    del actor
    return BeaconRound.objects.filter(pk=collection.pk, is_over=False, is_open=not is_open).update(is_open=is_open) == 1


def offer_variant(*, collection: BeaconRound, text: str, key: uuid.UUID, now: dt.datetime) -> BeaconVariant:
    """Save what somebody wrote; the same key is the same variant. Posts are counted by the link alone, by no address."""
    if earlier := BeaconVariant.objects.filter(pk=key, round=collection).first():
        return earlier
    if count_post(key=keyed_hash("beacon limit", str(collection.pk)), now=now) > MOST_IN_WINDOW:
        raise TooManyError
    return save_variant(collection, text, key)


@transaction.atomic
def save_variant(collection: BeaconRound, text: str, key: uuid.UUID) -> BeaconVariant:
    """Write a variant down while the collection is held open."""
    if not BeaconRound.objects.select_for_update().filter(pk=collection.pk, is_open=True).exists():
        raise RoundClosedError
    if collection.variants.count() >= MOST_VARIANTS:
        raise TooManyError
    variant, _is_new = BeaconVariant.objects.get_or_create(pk=key, defaults={"round": collection, "text": text})
    return variant


@transaction.atomic
def group_variants(*, collection: BeaconRound, actor: User) -> int:
    """Put variants that say the same into piles; return how many piles there are."""
    del actor
    variants = list(BeaconVariant.objects.select_for_update(no_key=True).filter(round=collection))
    for variant, pile in zip(variants, piles_of([variant.text for variant in variants]), strict=True):
        variant.pile = pile
    BeaconVariant.objects.bulk_update(variants, ["pile"])
    return len({variant.pile for variant in variants})


@transaction.atomic
def sort_variants(*, collection: BeaconRound, sorting: Mapping[uuid.UUID, tuple[int | None, bool]], actor: User) -> None:
    """Save by hand which pile each variant lies in and whether it is on the shortlist."""
    del actor
    variants = list(BeaconVariant.objects.select_for_update(no_key=True).filter(round=collection, pk__in=sorting.keys()))
    for variant in variants:
        variant.pile, variant.is_shortlisted = sorting[variant.pk]
    BeaconVariant.objects.bulk_update(variants, ["pile", "is_shortlisted"])


@transaction.atomic
def remove_variant(*, variant: BeaconVariant, actor: User) -> bool:
    """Throw away what is no variant at all; False when it was gone already."""
    del actor
    return BeaconVariant.objects.filter(pk=variant.pk).delete()[0] == 1


@transaction.atomic
def publish_beacon(*, text: str, meaning: str, based_on: int, actor: User, now: dt.datetime) -> BeaconVersion:
    """Publish the definition made from the version with the number `based_on` (0: there was none); the collection is over."""
    newest = beacon_in_force()
    if (newest.number if newest else 0) != based_on:
        raise StaleBeaconError
    words, tidy = " ".join(text.split()), meaning.strip()
    if newest and (newest.text, newest.meaning) == (words, tidy):
        raise SameWordsError
    try:
        with transaction.atomic():
            version = BeaconVersion.objects.create(number=based_on + 1, text=words, meaning=tidy, published_at=now, published_by=actor)
    except IntegrityError as error:  # two people pressed at once: the number is taken
        raise StaleBeaconError from error
    BeaconRound.objects.filter(is_over=False).update(is_open=False, is_over=True)
    return version


@transaction.atomic
def welcome_newcomer(*, employee: Employee, actor: User, now: dt.datetime) -> bool:
    """Send a newcomer the welcome letter once; False when it was sent already, there is nothing published, or no letter reaches them."""
    version = beacon_in_force()
    if version is None or not newcomers(company_day(now)).filter(pk=employee.pk).exists():
        return False
    _welcome, is_new = BeaconWelcome.objects.get_or_create(
        employee=employee, defaults={"version": version, "sent_by": actor, "sent_at": now}
    )
    if not is_new:
        return False
    locale, kind = settings.LANGUAGE_CODE, TemplateKind.BEACON_WELCOME
    with translation.override(locale):
        recipient = newcomer_recipient(employee, version)
    mailing.plan_wave(
        kind=kind.value,
        occurrence_key=f"beacon-welcome-{employee.pk}",
        letter=mailing.letter_of(kind=kind, locale=locale, name=str(kind.label), actor=actor),
        recipients=[recipient],
        not_before=now,
        window_end=now + WINDOW,
        actor=actor,
        keeps_quiet_hours=True,
    )
    return True


def newcomer_recipient(employee: Employee, version: BeaconVersion) -> mailing.Recipient:
    """Return whom the letter goes to, with the colleague's own link."""
    name = first_name(employee.name)
    facts = {"greeting": _("Hello, %(name)s!") % {"name": name} if name else _("Hello!"), "beacon": version.text}
    return mailing.Recipient(
        address=employee.email, name=employee.name, external_key=f"employee-{employee.pk}", context=facts, link=page_link(employee)
    )


@transaction.atomic
def draft_pulse(*, version: BeaconVersion, actor: User | None, now: dt.datetime) -> StaffWave:
    """Return a draft of the anonymous pulse about this version; pressed twice, it is one draft. The survey's own page starts it."""
    BeaconVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    if earlier := pulses(version).exclude(state=WaveState.CLOSED).first():
        return earlier
    with translation.override(settings.LANGUAGE_CODE):
        return create_staff_wave(draft=pulse_draft(version, now), actor=actor)


def pulse_draft(version: BeaconVersion, now: dt.datetime) -> StaffDraft:
    """Return what the pulse asks, in the language in use."""
    last = pulses(version).first()
    return replace(
        survey_draft(now),
        kind=StaffSurveyKind.PULSE,
        name=_("Pulse: which is ours, %(month)s") % {"month": date_format(company_day(now), "F Y").lower()},
        slices=[StaffSlice.BRANCH.value],
        threshold=last.threshold if last else LEAST_THRESHOLD,
        comment_threshold=last.comment_threshold if last else LEAST_COMMENT_THRESHOLD,
        question=_("Which of these four is our definition?"),
        options=tuple(last.options) if last else (version.text, *other_statements(version, our_statements())),
    )


def survey_draft(now: dt.datetime) -> StaffDraft:
    """Return a survey of everybody, open for two weeks, with the usual letter and reminders; what is asked is for the caller to say."""
    letter = draft_in_force(TemplateKind.STAFF_SURVEY, settings.LANGUAGE_CODE)
    last_day = company_day(now) + SURVEY_OPEN
    return StaffDraft(
        kind=StaffSurveyKind.VOTE,
        name="",
        locale=settings.LANGUAGE_CODE,
        branches=(),
        slices=[],
        threshold=LEAST_THRESHOLD,
        comment_threshold=LEAST_COMMENT_THRESHOLD,
        question="",
        subject=letter.subject,
        intro=letter.text,
        closes_at=dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time.min, company_zone()),
        reminder_days=usual_reminders(),
        remind_whom=RemindWhom.EVERYBODY,
    )


def our_statements() -> list[str]:
    """Return statements that sound likely in any company, for one whose colleagues have offered too few."""
    return [
        _("The Client is always right, whatever it costs."),
        _("We answer every Client within a day."),
        _("We sell every Client as much as we can."),
    ]
