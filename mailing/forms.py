"""Filters of the lists of messages, the words of a letter, and the rules of sending."""

from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from mailing.enums import MessageState, Reason, TemplateKind
from mailing.models import MailSettings, MailWave, Message, SmtpAccount
from mailing.queries import dead_messages, recent_recipients, recent_waves
from mailing.templates import OWN_LINK, LetterDraft, stray_problem, stray_words


class WaveChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg] # no generic at run time
    """Waves by the name of their letter and the day they were planned."""

    def label_from_instance(self, obj: MailWave) -> str:
        """Name the wave."""
        return f"{obj.letter.name} · {localtime(obj.created_at):%d.%m.%Y}"


class MessageFilterForm(forms.Form):
    """Which messages to show; a value that makes no sense is as good as none."""

    q = forms.CharField(label=_("Name or address"), required=False, max_length=254)
    state = forms.ChoiceField(label=_("Fate"), required=False, choices=[("", _("any")), *MessageState.choices])
    wave = WaveChoiceField(label=_("Wave"), required=False, queryset=recent_waves(), empty_label=_("all waves"))

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen and is valid."""
        self.is_valid()
        return {"q": "", "state": "", "wave": None} | self.cleaned_data


class RecipientField(forms.ModelChoiceField):  # type: ignore[type-arg] # no generic at run time
    """Recent recipients by name and address."""

    def label_from_instance(self, obj: Message) -> str:
        """Name the recipient."""
        return f"{obj.to_name} · {obj.to_address}" if obj.to_name else obj.to_address


class LetterForm(forms.Form):
    """The words of a letter of one kind; only the kind's places may stand in braces."""

    subject = forms.CharField(label=_("Subject"), max_length=150)
    text = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 12}))
    button = forms.CharField(
        label=_("Words on the button"), max_length=60, required=False, help_text=_("A verb: what the reader is asked to do.")
    )
    button_url = forms.URLField(label=_("Where the button leads"), max_length=200, required=False, assume_scheme="https")
    seen_by = RecipientField(
        label=_("As who sees it"), queryset=Message.objects.none(), required=False, empty_label=_("an invented recipient")
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kind: TemplateKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["seen_by"].queryset = recent_recipients(kind)  # type: ignore[attr-defined]
        if kind in OWN_LINK:
            del self.fields["button_url"]

    def clean_subject(self) -> str:
        """Allow only places of the kind."""
        return self.with_places("subject")

    def clean_text(self) -> str:
        """Allow only places of the kind."""
        return self.with_places("text")

    def with_places(self, name: str) -> str:
        """Return the text of the field, refused if a brace in it is no place."""
        text: str = self.cleaned_data[name]
        if problem := stray_problem(self.kind, text):
            raise forms.ValidationError(problem)
        return text

    def clean_button(self) -> str:
        """Allow no places on the button."""
        words: str = self.cleaned_data["button"]
        if problem := stray_words(words, ()):
            raise forms.ValidationError(problem)
        return words

    def draft(self) -> LetterDraft:
        """Return the words as typed, sound or not: a preview shows what there is, but leads nowhere unsound."""
        self.is_valid()
        subject, text, button = (str(self.data.get(name, "")).replace("\r\n", "\n").strip() for name in ("subject", "text", "button"))
        return LetterDraft(subject, text, button, self.cleaned_data.get("button_url", ""))


class DeadFilterForm(forms.Form):
    """Which of the letters not delivered to show; a value that makes no sense is as good as none."""

    wave = WaveChoiceField(label=_("Wave"), required=False, queryset=recent_waves(), empty_label=_("all waves"))
    reason = forms.ChoiceField(label=_("Reason"), required=False, choices=[("", _("any")), *Reason.choices])

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen and is valid."""
        self.is_valid()
        return {"wave": None, "reason": ""} | self.cleaned_data


class AgainForm(forms.Form):
    """The letters to send again."""

    message = forms.ModelMultipleChoiceField(queryset=dead_messages(wave=None, reason=""))


HOURS = [(hour, f"{hour}:00") for hour in range(24)]


class RulesForm(forms.Form):
    """Quiet hours, and limits of the mail server."""

    quiet_from = forms.TypedChoiceField(label=_("From"), choices=HOURS, coerce=int)
    quiet_to = forms.TypedChoiceField(label=_("To"), choices=HOURS, coerce=int)
    domain_rate_per_minute = forms.IntegerField(
        label=_("Letters a minute to one mail domain"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=_("Empty: no limit. Mail.ru, Yandex and Gmail take a new sender for a spammer when too much comes at once."),
    )
    day_quota = forms.IntegerField(
        label=_("Letters a day"),
        required=False,
        min_value=1,
        max_value=10_000_000,
        help_text=_("Empty: no limit. For a new domain begin with 50 and double it every few days."),
    )

    @staticmethod
    def initial_of(account: SmtpAccount, kept: MailSettings | None) -> dict[str, Any]:
        """Return what holds now; for quiet hours that are off, what we propose."""
        proposed = kept or MailSettings()
        return {
            "quiet_from": proposed.quiet_from,
            "quiet_to": proposed.quiet_to,
            "domain_rate_per_minute": account.domain_rate_per_minute,
            "day_quota": account.day_quota,
        }

    def has_changed_any(self, *names: str) -> bool:
        """Say whether one of the fields was changed."""
        return bool(set(names) & set(self.changed_data))


class DomainForm(forms.Form):
    """The domain to look at."""

    domain = forms.RegexField(label=_("Domain"), regex=r"^[^\s/@:]+\.[^\s/@:]+$", max_length=253)
    selector = forms.RegexField(
        label=_("DKIM selector"),
        regex=r"^[A-Za-z0-9._-]+$",
        max_length=63,
        required=False,
        help_text=_("Your mail provider names it, such as mail or default."),
    )
