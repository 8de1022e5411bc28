"""Forms of what is made of comments: kinds, tags, themes, referrals."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clients.services import PhoneError, phone_of
from common.choices import shorten_empty_choices
from surveys.enums import CommentKind
from surveys.formulas.lemmas import phrase_of
from surveys.models import Tag, Theme
from surveys.services import tidy_name
from touchpoints.models import Touchpoint

WORDS_AT_MOST = 300
PHRASE_AT_MOST = 60
KINDS = [("", ""), *CommentKind.choices]


class SortForm(forms.Form):
    """What a comment is, and what it was when it was shown."""

    kind = forms.ChoiceField(choices=KINDS, required=False)
    was = forms.ChoiceField(choices=KINDS, required=False)


class TagForm(forms.Form):
    """The name of a tag."""

    name = forms.CharField(
        max_length=40,
        label=_("Tag"),
        error_messages={"required": _("Write a tag."), "max_length": _("Too long for a tag: %(limit_value)d characters fit.")},
    )

    def clean_name(self) -> str:
        """Leave the hash and idle spaces out."""
        name = tidy_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Write a tag."))
        return name

    def problem(self) -> str:
        """Return what is wrong with the name."""
        return str(self.errors["name"][0])


class MergeForm(forms.Form):
    """Which tag the comments of another one go to."""

    into = forms.ModelChoiceField(Tag.objects.all(), label=_("Into"), error_messages={"required": _("Choose a tag.")})


class TagPointForm(forms.Form):
    """Where Clients meet what a tag is about."""

    touchpoint = forms.ModelChoiceField(
        Touchpoint.objects.none(), required=False, label=_("Touchpoint"), help_text=_("Where Clients meet what they speak of.")
    )

    def __init__(self, data: QueryDict | None = None, *, tag: Tag) -> None:
        super().__init__(data, initial={"touchpoint": tag.touchpoint_id})
        field: Any = self.fields["touchpoint"]
        field.queryset = Touchpoint.objects.filter(Q(is_archived=False) | Q(pk=tag.touchpoint_id)).in_map_order()
        shorten_empty_choices(self)


class ThemeForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A theme: its name and the words it is known by."""

    words = forms.CharField(
        label=_("Words and phrases"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line or with commas. Any form of a word is found: “delivery” finds “deliveries” too."),
    )

    class Meta:
        model = Theme
        fields: ClassVar = ["name", "words", "touchpoint"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["words"] = ", ".join(self.instance.words)
        touchpoint: Any = self.fields["touchpoint"]
        touchpoint.queryset = Touchpoint.objects.filter(is_archived=False) | Touchpoint.objects.filter(pk=self.instance.touchpoint_id)
        touchpoint.help_text = _("Where Clients meet what they speak of.")
        shorten_empty_choices(self)

    def clean_words(self) -> list[str]:
        """Return the words; something without a letter is no word."""
        typed = self.cleaned_data["words"].replace("\0", "").replace(",", "\n").replace(";", "\n").split("\n")
        words = [" ".join(word.split()) for word in typed if phrase_of(word)]
        if not words:
            raise forms.ValidationError(_("Write at least one word."))
        if len(words) > WORDS_AT_MOST:
            raise forms.ValidationError(_("At most %(most)d words fit into a theme.") % {"most": WORDS_AT_MOST})
        long = next((word for word in words if len(word) > PHRASE_AT_MOST), None)
        if long:
            raise forms.ValidationError(_("“%(phrase)s…” is too long: write a word or a short phrase.") % {"phrase": long[:30]})
        return words


class HintForm(forms.Form):
    """A word for a theme."""

    word = forms.CharField(max_length=PHRASE_AT_MOST)
    theme = forms.ModelChoiceField(Theme.objects.all(), error_messages={"required": _("Choose a theme.")})


class ReferralForm(forms.Form):
    """Somebody a Client spoke of."""

    name = forms.CharField(max_length=200, label=_("Name"), error_messages={"required": _("Write a name, even the first one alone.")})
    phone = forms.CharField(max_length=40, required=False, label=_("Phone"), widget=forms.TextInput(attrs={"inputmode": "tel"}))
    email = forms.EmailField(required=False, label=_("E-mail"))
    note = forms.CharField(max_length=2_000, required=False, label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}))

    def clean_phone(self) -> str:
        """Accept a number as people write it."""
        try:
            return phone_of(self.cleaned_data["phone"])
        except PhoneError:
            raise forms.ValidationError(_("This is no phone number. Write it with the code: +7 900 000-00-00.")) from None
