"""Memos for surprises: find one, follow it, write down how it went, mend it."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role
from programme import playbook_prints
from programme.forms.playbooks import PlaybookForm, PlaybookSearchForm, PlaybookUseForm
from programme.models import Playbook, PlaybookUse
from programme.models.playbooks import WORDS
from programme.playbook_start import MEMOS, ready_memos
from programme.queries import playbooks as queries
from programme.services import playbooks as services
from programme.views.room import pdf_answer, status_of

YEAR = dt.timedelta(days=365)
WEEK = dt.timedelta(days=7)
LONGEST_ACTION = 120


@staff_only
@require_safe
def playbook_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the memos, or those that answer a search."""
    form = PlaybookSearchForm(request.GET)
    shelf = queries.found_playbooks(asked=form.asked, kind=form.chosen_kind)
    context = {
        "form": form,
        "rows": [(playbook, marked(getattr(playbook, "snippet", ""))) for playbook in shelf.playbooks],
        "is_guess": shelf.is_guess,
        "counts": queries.use_counts(since=timezone.localdate() - YEAR),
        "is_manager": request.user.has_role(Role.MANAGER),
        "ready": [(memo.kind, memo.title) for memo in MEMOS],
        "is_empty": not Playbook.objects.filter(is_archived=False).exists(),
    }
    return render(request, "programme/playbook_list.html", context)


def marked(snippet: str) -> SafeString:
    """Return a found piece of text, escaped, with its words marked."""
    safe = escape(snippet).replace(queries.START, "<mark>").replace(queries.STOP, "</mark>")
    return mark_safe(safe)  # noqa: S308 - escaped above; the marks are ours


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def playbook(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show a memo; a post writes down that it was needed."""
    found, today = get_object_or_404(Playbook.objects.select_related("changed_by"), pk=pk), timezone.localdate()
    form = PlaybookUseForm(request.POST or None, today=today, initial={"used_on": today, "key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        services.note_use(**use_facts(form), playbook=found, actor=request.user)
        messages.success(request, _("Written down. Thank you: the memo gets better by it."))
        return redirect("programme:playbook", found.pk)
    context = {
        "playbook": found,
        "form": form,
        "uses": found.uses.select_related("written_by", "action"),
        "counts": queries.use_counts(since=today - YEAR, playbook=found),
        "versions": found.versions.select_related("saved_by"),
        "is_manager": request.user.has_role(Role.MANAGER),
    }
    return render(request, "programme/playbook.html", context, status=status_of(form))


def use_facts(form: PlaybookUseForm) -> dict[str, Any]:
    """Return what was typed, by the names of the service."""
    typed = dict(form.cleaned_data)
    return typed | {"request_key": typed.pop("key")}


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def playbook_add(request: AuthenticatedRequest) -> HttpResponse:
    """Write a memo."""
    form = PlaybookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.write_playbook(kind=form.cleaned_data["kind"], words=form.words(), actor=request.user, now=timezone.now())
        except services.SameTitleError:
            form.add_error("title", _("There is a memo with this title. Open it and add to it, or name this one otherwise."))
        else:
            messages.success(request, _("The memo is on the shelf"))
            return redirect("programme:playbook", made.pk)
    return render(request, "programme/playbook_form.html", {"form": form}, status=status_of(form))


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def playbook_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Word a memo anew."""
    found = get_object_or_404(Playbook, pk=pk, is_archived=False)
    words = {name: getattr(found, name) for name in WORDS}
    form = PlaybookForm(request.POST or None, initial={**words, "kind": found.kind, "based_on": found.version})
    if request.method == "POST" and form.is_valid() and saved(request, form, found):
        return redirect("programme:playbook", found.pk)
    return render(request, "programme/playbook_form.html", {"form": form, "playbook": found}, status=status_of(form))


def saved(request: AuthenticatedRequest, form: PlaybookForm, found: Playbook) -> bool:
    """Save a new version; False with the reason on the form."""
    facts = {"kind": form.cleaned_data["kind"], "based_on": form.cleaned_data["based_on"], "words": form.words()}
    try:
        is_new = services.reword_playbook(**facts, playbook=found, actor=request.user, now=timezone.now())
    except services.StalePlaybookError:
        form.add_error(None, _("Somebody has saved another version meanwhile. Open it beside this one and carry your changes over."))
        return False
    except services.SameTitleError:
        form.add_error("title", _("There is a memo with this title. Open it and add to it, or name this one otherwise."))
        return False
    messages.success(request, _("Saved: version %(number)s") % {"number": found.version} if is_new else _("Nothing has changed"))
    return True


@managers_only
@require_POST
def playbook_start(request: AuthenticatedRequest) -> HttpResponse:
    """Put our ready memos on the shelf."""
    added = services.add_playbooks(memos=ready_memos(), actor=request.user, now=timezone.now())
    said = ngettext("%(n)s memo is on the shelf: make it yours", "%(n)s memos are on the shelf: make them yours", added) % {"n": added}
    messages.success(request, said if added else _("All of them are on the shelf already"))
    return redirect("programme:playbook_list")


@managers_only
@require_POST
def playbook_archive(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Put a memo away."""
    found = get_object_or_404(Playbook, pk=pk)
    services.archive_playbook(playbook=found, actor=request.user)
    messages.success(request, _("The memo is put away, what was written about its uses is kept"))
    return redirect("programme:playbook_list")


@staff_only
@require_safe
def playbook_print(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give the memo on paper."""
    del request
    found = get_object_or_404(Playbook, pk=pk, is_archived=False)
    return pdf_answer(playbook_prints.playbook_pdf(found), f"memo-{found.pk}")


@managers_only
@require_POST
def playbook_act(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Make what a colleague asked to change an action."""
    use = get_object_or_404(PlaybookUse.objects.select_related("playbook").exclude(to_change=""), pk=pk)
    title = (_("Memo “%(title)s”: mend it") % {"title": use.playbook.title})[:LONGEST_ACTION]
    action = services.act_on_use(use=use, title=title, owner=request.user, due_on=timezone.localdate() + WEEK, actor=request.user)
    messages.success(request, _("The action is set: you, within a week"))
    return redirect("touchpoints:action_detail", action.pk)
