"""The one person a Client came from, as the card asks for them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.enums import RecommenderKind
from clients.models import Client, Recommender
from clients.queries import client_by_contact, employees_without_recommender, known_as, recommenders
from clients.services import PhoneError, phone_of
from company.models import Employee

Bringer = Employee | Recommender


def bringer_choices() -> list[tuple[Any, Any]]:
    """Return who of ours may have brought a Client: employees, candidates, partners."""
    rows = [(one.kind, f"r{one.pk}", str(one)) for one in recommenders()]
    rows += [(RecommenderKind.EMPLOYEE.value, f"e{one.pk}", one.name) for one in employees_without_recommender()]
    rows.sort(key=lambda row: row[2])
    groups = [(kind.label, [(key, name) for of, key, name in rows if of == kind]) for kind in RecommenderKind]
    return [("", "—"), *((label, group) for label, group in groups if group)]


class SourceFields(forms.Form):
    """A Client who sent them, or one of ours who brought them: one of the two."""

    sent_by = forms.CharField(
        label=_("Sent by a Client"), required=False, max_length=254, help_text=_("The number, phone or e-mail of the Client who sent them.")
    )
    brought_by = forms.ChoiceField(
        label=_("Brought by one of ours"),
        required=False,
        help_text=_("An employee, a candidate or a partner. One person only."),
    )

    def prepare_source(self) -> None:
        """Offer the people there are and show who is written down."""
        client: Client = self.instance  # type: ignore[attr-defined]  # the card is a model form
        self.fields["brought_by"].choices = bringer_choices()  # type: ignore[attr-defined]
        sender = client.referred_by
        self.initial["sent_by"] = known_as(sender) if sender else ""
        self.initial["brought_by"] = f"r{client.brought_by_id}" if client.brought_by_id else ""

    def clean_sent_by(self) -> Client | None:
        """Find the Client by what was typed; what stood there stays who it was."""
        text, client = self.cleaned_data["sent_by"].strip(), self.instance  # type: ignore[attr-defined]
        if not text:
            return None
        if client.referred_by and text == self.initial["sent_by"]:
            return client.referred_by  # type: ignore[no-any-return]
        try:
            phone = phone_of(text)
        except PhoneError:
            phone = ""
        found = client_by_contact(text, phone)
        if found is None:
            raise forms.ValidationError(_("No Client has this number, phone or e-mail. Copy it from their card."))
        if found.pk == client.pk:
            raise forms.ValidationError(_("This is the same Client. Name who sent them, or leave it empty."))
        return found

    def clean_brought_by(self) -> Bringer | None:
        """Return the person behind the choice."""
        key = self.cleaned_data["brought_by"]
        if not key:
            return None
        return (Recommender if key[0] == "r" else Employee).objects.get(pk=key[1:])

    def clean(self) -> dict[str, Any]:
        """Let one person be the source."""
        data = super().clean() or self.cleaned_data
        if data.get("sent_by") and data.get("brought_by"):
            self.add_error("brought_by", _("A Client comes from one person. Leave one of the two."))
        return data

    def source(self) -> tuple[Client | None, Bringer | None]:
        """Return who was named."""
        return self.cleaned_data["sent_by"], self.cleaned_data["brought_by"]
