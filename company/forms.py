"""Forms of the firm's pages."""

import re
from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from common.choices import shorten_empty_choices
from common.picture_fields import LogoField
from company.enums import Currency, Role, time_zone_choices
from company.formulas.morphology import is_masculine
from company.formulas.words import ENGLISH_KEYS, READY, RUSSIAN_KEYS, RUSSIAN_WORD, Forms, forms_in
from company.models import Branch, Company, User

CYRILLIC = RegexValidator(RUSSIAN_WORD, _("Russian letters only: Гость, Постоянный покупатель."))
LATIN = RegexValidator(r"^[A-Za-z]+(?:[ -][A-Za-z]+)*$", _("Latin letters only."))
OWN_WORD = "own"


def agrees_with_sentences(word: str) -> None:
    """Refuse a word the sentences of Mayak would not agree with."""
    if re.match(RUSSIAN_WORD, word) and not is_masculine(word):
        raise forms.ValidationError(
            _("Our sentences agree with a masculine noun: Гость, Студент. Type such a word, then correct its forms.")
        )


class CompanyForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter at run time
    """Profile of the firm."""

    currency = forms.ChoiceField(label=_("Currency"), choices=[(item.value, f"{item.value} {item.label}") for item in Currency])
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zone_choices, help_text=_("Days of purchases that are already here keep their dates.")
    )
    new_logo = LogoField(
        label=_("Logo"),
        help_text=_("PNG, JPEG or WebP up to 10 MB; what is transparent stays so. Stands on signs and on pages for Clients."),
    )
    removes_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    class Meta:
        model = Company
        fields: ClassVar = ["name", "tagline", "currency", "time_zone", "brand_color", "requires_second_factor"]
        labels: ClassVar = {
            "name": _("Company name"),
            "tagline": _("What it does, in three words"),
            "brand_color": _("Colour of the company"),
            "requires_second_factor": _("Owners and managers sign in with a second factor"),
        }
        help_texts: ClassVar = {
            "tagline": _("Stands under the name on pages for Clients."),
            "brand_color": _("For surveys and letters. A pale colour is darkened until white words on it are readable."),
            "requires_second_factor": _(
                "A password and then a code from the phone or a passkey. Who has neither sets it up when signing in."
            ),
        }
        widgets: ClassVar = {"brand_color": forms.TextInput(attrs={"type": "color", "class": "form-control-color"})}


class WordForm(forms.Form):
    """The word for a Client, chosen from the ready ones or one's own."""

    word = forms.ChoiceField(
        label=_("What do you call those who buy from you?"), choices=[*((word, word) for word in READY), (OWN_WORD, _("Another word"))]
    )
    own_word = forms.CharField(
        label=_("Another word, in Russian"),
        max_length=40,
        required=False,
        validators=[CYRILLIC, agrees_with_sentences],
        help_text=_("One of them, in the nominative."),
    )
    english = forms.CharField(label=_("In English, one"), max_length=40, required=False, validators=[LATIN])
    english_plural = forms.CharField(label=_("In English, many"), max_length=40, required=False, validators=[LATIN])

    def clean(self) -> dict[str, Any]:
        """Ask for the own word when it is chosen."""
        data = super().clean() or {}
        if data.get("word") == OWN_WORD and not data.get("own_word") and "own_word" not in self.errors:
            self.add_error("own_word", _("Write the word or choose a ready one."))
        return data

    def choice(self) -> dict[str, str]:
        """Return the arguments for the service."""
        data = self.cleaned_data
        if data["word"] != OWN_WORD:
            return {"word": data["word"]}
        return {"word": data["own_word"], "english": data["english"], "english_plural": data["english_plural"]}


class WordFormsForm(forms.Form):
    """Every form of the word, to correct by hand."""

    def __init__(self, *args: Any, word_forms: dict[str, Forms], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language, keys in (("ru", RUSSIAN_KEYS), ("en", ENGLISH_KEYS)):
            known = forms_in(word_forms, language)
            for key in keys:
                letters = CYRILLIC if language == "ru" else LATIN
                self.fields[f"{language}_{key}"] = forms.CharField(label=key, max_length=60, initial=known[key], validators=[letters])

    def clean(self) -> dict[str, Any]:
        """Ask for one form of “of whom?” and “whom?”: a text does not tell them apart."""
        data = super().clean() or {}
        for noun in ENGLISH_KEYS:
            if data.get(f"ru_{noun}_gen", "").lower() != data.get(f"ru_{noun}_acc", "").lower():
                self.add_error(f"ru_{noun}_acc", _("The same form as in “of whom?”: texts do not tell them apart."))
        return data

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Return the Russian cases as rows of a table: name, singular, plural."""
        names = [_("who?"), _("of whom?"), _("to whom?"), _("whom?"), _("by whom?"), _("about whom?")]
        half = len(RUSSIAN_KEYS) // 2
        pairs = zip(names, RUSSIAN_KEYS[:half], RUSSIAN_KEYS[half:], strict=True)
        return [(name, self[f"ru_{one}"], self[f"ru_{many}"]) for name, one, many in pairs]

    def word_forms(self) -> dict[str, Forms]:
        """Return the forms as the company keeps them."""
        keys = (("ru", RUSSIAN_KEYS), ("en", ENGLISH_KEYS))
        return {language: {key: self.cleaned_data[f"{language}_{key}"] for key in names} for language, names in keys}


class BranchForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter at run time
    """Name of a branch."""

    class Meta:
        model = Branch
        fields: ClassVar = ["name"]
        labels: ClassVar = {"name": _("Name of the branch")}


class UserForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter at run time
    """Somebody's account."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, help_text=_("What each role opens is written beside the form."))

    class Meta:
        model = User
        fields: ClassVar = ["name", "email", "role", "position", "seniority", "branch"]
        labels: ClassVar = {
            "name": _("Name and surname"),
            "email": _("E-mail"),
            "position": _("Position"),
            "seniority": _("Seniority"),
            "branch": _("Branch"),
        }
        help_texts: ClassVar = {
            "email": _("Also the login."),
            "seniority": _("1 is the head of the firm, larger numbers are more junior. Leavers are called by seniors."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shorten_empty_choices(self)

    def clean_email(self) -> str:
        """Write the address the way it is kept, so that a second account in other letters is refused here."""
        return str(self.cleaned_data["email"]).strip().lower()


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # takes no parameter at run time
    """One's own name."""

    class Meta:
        model = User
        fields: ClassVar = ["name"]
        labels: ClassVar = {"name": _("Name and surname")}
