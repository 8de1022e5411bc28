"""Experiments: the list, the form with its outlook, the start, the promised looks, what was decided."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.queries import reminder_rows
from clients.services import reminder_context
from common.policies import framing_policy, letter_policy
from common.sheets import book_response
from company.access import AuthenticatedRequest, managers_only
from mailing.queries import letter_page, places_of
from metrics.enums import TrialKind, TrialState
from metrics.forms.trials import KIND, ConclusionForm, TrialForm, new_values, saved_values
from metrics.models import Trial, TrialMember
from metrics.queries import trials as found
from metrics.services import trials as services
from metrics.services.trials import TrialError
from metrics.trial_board import Terms, outlook_of, result_board, sheets_of, terms_of

PAGE_SIZE = 50
GROUPS = ("", "todo", "told", "held", "skipped")


def trial_or_404(pk: int) -> Trial:
    """Return the experiment with its letter and looks."""
    return get_object_or_404(Trial.objects.select_related("template").prefetch_related("seen"), pk=pk)


@managers_only
@require_safe
def trial_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show everything that is compared with a held-out group."""
    page = Paginator(found.trial_rows(), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(trial, look) for trial in page for look in [found.last_looks([trial]).get(trial.pk)]]
    return render(request, "metrics/trial_list.html", {"rows": rows, "page": page, "reminders": reminder_rows()})


@managers_only
@framing_policy
@require_http_methods(["GET", "HEAD", "POST"])
def trial_create(request: AuthenticatedRequest) -> HttpResponse:
    """Prepare a new experiment; nothing begins yet."""
    form = TrialForm(request.POST) if request.method == "POST" else TrialForm(initial=new_values() | {"request_key": uuid.uuid4()})
    if form.is_bound and form.is_valid():
        saved = services.create_trial(plan=form.plan(), request_key=form.cleaned_data["request_key"], actor=request.user)
        return redirect("metrics:trial_detail", saved.pk)
    return form_page(request, form, None)


@managers_only
@framing_policy
@require_http_methods(["GET", "HEAD", "POST"])
def trial_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change an experiment that has not begun."""
    trial = trial_or_404(pk)
    form = TrialForm(request.POST) if request.method == "POST" else TrialForm(initial=saved_values(trial))
    if form.is_bound and form.is_valid():
        try:
            services.change_trial(trial=trial, plan=form.plan(), actor=request.user)
            messages.success(request, _("Saved."))
        except TrialError as error:
            messages.error(request, str(error))
        return redirect("metrics:trial_detail", pk)
    return form_page(request, form, trial)


def form_page(request: AuthenticatedRequest, form: TrialForm, trial: Trial | None) -> HttpResponse:
    """Show the form."""
    context = {"form": form, "trial": trial, "placeholders": places_of(KIND)}
    return render(request, "metrics/trial_form.html", context, status=422 if form.is_bound else 200)


@managers_only
@require_safe
def trial_outlook(request: AuthenticatedRequest) -> HttpResponse:
    """Say while somebody types how many Clients it would be and what could be seen."""
    form = TrialForm(request.GET)
    wanted, data = form.wanted(), form.cleaned_data
    known = {name: data.get(name) for name in ("goal", "held_out_percent", "window_days", "looks")}
    outlook = None
    if all(known.values()):
        terms = Terms(str(known["goal"]), int(known["held_out_percent"] or 0), int(known["window_days"] or 0), int(known["looks"] or 0))
        outlook = outlook_of(Trial(window_days=terms.window_days), wanted, terms, timezone.localdate())
    return render(request, "metrics/_trial_outlook.html", {"outlook": outlook, "is_live": True})


@managers_only
@xframe_options_sameorigin
@letter_policy
@require_POST
def trial_letter(request: AuthenticatedRequest) -> HttpResponse:
    """Show the letter just typed as somebody of the group would get it. Nothing is saved."""
    form = TrialForm(request.POST)
    words = form.letter()
    locale = form.cleaned_data.get("locale") or "ru"
    client = found.somebody(form.wanted(), timezone.localdate())
    return HttpResponse(letter_page(KIND, locale, words, reminder_context(client, locale) if client else {}))


@managers_only
@require_safe
def trial_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show what a draft could show, or what the promised looks at a begun experiment saw."""
    trial, today = trial_or_404(pk), timezone.localdate()
    if trial.state == TrialState.DRAFT:
        outlook = outlook_of(trial, found.wanted_of(trial), terms_of(trial), today)
        return render(request, "metrics/trial_draft.html", {"trial": trial, "outlook": outlook, "today": today})
    return result_page(request, trial, ConclusionForm(initial={"conclusion": trial.conclusion}))


