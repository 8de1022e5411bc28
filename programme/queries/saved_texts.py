"""The texts people keep in Mayak, as they are in force: letters, questions, scripts of calls and the words of the programme."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from churn.models import ScriptVersion
from mailing.enums import TemplateKind
from mailing.models import LetterTemplate
from mailing.queries import drafts_in_force
from programme.models import BeaconVersion, MannersVersion, Playbook, SellerKit
from programme.models.playbooks import WORDS
from programme.queries.beacon import beacon_in_force
from programme.queries.manners import manners_in_force
from surveys.enums import SurveyAudience
from surveys.models import Questionnaire
from surveys.queries import newest_questionnaire

LOCALES = ("ru", "en")
LETTER_PARTS = ("subject", "text", "button")
QUESTIONS = ("score_question", "low_label", "high_label", "why_question", "ten_question", "promoter_question")
STEP_PARTS = ("title", "say")


@dataclass(frozen=True)
class SavedText:
    """A text in force: `key` names its kind and row, `parts` are its fields, `model` knows how long each may be."""

    key: tuple[str, ...]
    title: str
    url: str
    parts: Mapping[str, str]
    model: type[Model] | None = None

    def longest(self, part: str) -> int | None:
        """Return how many characters a part may have; None: as many as one likes."""
        return getattr(self.model._meta.get_field(part), "max_length", None) if self.model else None


def saved_texts() -> Iterator[SavedText]:
    """Yield every text in force."""
    yield from letter_texts()
    yield from survey_texts()
    yield from script_texts()
    yield from manners_texts()
    yield from programme_texts()


def letter_texts() -> Iterator[SavedText]:
    """Yield every letter the company worded itself."""
    for (kind, locale), draft in drafts_in_force().items():
        parts = {name: getattr(draft, name) for name in LETTER_PARTS}
        title = f"{TemplateKind(kind).label} · {locale}"
        yield SavedText(("letter", kind, locale), title, reverse("mailing:template_edit", args=[kind, locale]), parts, LetterTemplate)


def survey_texts() -> Iterator[SavedText]:
    """Yield the questions in force."""
    for audience in SurveyAudience:
        for locale in LOCALES:
            if wording := newest_questionnaire(locale, audience):
                url = f"{reverse('surveys:questionnaire')}?audience={audience}&locale={locale}"
                parts = {name: str(getattr(wording, name)) for name in QUESTIONS}
                yield SavedText(("survey", audience, locale), f"{_('Survey')}: {audience.label} · {locale}", url, parts, Questionnaire)


def scripts_in_force() -> Iterator[ScriptVersion]:
    """Yield the general script of calls and those of segments."""
    yield from ScriptVersion.objects.select_related("segment").order_by("segment_id", "-id").distinct("segment_id")


def script_texts() -> Iterator[SavedText]:
    """Yield the scripts of calls in force."""
    for version in scripts_in_force():
        parts = {f"{number}.{name}": step.get(name, "") for number, step in enumerate(version.steps) for name in STEP_PARTS}
        key = ("script", str(version.segment_id or ""))
        yield SavedText(key, _("Script of calls"), reverse("churn:script"), parts)


def manners_texts() -> Iterator[SavedText]:
    """Yield the code of manners in force."""
    if version := manners_in_force():
        parts = {"intro": version.intro, "text": version.text}
        yield SavedText(("manners",), _("The code of manners"), reverse("programme:manners_edit"), parts, MannersVersion)


def programme_texts() -> Iterator[SavedText]:
    """Yield the beacon, the memos and the kits in force."""
    if beacon := beacon_in_force():
        parts = {"text": beacon.text, "meaning": beacon.meaning}
        yield SavedText(("beacon",), _("Our beacon"), reverse("programme:beacon_edit"), parts, BeaconVersion)
    for playbook in Playbook.objects.filter(is_archived=False):
        url = reverse("programme:playbook_edit", args=[playbook.pk])
        parts = {name: getattr(playbook, name) for name in WORDS}
        yield SavedText(("playbook", str(playbook.pk)), playbook.title, url, parts, Playbook)
    for kit in SellerKit.objects.order_by("kind"):
        url = reverse("programme:seller_kit_edit", args=[kit.kind])
        parts = {"speech": kit.speech, "told": kit.told}
        yield SavedText(("kit", kit.kind), str(kit.get_kind_display()), url, parts, SellerKit)
