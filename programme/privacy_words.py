"""What an erasure empties, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TITLES: list[tuple[Promise, tuple[str, ...]]] = [
    (_("name, phone, e-mail, number and note of the card"), ("clients.Client",)),
    (_("letters and what mail servers said about them"), ("mailing.Message", "mailing.MessageAttempt", "mailing.Bounce")),
    (_("earlier names and contacts kept by imports"), ("clients.ImportChange",)),
    (_("what was left on the page of a recommendation"), ("clients.Lead",)),
    (_("words of answers and comments"), ("surveys.Answer", "surveys.SecondScore")),
    (_("cases and their logs"), ("surveys.Case", "surveys.CaseEvent")),
    (_("reasons for leaving somebody out of a survey"), ("surveys.Removal",)),
    (_("notes on leaving and handing over"), ("churn.Leaver", "churn.HandOver")),
    (_("notes of calls"), ("churn.ExitCall", "churn.WarningTalk")),
    (_("personal letters to win them back"), ("churn.ReturnTurn",)),
    (_("complaints and marks by colleagues"), ("clients.Incident", "clients.ClientMark")),
    (_("numbers of bills"), ("clients.Bill",)),
    (_("what was answered to requests"), ("programme.PersonRequest",)),
]


def by_title(rows: Mapping[str, int]) -> list[tuple[Promise, int]]:
    """Return how many rows go under each heading; headings with none are left out."""
    found = [(title, sum(rows.get(label, 0) for label in labels)) for title, labels in TITLES]
    return [(title, n) for title, n in found if n]
