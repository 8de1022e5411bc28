"""Puts the company's new word into texts that still say the old one: each through the door its own page uses, as a new version."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, replace

from django.db import transaction
from django.utils.translation import gettext as _

from churn import services as churn
from clients.models import Segment
from company.models import User
from mailing import services as mailing
from mailing.enums import TemplateKind
from mailing.queries import draft_in_force
from programme.enums import KitKind, SurpriseKind
from programme.models import Playbook
from programme.queries.beacon import beacon_in_force
from programme.queries.manners import manners_in_force
from programme.queries.old_word import OldText, old_texts
from programme.queries.saved_texts import scripts_in_force
from programme.services.beacon import StaleBeaconError, publish_beacon
from programme.services.manners import StaleCodeError, publish_manners
from programme.services.playbooks import SameTitleError, StalePlaybookError, reword_playbook
from programme.services.sellers import save_kit
from surveys import services as surveys

Parts = Mapping[str, str]


@transaction.atomic
def replace_old_word(*, taken: Collection[str], actor: User, now: dt.datetime) -> int:
    """Replace the word in the texts whose fingerprints were taken; return in how many.

    A text that has changed since it was shown, would outgrow its place or is saved by somebody else just now is left as it is.
    """
    chosen = [text for text in old_texts() if text.fingerprint in taken and not text.too_long_by]
    return sum(save(text, actor, now) for text in chosen)


def save(text: OldText, actor: User, now: dt.datetime) -> bool:
    """Save one text by its own service; False when the service refuses."""
    kind, *named = text.saved.key
    try:
        with transaction.atomic():
            WRITERS[kind](named, text.parts, actor, now)
    except (StaleCodeError, StaleBeaconError, StalePlaybookError, SameTitleError):
        return False
    return True


def save_letter(named: list[str], parts: Parts, actor: User, _now: dt.datetime) -> None:
    """Save a letter; where its button leads stays."""
    kind, locale = TemplateKind(named[0]), named[1]
    mailing.save_template(kind=kind, locale=locale, draft=replace(draft_in_force(kind, locale), **parts), actor=actor)


def save_questions(named: list[str], parts: Parts, actor: User, _now: dt.datetime) -> None:
    """Save the questions of a survey: waves under way keep theirs."""
    audience, locale = named
    wording = surveys.Wording(**{**asdict(surveys.wording_in_force(locale, audience)), **parts})
    surveys.save_questionnaire(locale=locale, wording=wording, actor=actor, audience=audience)


def save_script(named: list[str], parts: Parts, actor: User, _now: dt.datetime) -> None:
    """Save a script of calls."""
    version = next(version for version in scripts_in_force() if str(version.segment_id or "") == named[0])
    steps = [
        {**step, **{name: parts[f"{number}.{name}"] for name in step if f"{number}.{name}" in parts}}
        for number, step in enumerate(version.steps)
    ]
    segment = Segment.objects.get(pk=version.segment_id) if version.segment_id else None
    churn.save_script(steps=steps, actor=actor, segment=segment, note=note_of_change())


def save_manners(_named: list[str], parts: Parts, actor: User, now: dt.datetime) -> None:
    """Publish the code with the new word; nobody has to read it again for that."""
    newest = manners_in_force()
    publish_manners(**parts, change_note=note_of_change(), asks_again=False, based_on=newest.number if newest else 0, actor=actor, now=now)


def save_beacon(_named: list[str], parts: Parts, actor: User, now: dt.datetime) -> None:
    """Publish the definition with the new word."""
    newest = beacon_in_force()
    publish_beacon(**parts, based_on=newest.number if newest else 0, actor=actor, now=now)


def save_playbook(named: list[str], parts: Parts, actor: User, now: dt.datetime) -> None:
    """Save a memo."""
    playbook = Playbook.objects.get(pk=named[0])
    reword_playbook(playbook=playbook, based_on=playbook.version, kind=SurpriseKind(playbook.kind), words=parts, actor=actor, now=now)


def save_words_of_kit(named: list[str], parts: Parts, actor: User, _now: dt.datetime) -> None:
    """Save the words of a kit."""
    save_kit(kind=KitKind(named[0]), **parts, actor=actor)


def note_of_change() -> str:
    """Return what a new version says about itself."""
    return _("the company's new word")


WRITERS: dict[str, Callable[[list[str], Parts, User, dt.datetime], None]] = {
    "letter": save_letter,
    "survey": save_questions,
    "script": save_script,
    "manners": save_manners,
    "beacon": save_beacon,
    "playbook": save_playbook,
    "kit": save_words_of_kit,
}
