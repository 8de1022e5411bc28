"""Forms of the overview, of the gap and of setting the company up."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from company.enums import Currency, time_zone_choices
from company.formulas.morphology import is_masculine, word_forms_of
from company.formulas.words import READY, RUSSIAN_WORD
from company.models import Branch, User
from programme.formulas.gap import Gap
from programme.services import NewCompany


class OverviewForm(forms.Form):
    """What the overview is of: the last so many months, one branch or all. What cannot be read means the widest."""

    PERIODS: ClassVar = [(1, _("Month")), (3, _("Quarter")), (12, _("12 months"))]

    months_field = forms.TypedChoiceField(coerce=int, choices=PERIODS, required=False)
    branch_field = forms.ModelChoiceField(Branch.objects.all(), required=False)

    def add_prefix(self, field_name: str) -> str:
        """Read `months` and `branch` from the address: the names of fields are taken by what they mean."""
        return field_name.removesuffix("_field")

    @property
    def months(self) -> int:
        """Whole months the flows are counted over."""
        return self.cleaned().get("months_field") or self.PERIODS[-1][0]

    @property
    def branch(self) -> Branch | None:
        """The one branch asked about."""
        return self.cleaned().get("branch_field")

    def cleaned(self) -> dict[str, Any]:
        """Return what could be read."""
        self.is_valid()
        return self.cleaned_data


class GapForm(forms.Form):
    """Which touchpoints to compare: of one branch or all, of one kind of gap or all. What cannot be read means the widest."""

    KINDS: ClassVar = {
        Gap.BLIND: _("We are content, Clients complain"),
        Gap.UNSEEN: _("Clients complain, we never looked"),
        Gap.SHARED: _("Both say awful"),
        Gap.HARSH: _("We scold, Clients praise"),
    }

    branch = forms.ModelChoiceField(Branch.objects.all(), required=False, empty_label=_("All branches"))
    show = forms.TypedChoiceField(choices=list(KINDS.items()), coerce=Gap, empty_value=None, required=False)

    def value(self, name: str) -> Any:
        """Return what was asked for, None when nothing or nonsense was."""
        self.is_valid()
        return self.cleaned_data.get(name)


class OwnCompanyForm(forms.Form):
    """Asks what one's own company needs to start."""

    name = forms.CharField(label=_("What is the company called?"), max_length=120)
    branches = forms.CharField(
        label=_("Branches, one per line"),
        help_text=_("Shops, offices, delivery. One place needs none; they can be added later."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    word = forms.ChoiceField(
        label=_("What do you call those who buy from you?"),
        choices=[*((word, word) for word in READY), ("", _("Another word"))],
        initial=next(iter(READY)),
        required=False,
    )
    own_word = forms.CharField(
        label=_("Your own word"),
        max_length=40,
        required=False,
        validators=[RegexValidator(RUSSIAN_WORD, _("Russian letters only: Гость, Постоянный покупатель."))],
        help_text=_("A noun in the singular: Студент, Жилец."),
    )
    currency = forms.ChoiceField(label=_("Currency"), choices=[(item.value, f"{item.value} {item.label}") for item in Currency])
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zone_choices, initial="Europe/Moscow")
    owner_name = forms.CharField(label=_("Your name"), max_length=120)
    owner_email = forms.EmailField(label=_("Your e-mail, to sign in with"))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("12 characters or more."),
    )

    MAX_BRANCHES: ClassVar = 200

    def clean_branches(self) -> tuple[str, ...]:
        """Return the names, without repeats and empty lines."""
        names = tuple(dict.fromkeys(line.strip() for line in self.cleaned_data["branches"].splitlines() if line.strip()))
        limit = Branch._meta.get_field("name").max_length or 0
        if too_long := next((name for name in names if len(name) > limit), None):
            message = _("This name is longer than %(limit)s characters, shorten it: %(name)s…")
            raise forms.ValidationError(message, params={"limit": limit, "name": too_long[:30]})
        if len(names) > self.MAX_BRANCHES:
            message = _("That is more than %(count)s branches. Keep those that meet Clients.")
            raise forms.ValidationError(message, params={"count": self.MAX_BRANCHES})
        return names

    def clean_password(self) -> str:
        """Refuse a weak password with the reasons."""
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.data.get("owner_email", ""), name=self.data.get("owner_name", "")))
        return password

    def clean(self) -> dict[str, Any]:
        """Ask for the company's own word when no ready one is chosen."""
        cleaned = super().clean() or {}
        if not cleaned.get("word") and not cleaned.get("own_word", "").strip():
            self.add_error("own_word", _("Choose a word above or type your own."))
        elif not cleaned.get("word") and not is_masculine(cleaned["own_word"]):
            message = _("Our sentences agree with a masculine noun: Гость, Студент. Type such a word, then correct its forms.")
            self.add_error("own_word", message)
        return cleaned

    def new_company(self) -> NewCompany:
        """Return what was asked, ready to be saved."""
        data = self.cleaned_data
        return NewCompany(
            name=data["name"],
            branches=data["branches"],
            word_forms=word_forms_of(data["word"] or data["own_word"]),
            currency=data["currency"],
            time_zone=data["time_zone"],
            owner_name=data["owner_name"],
            owner_email=data["owner_email"],
            owner_password=data["password"],
        )
