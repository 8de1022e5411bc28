"""Forms of the programme."""

from programme.forms.sellers import EmployeeLinkForm, KitForm, LeadForm, RecommenderForm, ThanksForm
from programme.forms.setting_up import GapForm, OverviewForm, OwnCompanyForm

__all__ = [
    "EmployeeLinkForm",
    "GapForm",
    "KitForm",
    "LeadForm",
    "OverviewForm",
    "OwnCompanyForm",
    "RecommenderForm",
    "ThanksForm",
]
