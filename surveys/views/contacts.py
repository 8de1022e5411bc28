"""Partners and candidates: the list, the card, many at once."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.tables.reading import TableError
from company.access import AuthenticatedRequest, managers_only
from company.queries import the_company
from mailing.queries import suppressed_addresses
from surveys.contact_forms import ContactForm, ContactImportForm
from surveys.contact_lines import Reading, read_lines, text_of
from surveys.enums import SurveyAudience
from surveys.models import Contact
from surveys.queries import contact_counts, find_contacts
from surveys.services import add_contacts, delete_contact, save_contact

PER_PAGE = 50
SHOWN_BAD = 50


def asked_kind(request: AuthenticatedRequest) -> SurveyAudience:
    """Return whom the page is about."""
    asked = request.GET.get("kind", "")
    return SurveyAudience(asked) if asked in SurveyAudience.others() else SurveyAudience.PARTNERS


def list_url(kind: str) -> str:
    """Return the address of the list of a kind."""
    return f"{reverse('surveys:contact_list')}?kind={kind}"


@managers_only
@require_GET
def contact_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show partners or candidates."""
    kind, search = asked_kind(request), request.GET.get("q", "").replace("\0", "").strip()[:100]
    page = Paginator(find_contacts(kind, search), PER_PAGE).get_page(request.GET.get("page"))
    suppressed = suppressed_addresses([contact.email for contact in page if contact.email])
    context = {
        "kind": kind,
        "kinds": contact_counts(),
        "search": search,
        "page": page,
        "rows": [(contact, contact.email in suppressed) for contact in page],
    }
    return render(request, "surveys/contact_list.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def contact_create(request: AuthenticatedRequest) -> HttpResponse:
    """Add one."""
    return contact_page(request, Contact(kind=asked_kind(request)))


@managers_only
@require_http_methods(["GET", "POST"])
def contact_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change one."""
    return contact_page(request, get_object_or_404(Contact, pk=pk))


def contact_page(request: AuthenticatedRequest, contact: Contact) -> HttpResponse:
    """Show or save the card of a contact."""
    form = ContactForm(request.POST or None, instance=contact, currency=the_company().currency)
    if request.method == "POST" and form.is_valid():
        saved = save_contact(contact=form.save(commit=False), actor=request.user)
        messages.success(request, _("%(name)s is saved.") % {"name": saved.name})
        return redirect(list_url(saved.kind))
    stored = Contact.objects.get(pk=contact.pk) if contact.pk else contact
    context = {"form": form, "contact": stored, "back": list_url(stored.kind)}
    return render(request, "surveys/contact_form.html", context, status=422 if request.method == "POST" else 200)


@managers_only
@require_POST
def contact_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Forget one."""
    contact = get_object_or_404(Contact, pk=pk)
    delete_contact(contact=contact, actor=request.user)
    messages.success(request, _("%(name)s is forgotten; answers stay without a name.") % {"name": contact.name})
    return redirect(list_url(contact.kind))


@managers_only
@require_http_methods(["GET", "POST"])
def contact_import(request: AuthenticatedRequest) -> HttpResponse:
    """Take in many at once: pasted lines or a file, which becomes lines too, so that mistakes are mended in place."""
    if request.method == "GET":
        return import_page(request, ContactImportForm(initial={"kind": asked_kind(request)}))
    form = ContactImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return import_page(request, form)
    try:
        text = pasted_text(form)
    except TableError as error:
        form.add_error("file", str(error))
        return import_page(request, form)
    reading = read_lines(text, the_company().currency)
    if not reading.contacts or (reading.bad and not form.cleaned_data["skip_bad"]):
        return import_page(request, ContactImportForm({**form.cleaned_data, "text": text, "file": None}), reading)
    return load(request, SurveyAudience(form.cleaned_data["kind"]), reading)


def pasted_text(form: ContactImportForm) -> str:
    """Return the lines: those of the file if there is one."""
    file = form.cleaned_data["file"]
    if not file:
        return str(form.cleaned_data["text"])
    with TemporaryDirectory(prefix="contacts-") as folder:
        return text_of(file, Path(folder) / "table", file.name)


def load(request: AuthenticatedRequest, kind: SurveyAudience, reading: Reading) -> HttpResponse:
    """Add the sound lines and say how many they were."""
    new, known = add_contacts(kind=kind, lines=reading.contacts, actor=request.user)
    text = ngettext("%(count)s contact added", "%(count)s contacts added", new) % {"count": new}
    messages.success(request, _("%(added)s, %(known)s were here already.") % {"added": text, "known": known} if known else f"{text}.")
    return redirect(list_url(kind))


def import_page(request: AuthenticatedRequest, form: ContactImportForm, reading: Reading | None = None) -> HttpResponse:
    """Show the form of many, with what is wrong by line."""
    bad = reading.bad if reading else []
    context: dict[str, Any] = {
        "form": form,
        "sound": len(reading.contacts) if reading else 0,
        "is_read": reading is not None,
        "bad": bad[:SHOWN_BAD],
        "more_bad": len(bad[SHOWN_BAD:]),
        "back": list_url(asked_kind(request)),
    }
    return render(request, "surveys/contact_import.html", context, status=422 if request.method == "POST" else 200)
