"""What people type about Clients and imports."""

import re
import uuid
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.enums import ImportField, Presence, SourceKind
from clients.models import Client, Import, Purchase, Segment
from clients.queries import ClientFilter, value_bands
from clients.services.checking import REGIONS
from clients.source_fields import SourceFields
from common.choices import shorten_empty_choices
from common.money import format_cents
from common.numbers import NumberError, parse_cents
from common.tables import limits
from common.tables.cells import FIRST_DAY, read_phone
from common.tables.refusals import CellError
from common.tables.text import DELIMITERS, ENCODINGS
from company.models import Branch

MANY = {ImportField.SKIP, ImportField.PHONE, ImportField.EMAIL, ImportField.NAME}
IDENTITY = {ImportField.CLIENT_ID, ImportField.PHONE, ImportField.EMAIL, ImportField.NAME}
ENCODING_NAMES = {
    "utf-8-sig": "UTF-8",
    "cp1251": "Windows-1251",
    "cp866": "DOS-866",
    "koi8_r": "KOI8-R",
    "mac_cyrillic": "Mac",
    "cp1252": "Windows-1252",
}


class FilterForm(forms.Form):
    """Narrows the list; everything lives in the address."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    branch = forms.ModelChoiceField(Branch.objects.all(), label=_("Branch"), required=False, empty_label=_("All branches"))
    segment = forms.ModelChoiceField(Segment.objects.all(), label=_("Segment"), required=False, empty_label=_("All segments"))
    band = forms.TypedChoiceField(label=_("Brought in"), required=False, coerce=int)
    presence = forms.ChoiceField(label=_("Buys or left"), required=False, choices=[("", _("All")), *Presence.choices])
    source = forms.ChoiceField(label=_("Who brought them"), required=False, choices=[("", _("From anywhere")), *SourceKind.choices])
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["band"].choices = [("", _("Any amount")), *band_choices(currency)]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "q" else "form-select"

    def wanted(self) -> ClientFilter:
        """Return the filter; a field that makes no sense is left out."""
        self.is_valid()
        data = self.cleaned_data
        return ClientFilter(
            search=data.get("q", "").strip(),
            branches=[data["branch"].pk] if data.get("branch") else [],
            segments=[data["segment"].pk] if data.get("segment") else [],
            bands=[data["band"]] if data.get("band") else [],
            presence=data.get("presence", ""),
            source=data.get("source", ""),
            sort=data.get("sort") or "name",
        )


def band_choices(currency: str) -> list[tuple[int, str]]:
    """Name the bands by their ends."""
    choices, lower = [], None
    for band in value_bands():
        ends = [format_cents(end, currency) for end in (lower, band.up_to) if end is not None]
        if lower is None:
            name = _("up to %(end)s") % {"end": ends[0]} if ends else _("any amount")
        else:
            name = _("from %(end)s") % {"end": ends[0]} if band.up_to is None else f"{ends[0]}–{ends[1]}"
        choices.append((band.pk, str(name)))
        lower = band.up_to
    return choices


class ClientForm(SourceFields, forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """The card of a Client."""

    class Meta:
        model = Client
        fields: ClassVar = [
            "name",
            "external_id",
            "phone",
            "email",
            "branch",
            "segment",
            "channel",
            "responsible",
            "note",
            "do_not_call",
            "do_not_mail",
        ]
        widgets: ClassVar = {"note": forms.Textarea(attrs={"rows": 3}), "phone": forms.TextInput(attrs={"inputmode": "tel"})}

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = REGIONS.get(currency, "")
        self.fields["phone"].max_length = 40  # type: ignore[attr-defined]
        self.fields["phone"].validators = []
        self.fields["phone"].widget.attrs.pop("maxlength", None)
        shorten_empty_choices(self)
        self.prepare_source()

    def clean_phone(self) -> str:
        """Accept a number as people write it."""
        try:
            found = read_phone(self.cleaned_data["phone"], self.region)
        except CellError:
            raise forms.ValidationError(_("This is no phone number. Write it with the code: +7 900 000-00-00.")) from None
        return found.number if found else ""

    def clean_email(self) -> str:
        """Keep addresses in lower case, so that they match."""
        return str(self.cleaned_data["email"]).lower()

    def clean_external_id(self) -> str | None:
        """Take an empty number for none."""
        return self.cleaned_data["external_id"] or None

    def clean(self) -> dict[str, Any]:
        """Ask for something to know the Client by."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not any(data.get(name) for name in ("name", "phone", "email", "external_id")):
            raise forms.ValidationError(_("Give a name, a phone, an e-mail or a number: something to know the Client by."))
        return data


