"""Forms of the path: who looks after a tool, and evidence of it."""

import uuid
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from common.picture_fields import PhotoField
from company.models import User
from company.queries import people
from programme.enums import EvidenceKind, Tool
from programme.models import ToolEvidence

MOST_BYTES = 5 * 1024 * 1024
PDF_BEGINS = b"%PDF-"


class OwnerForm(forms.Form):
    """Who looks after a tool."""

    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Who looks after it"), required=False, empty_label=_("nobody yet"), widget=forms.Select()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer those who may sign in."""
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        if isinstance(owner, forms.ModelChoiceField):
            owner.queryset = people().filter(is_active=True)


class EvidenceForm(forms.Form):
    """One piece of evidence: exactly one of a photo, a number and a document."""

    words = forms.CharField(label=_("What it shows"), max_length=200)
    number = forms.CharField(label=_("Number"), max_length=40, required=False)
    photo = PhotoField(
        label=_("Photo"), required=False, help_text=_("It is made small, and where and when it was taken is removed from it.")
    )
    document = forms.FileField(label=_("Document (PDF)"), required=False, help_text=_("Up to 5 MB."))
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean_document(self) -> "ContentFile[bytes] | None":
        """Take a PDF of a sensible size and nothing else."""
        upload = self.cleaned_data["document"]
        if not upload:
            return None
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB. Save it smaller or take a photo of it."))
        content = upload.read()
        if not content.startswith(PDF_BEGINS):
            raise forms.ValidationError(_("This is not a PDF. Save it as PDF or take a photo of it."))
        return ContentFile(content, "document.pdf")

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one thing to show."""
        found = super().clean() or self.cleaned_data
        given = [name for name in ("photo", "number", "document") if found.get(name)]
        if not given and not self.errors:
            self.add_error("number", _("Add a number, a photo or a document: one of the three."))
        elif len(given) > 1:
            self.add_error(given[1], _("One thing at a time: keep one of the three and add the other after it."))
        return found

    def evidence(self, tool: Tool) -> ToolEvidence:
        """Return what is to be kept, without its file."""
        found = self.cleaned_data
        kind = next(kind for kind in EvidenceKind if found.get(kind.value))
        return ToolEvidence(tool=tool, kind=kind, words=found["words"], number=found["number"], request_key=found["request_key"])

    def file(self) -> "ContentFile[bytes] | None":
        """Return the photo or the document, if there is one."""
        found: ContentFile[bytes] | None = self.cleaned_data["photo"] or self.cleaned_data["document"]
        return found
