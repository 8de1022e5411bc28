"""Letters the company words itself: the list, the editor with its preview, versions, a test to oneself."""

import uuid
from dataclasses import asdict, dataclass

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.policies import framing_policy, letter_policy
from company.access import AuthenticatedRequest, managers_only
from mailing.enums import TemplateKind
from mailing.forms import LetterForm
from mailing.models import LetterTemplate
from mailing.queries import ClickCount, clicks_by_kind, draft_in_force, drafts_in_force, letter_page, versions_of
from mailing.rendering import placeholders
from mailing.services import reset_template, restore_template, save_template, send_test_letter
from mailing.templates import PLACEHOLDERS, LetterDraft, Text, built_in, call_problem


@dataclass(frozen=True)
class Row:
    """One letter in the list: its words in force, whose they are, what is missing, who followed its link."""

    kind: TemplateKind
    locale: str
    language: str
    draft: LetterDraft
    is_ours: bool
    problem: Text
    clicks: ClickCount | None


@managers_only
@require_GET
def template_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show every letter the company may word itself, in both languages."""
    own, clicks = drafts_in_force(), clicks_by_kind()
    keys = [(kind, locale) for kind in TemplateKind for locale, _name in settings.LANGUAGES]
    rows = [row_of(kind, locale, own.get((kind, locale)), clicks.get((kind, locale))) for kind, locale in keys]
    return render(request, "mailing/template_list.html", {"rows": rows})


def row_of(kind: TemplateKind, locale: str, own: LetterDraft | None, clicks: ClickCount | None) -> Row:
    """Return a letter as the list shows it."""
    ours = built_in(kind, locale)
    draft = own or ours
    return Row(kind, locale, language_name(locale), draft, draft == ours, call_problem(kind, draft), clicks)


def language_name(locale: str) -> str:
    """Return the name of a language, in the reader's own."""
    return str(dict(settings.LANGUAGES)[locale])


def known_kind(kind: str, locale: str) -> TemplateKind:
    """Return the kind, or answer that there is no such letter."""
    if kind not in TemplateKind.values or locale not in dict(settings.LANGUAGES):
        raise Http404
    return TemplateKind(kind)


@managers_only
@framing_policy
@require_http_methods(["GET", "HEAD", "POST"])
def template_edit(request: AuthenticatedRequest, kind: str, locale: str) -> HttpResponse:
    """Show the words of a letter, or save new ones as a new version."""
    known = known_kind(kind, locale)
    form = bound_form(known, locale, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        template = save_template(kind=known, locale=locale, draft=form.draft(), actor=request.user)
        messages.success(request, _("The letter is saved."))
        if problem := call_problem(known, form.draft()):
            messages.warning(request, str(problem))
        return redirect("mailing:template_edit", template.kind, locale)
    return edit_page(request, known, locale, form)


def bound_form(kind: TemplateKind, locale: str, data: QueryDict | None) -> LetterForm:
    """Return the form with what was typed, or with the words in force."""
    return LetterForm(data, kind=kind, initial={**asdict(draft_in_force(kind, locale)), "request_key": uuid.uuid4()})


def edit_page(request: AuthenticatedRequest, kind: TemplateKind, locale: str, form: LetterForm) -> HttpResponse:
    """Show the editor."""
    draft = form.draft() if form.is_bound else draft_in_force(kind, locale)
    context = {
        "form": form,
        "kind": kind,
        "locale": locale,
        "language": language_name(locale),
        "placeholders": PLACEHOLDERS[kind],
        "versions": versions_of(kind, locale),
        "problem": call_problem(kind, draft),
        "is_ours": draft_in_force(kind, locale) == built_in(kind, locale),
    }
    return render(request, "mailing/template_edit.html", context, status=422 if form.errors else 200)


@managers_only
@xframe_options_sameorigin
@letter_policy
@require_http_methods(["GET", "HEAD", "POST"])
def template_preview(request: AuthenticatedRequest, kind: str, locale: str) -> HttpResponse:
    """Show the letter as a recipient gets it: the saved words, or those just typed. Nothing is saved."""
    known = known_kind(kind, locale)
    form = bound_form(known, locale, request.POST if request.method == "POST" else None)
    draft = form.draft() if form.is_bound else draft_in_force(known, locale)
    seen_by = form.cleaned_data.get("seen_by") if form.is_bound else None
    return HttpResponse(letter_page(known, locale, draft, placeholders(seen_by) if seen_by else {}))


@managers_only
@framing_policy
@require_POST
def template_test(request: AuthenticatedRequest, kind: str, locale: str) -> HttpResponse:
    """Send what was just typed to the manager, without saving it; the page stays as it was typed."""
    known = known_kind(kind, locale)
    form = bound_form(known, locale, request.POST)
    if form.is_valid():
        key = form.cleaned_data["request_key"] or uuid.uuid4()
        send_test_letter(kind=known, locale=locale, draft=form.draft(), actor=request.user, request_key=key, now=timezone.now())
        messages.success(request, _("A test letter is on its way to %(address)s.") % {"address": request.user.email})
        form = bound_form(known, locale, with_new_key(request.POST))
    return edit_page(request, known, locale, form)


def with_new_key(data: QueryDict) -> QueryDict:
    """Return what was typed under a new key: the next press is another letter."""
    typed = data.copy()
    typed["request_key"] = str(uuid.uuid4())
    return typed


@managers_only
@require_POST
def template_reset(request: AuthenticatedRequest, kind: str, locale: str) -> HttpResponse:
    """Put the text we supply in force."""
    reset_template(kind=known_kind(kind, locale), locale=locale, actor=request.user)
    messages.success(request, _("Mayak's own text is in force again. Yours is kept among the versions."))
    return redirect("mailing:template_edit", kind, locale)


@managers_only
@require_POST
def template_restore(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Put an older version in force."""
    template = get_object_or_404(LetterTemplate, pk=pk, series="")
    restore_template(template=template, actor=request.user)
    messages.success(request, _("The version is in force again."))
    return redirect("mailing:template_edit", template.kind, template.locale)
