"""What a new anonymous survey of employees asks when the company has not worded one yet, in either language."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from surveys.enums import StaffSurveyKind


@dataclass(frozen=True)
class StaffWording:
    """The questions of one kind of survey; `options` are the statements of a pulse, ours first."""

    name: str
    question: str
    why_question: str = ""
    ten_question: str = ""
    options: tuple[str, ...] = ()


def usual_wording(kind: StaffSurveyKind, locale: str) -> StaffWording:
    """Return the questions we supply, in the language."""
    with translation.override(locale):
        return WORDINGS[kind]()


def enps() -> StaffWording:
    """Ask whether employees would recommend the company as a place to work."""
    return StaffWording(
        name=_("Would they recommend us as an employer"),
        question=_("How likely are you to recommend working at our company to a friend or colleague?"),
        why_question=_("Why did you give this score?"),
        ten_question=_("What should we change so that you would give a 10?"),
    )


def motives() -> StaffWording:
    """Ask how much each of the ten motives matters."""
    return StaffWording(
        name=_("What moves people"),
        question=_("How much does each of these matter to you at work, from 1 (hardly) to 10 (very much)?"),
    )


def pulse() -> StaffWording:
    """Ask which statement is the company's own."""
    return StaffWording(
        name=_("Pulse: do we know what we stand for"),
        question=_("Which of these is how our company understands customer-centricity?"),
        options=(
            "",
            _("The Client is always right, whatever it costs."),
            _("We answer every Client within a day."),
            _("We sell every Client as much as we can."),
        ),
    )


def vote() -> StaffWording:
    """Ask which of several is the closest; what to choose from is the company's own."""
    return StaffWording(name=_("Vote"), question=_("Which of these is closest to you?"))


WORDINGS = {StaffSurveyKind.ENPS: enps, StaffSurveyKind.MOTIVES: motives, StaffSurveyKind.PULSE: pulse, StaffSurveyKind.VOTE: vote}