def result_page(request: AuthenticatedRequest, trial: Trial, form: ConclusionForm) -> HttpResponse:
    """Show a begun experiment."""
    today = timezone.localdate()
    context: dict[str, Any] = {"trial": trial, "form": form, "today": today, **result_board(trial, today)}
    return render(request, "metrics/trial_result.html", context, status=422 if form.errors else 200)


@managers_only
@require_POST
def trial_start(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Draw both groups and begin."""
    now = timezone.now()
    try:
        services.start_trial(trial=trial_or_404(pk), actor=request.user, today=timezone.localdate(now), now=now)
        messages.success(request, _("The groups are drawn. Now nothing is changed until the promised look."))
    except TrialError as error:
        messages.error(request, str(error))
    return redirect("metrics:trial_detail", pk)


@managers_only
@require_POST
def trial_look(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take the promised looks whose day is over."""
    if not services.take_looks(pk=trial_or_404(pk).pk, today=timezone.localdate()):
        messages.info(request, _("The day of the next look is not over yet."))
    return redirect("metrics:trial_detail", pk)


@managers_only
@require_POST
def trial_conclude(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Keep what was decided; a running experiment ends by it where its boundary was crossed."""
    trial, form = trial_or_404(pk), ConclusionForm(request.POST)
    if not form.is_valid():
        return result_page(request, trial, form)
    try:
        services.conclude_trial(trial=trial, conclusion=form.cleaned_data["conclusion"], actor=request.user, today=timezone.localdate())
        messages.success(request, _("Saved."))
    except TrialError as error:
        messages.error(request, str(error))
    return redirect("metrics:trial_detail", pk)


@managers_only
@require_POST
def trial_drop(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Throw away a draft."""
    try:
        services.drop_trial(trial=trial_or_404(pk), actor=request.user)
        messages.success(request, _("The draft is gone."))
    except TrialError as error:
        messages.error(request, str(error))
        return redirect("metrics:trial_detail", pk)
    return redirect("metrics:trial_list")


@managers_only
@require_safe
def trial_members(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """List the Clients of an experiment; those to be called with their numbers."""
    trial, group = trial_or_404(pk), request.GET.get("group", "")
    page = Paginator(found.members_of(trial, group), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"trial": trial, "page": page, "group": group if group in GROUPS else "", "counts": found.member_counts(trial)}
    return render(request, "metrics/trial_members.html", context)


@managers_only
@require_POST
def trial_tell(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Tick a Client as told, or take the tick back."""
    member = get_object_or_404(TrialMember.objects.select_related("trial"), pk=pk)
    try:
        if request.POST.get("done") == "0":
            services.untell_member(member=member, actor=request.user)
        else:
            services.tell_member(member=member, actor=request.user, today=timezone.localdate())
    except TrialError as error:
        messages.error(request, str(error))
    group = request.POST.get("group", "")
    return redirect(reverse("metrics:trial_members", args=[member.trial_id], query={"group": group} if group in GROUPS[1:] else None))


@managers_only
@require_POST
def trial_tell_all(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Tick the whole told group at once, where it was neither a letter nor a call."""
    trial = get_object_or_404(Trial, pk=pk, kind=TrialKind.OTHER)
    n = services.tell_all(trial=trial, actor=request.user, today=timezone.localdate())
    messages.success(request, ngettext("%(n)s Client ticked.", "%(n)s Clients ticked.", n) % {"n": n})
    return redirect("metrics:trial_members", pk)


@managers_only
@require_safe
def trial_export(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give the Clients and the looks as a file."""
    del request
    trial = trial_or_404(pk)
    return book_response(f"trial-{trial.pk}", sheets_of(trial))
