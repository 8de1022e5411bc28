"""What is brought to the wording check."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from programme.wording.refusals import FILES, MIB

LONGEST_PASTED = 300_000
ALL_BYTES = 50 * MIB


class ManyFilesInput(forms.ClearableFileInput):
    """A field that takes several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files; cleaned into a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check every file."""
        one = super().clean
        return [one(file, initial) for file in (data if isinstance(data, list | tuple) else [data]) if file]


class WordingForm(forms.Form):
    """A text, files, or both."""

    text = forms.CharField(required=False, max_length=LONGEST_PASTED, label=_("A text"), widget=forms.Textarea(attrs={"rows": 8}))
    papers = ManyFilesField(
        required=False,
        allow_empty_file=True,
        label=_("Or files, up to 50 at once"),
        help_text=_("Texts, web pages, documents, sheets and slides: .txt, .md, .html, .docx, .xlsx, .pptx, up to 10 MB each."),
    )

    def clean_papers(self) -> "list[UploadedFile[Any]]":
        """Refuse more than can be looked through at once."""
        files: list[UploadedFile[Any]] = self.cleaned_data["papers"] or []
        if len(files) > FILES:
            raise forms.ValidationError(_("Up to 50 files at once: take the others next."))
        if sum(file.size or 0 for file in files) > ALL_BYTES:
            raise forms.ValidationError(_("Together the files are larger than 50 MB: take them in two goes."))
        return files

    def clean(self) -> dict[str, Any]:
        """Something is needed."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not data.get("text", "").strip() and not data.get("papers"):
            self.add_error("text", _("Paste a text or choose files."))
        return data

    def documents(self) -> list[tuple[str, bytes]]:
        """Return what was brought as (name, contents)."""
        pasted = [(f"{_('text')}.txt", self.cleaned_data["text"].encode())] if self.cleaned_data["text"].strip() else []
        return pasted + [(file.name or "?", file.read()) for file in self.cleaned_data["papers"]]