class MoneyField(forms.CharField):
    """An amount as people write it; the value is minor units."""

    def clean(self, value: Any) -> int | None:
        """Read the amount."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_cents(text)
        except NumberError:
            raise forms.ValidationError(_("This is no amount. Write it like 1 250,50.")) from None


class PurchaseForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A purchase added by hand."""

    amount = MoneyField(
        label=_("Amount"), widget=forms.TextInput(attrs={"inputmode": "decimal"}), help_text=_("A return is written with a minus.")
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = Purchase
        fields: ClassVar = ["day", "amount", "product", "branch"]
        widgets: ClassVar = {"day": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}
        labels: ClassVar = {"day": _("Purchase date"), "product": _("What was bought"), "branch": _("Branch")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"day": timezone.localdate(), "request_key": uuid.uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        shorten_empty_choices(self)

    def clean_day(self) -> Any:
        """Refuse days ahead, as a purchase has already happened, and slips of the finger in the year."""
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still ahead."))
        if day < FIRST_DAY:
            raise forms.ValidationError(_("Before %(detail)s") % {"detail": FIRST_DAY.year})
        return day


class BandsForm(forms.Form):
    """Upper ends of the value bands, one a line."""

    ends = forms.CharField(
        label=_("Upper ends of the bands"),
        widget=forms.Textarea(attrs={"rows": 5, "inputmode": "decimal"}),
        required=False,
        help_text=_("One amount a line, rising. Above the last one there is one more band."),
    )

    def clean_ends(self) -> list[int]:
        """Read rising amounts above zero."""
        try:
            ends = [parse_cents(line) for line in self.cleaned_data["ends"].splitlines() if line.strip()]
        except NumberError:
            raise forms.ValidationError(_("Write one amount a line, such as 50 000.")) from None
        if len(ends) > 9 or ends != sorted(set(ends)) or any(end <= 0 for end in ends):
            raise forms.ValidationError(_("Up to nine amounts above zero, each larger than the one before."))
        return ends


class UploadForm(forms.Form):
    """A file to load."""

    file = forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.ods"}), allow_empty_file=True
    )


class ReadingForm(forms.Form):
    """Another way to read the same file."""

    encoding = forms.ChoiceField(
        label=_("Encoding"), choices=[(name, ENCODING_NAMES.get(name, name.upper())) for name in ENCODINGS], required=False
    )
    delimiter = forms.ChoiceField(
        label=_("Delimiter"), choices=[(mark, _("tab") if mark == "\t" else mark) for mark in DELIMITERS], required=False
    )
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header_row = forms.IntegerField(label=_("Header is in row"), min_value=1, max_value=limits.TITLE_ROWS)

    def __init__(self, data: Any = None, *, batch: Import) -> None:
        initial = {"encoding": batch.encoding, "delimiter": batch.delimiter, "sheet": batch.sheet, "header_row": batch.header_row + 1}
        super().__init__(data, initial=initial)
        self.fields["sheet"].choices = [(name, name) for name in batch.sheets]  # type: ignore[attr-defined]
        unused = ("sheet",) if batch.kind == "csv" else ("encoding", "delimiter")
        for name in unused:
            del self.fields[name]


class MappingForm(forms.Form):
    """What every column is."""

    update_existing = forms.BooleanField(label=_("Update those who are already here"), required=False)

    def __init__(self, data: Any = None, *, batch: Import) -> None:
        super().__init__(data, initial={"update_existing": batch.update_existing})
        self.columns = batch.columns
        for number, column in enumerate(batch.columns):
            label = column["header"] or _("Column %(number)s") % {"number": number + 1}
            field = forms.ChoiceField(label=label, choices=ImportField.choices, required=False, initial=batch.mapping.get(str(number), ""))
            field.widget.attrs |= {"class": "form-select", "aria-label": _("Field for column %(header)s") % {"header": label}}
            self.fields[f"c{number}"] = field

    def mapping(self) -> dict[int, ImportField]:
        """Return the fields by column."""
        return {int(name[1:]): ImportField(value) for name, value in self.cleaned_data.items() if re.fullmatch(r"c\d+", name) and value}

    def clean(self) -> dict[str, Any]:
        """See that the columns make Clients or purchases."""
        data = super().clean() or self.cleaned_data
        chosen = [ImportField(value) for name, value in data.items() if re.fullmatch(r"c\d+", name) and value]
        if twice := next((field for field in chosen if field not in MANY and chosen.count(field) > 1), None):
            raise forms.ValidationError(_("“%(field)s” is chosen for two columns. Leave one of them.") % {"field": twice.label})
        if not IDENTITY & set(chosen):
            raise forms.ValidationError(_("Say which column tells Clients apart: number, name, phone or e-mail."))
        if (ImportField.DAY in chosen) != (ImportField.AMOUNT in chosen):
            raise forms.ValidationError(
                _("A purchase needs both a date and an amount. Choose both columns, or neither to load Clients only.")
            )
        return data
