"""Sentences of the three rungs: why they differ, and what a rung still lacks."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.money import group_digits
from metrics import queries
from metrics.enums import ModelGapKind
from metrics.formulas.measured import PurchaseSums
from metrics.queries import PredictedGroup

# By the factor that differs most, and whether it takes money off or adds it.
WHY = {
    ("years", True): gettext_lazy("You thought %(was)s years, the data say %(became)s: this alone takes %(money)s."),
    ("years", False): gettext_lazy("You thought %(was)s years, the data say %(became)s: this alone adds %(money)s."),
    ("average_check", True): gettext_lazy("You thought a purchase is %(was)s, the data say %(became)s: this alone takes %(money)s."),
    ("average_check", False): gettext_lazy("You thought a purchase is %(was)s, the data say %(became)s: this alone adds %(money)s."),
    ("purchases_per_year", True): gettext_lazy(
        "You thought %(was)s purchases a year, the data say %(became)s: this alone takes %(money)s."
    ),
    ("purchases_per_year", False): gettext_lazy(
        "You thought %(was)s purchases a year, the data say %(became)s: this alone adds %(money)s."
    ),
    ("with_us", True): gettext_lazy(
        "By their silence %(was)s Clients are still with us, by the model %(became)s: this alone takes %(money)s."
    ),
    ("with_us", False): gettext_lazy(
        "By their silence %(was)s Clients are still with us, by the model %(became)s: this alone adds %(money)s."
    ),
    ("each", True): gettext_lazy(
        "At the present pace each Client who is with us brings %(was)s more, the model sees %(became)s in five years: this takes %(money)s."
    ),
    ("each", False): gettext_lazy(
        "At the present pace each Client who is with us brings %(was)s more, the model sees %(became)s in five years: this adds %(money)s."
    ),
}


def why(factor: str, was: str, became: str, money: str, *, takes: bool) -> str:
    """Say in a sentence what the factor that differs most does to the money."""
    return WHY[factor, takes] % {"was": was, "became": became, "money": money}


def lack_of_measured(sums: PurchaseSums) -> str:
    """Say what the purchases lack."""
    if not sums.clients:
        return _("No purchases are known of these Clients.")
    if not sums.gone:
        return _("Nobody of these Clients has left yet: how long they stay cannot be seen.")
    return _("There is no money or no time to measure yet.")


def lack_of_model(predicted: PredictedGroup | None) -> str:
    """Say what a model of these Clients lacks."""
    if predicted:
        return _("The model counts purchases but not money yet: wait for the coming night.")
    gap = queries.model_gap()
    if gap is None or gap.kind == ModelGapKind.WAITING:
        return _("There are purchases enough; the model is made at night.")
    values = {"have": group_digits(gap.have), "need": group_digits(gap.need)}
    if gap.kind == ModelGapKind.BUYERS:
        return _("A model takes %(need)s Clients with purchases, so far there are %(have)s.") % values
    if gap.kind == ModelGapKind.DAYS:
        return _("A model takes %(need)s days of purchases, so far there are %(have)s.") % values
    return _("A model takes %(need)s Clients who bought on three days, so far there are %(have)s.") % values
