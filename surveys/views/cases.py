"""Cases: who must be talked to, by when, and what came of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role
from surveys.access import case_for
from surveys.enums import CaseKind, CaseOutcome, CaseState
from surveys.loop_forms import AssignForm, CloseForm, NoteForm, SecondScoreForm
from surveys.models import Answer, Case
from surveys.queries import CaseFilter, address_of, answers_of, case_counts, case_rows, case_takers, cases_of, promises_of, survey_settings
from surveys.services import (
    CannotAskError,
    CaseClosedError,
    ask_second_score,
    assign_case,
    close_case,
    move_case,
    note_case,
    note_second_score,
    open_case_by_hand,
    take_case,
)

PER_PAGE = 30
SHOWN = 5
FORMS: dict[str, type[Form]] = {"note": NoteForm, "assign": AssignForm, "close": CloseForm, "second": SecondScoreForm}


def chosen_cases(request: AuthenticatedRequest) -> CaseFilter:
    """Read the filter from the address."""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    return CaseFilter(
        state=state if state in CaseState.values else "",
        kind=kind if kind in CaseKind.values else "",
        mine=request.GET.get("mine") == "1",
        late=request.GET.get("late") == "1",
    )


@staff_only
@require_GET
def case_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show cases, the most overdue first: managers all, staff their own."""
    chosen, now = chosen_cases(request), timezone.now()
    context = {
        "page": Paginator(case_rows(chosen, user=request.user, now=now), PER_PAGE).get_page(request.GET.get("page")),
        "counts": case_counts(user=request.user, now=now),
        "chosen": chosen,
        "kinds": CaseKind.choices,
        "states": [choice for choice in CaseState.choices if choice[0] != CaseState.CLOSED],
        "now": now,
        "is_manager": request.user.has_role(Role.MANAGER),
    }
    return render(request, "surveys/case_list.html", context)


@staff_only
@require_GET
def case_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show what was said, who said it, and what has been done."""
    return case_page(request, case_for(request.user, pk))


def case_page(request: AuthenticatedRequest, case: Case, status: int = 200, **bound: Form) -> HttpResponse:
    """Draw a case; a form that was not accepted comes back as it was typed."""
    client, is_manager = case.client, request.user.has_role(Role.MANAGER)
    reachable = case.answer is not None and bool(address_of(case.answer))
    second = getattr(case, "second_score", None)
    context: dict[str, Any] = {
        "case": case,
        "events": case.events.select_related("author"),
        "answers": answers_of(client).exclude(case=case)[:SHOWN] if client else [],
        "others": cases_of(client).exclude(pk=case.pk)[:SHOWN] if client and is_manager else [],
        "promises": promises_of(client)[:SHOWN] if client and is_manager else [],
        "second": second,
        "can_ask": reachable and second is None,
        "can_note_second": case.answer is not None and (second is None or second.answered_at is None),
        "is_late": case.state != CaseState.CLOSED and case.due_at < timezone.now(),
        "is_open": case.state != CaseState.CLOSED,
        "is_manager": is_manager,
        "forms": {name: bound.get(name) or form(initial={"owner": case.owner_id}) for name, form in FORMS.items()},
    }
    return render(request, "surveys/case_detail.html", context, status=status)


def attempt(request: AuthenticatedRequest, case: Case, done: str, act: Callable[[], object]) -> HttpResponse:
    """Do something with a case and say so; when somebody was faster, say that."""
    try:
        act()
        messages.success(request, done)
    except CaseClosedError:
        messages.error(request, _("Somebody has moved this case on already: nothing was changed."))
    except CannotAskError:
        messages.error(request, _("There is nobody to ask again: no address, no first score, or the second one is here already."))
    still_mine = Case.objects.visible_to(request.user).filter(pk=case.pk).exists()
    return redirect("surveys:case_detail", case.pk) if still_mine else redirect("surveys:case_list")


@staff_only
@require_POST
def case_take(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take the case upon oneself."""
    case = case_for(request.user, pk)
    return attempt(request, case, _("The case is yours."), lambda: take_case(case=case, actor=request.user, now=timezone.now()))


@staff_only
@require_POST
def case_move(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Write down that the Client has been talked to."""
    case, now = case_for(request.user, pk), timezone.now()
    done = _("Written down. Now close the case with what came of it.")
    return attempt(request, case, done, lambda: move_case(case=case, state=CaseState.TALKED, actor=request.user, now=now))


@managers_only
@require_POST
def case_assign(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Hand the case over."""
    case, form = case_for(request.user, pk), AssignForm(request.POST)
    if not form.is_valid():
        return case_page(request, case, 422, assign=form)
    owner = form.cleaned_data["owner"]
    act = lambda: assign_case(case=case, owner=owner, actor=request.user, now=timezone.now())  # noqa: E731 - short and used once
    return attempt(request, case, _("%(name)s has the case now.") % {"name": owner}, act)


@staff_only
@require_POST
def case_note(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Add to the log."""
    case, form = case_for(request.user, pk), NoteForm(request.POST)
    if not form.is_valid():
        return case_page(request, case, 422, note=form)
    text, now = form.cleaned_data["text"], timezone.now()
    return attempt(request, case, _("It is in the log."), lambda: note_case(case=case, text=text, actor=request.user, now=now))


@staff_only
@require_POST
def case_close(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Close the case with what came of it."""
    case, form = case_for(request.user, pk), CloseForm(request.POST)
    if not form.is_valid():
        return case_page(request, case, 422, close=form)
    outcome, note, now = CaseOutcome(form.cleaned_data["outcome"]), form.cleaned_data["note"], timezone.now()
    close = lambda: close_case(case=case, outcome=outcome, note=note, actor=request.user, now=now)  # noqa: E731 - short and used once
    return attempt(request, case, _("The case is closed."), close)


@staff_only
@require_POST
def case_ask(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Ask for a second score by letter."""
    case = case_for(request.user, pk)
    done = _("The letter is on its way: one question, one press.")
    return attempt(request, case, done, lambda: ask_second_score(case=case, actor=request.user, now=timezone.now()))


@staff_only
@require_POST
def case_second(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Write down the second score named in a talk."""
    case, form = case_for(request.user, pk), SecondScoreForm(request.POST)
    if not form.is_valid():
        return case_page(request, case, 422, second=form)
    given, now = form.cleaned_data, timezone.now()
    done = _("The second score is written down.")
    return attempt(request, case, done, lambda: note_second_score(case=case, actor=request.user, now=now, **given))


@managers_only
@require_http_methods(["GET", "POST"])
def case_create(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Open a case from a comment by hand."""
    answer = get_object_or_404(Answer.objects.select_related("client__responsible", "branch", "wave", "action"), pk=pk)
    known = Case.objects.filter(answer=answer).first()
    if known:
        return redirect("surveys:case_detail", known.pk)
    first = next(iter(case_takers(survey_settings())), request.user)
    form = AssignForm(request.POST or None, initial={"owner": first})
    if request.method == "POST" and form.is_valid():
        case = open_case_by_hand(answer=answer, owner=form.cleaned_data["owner"], actor=request.user, now=timezone.now())
        messages.success(request, _("The case is open."))
        return redirect("surveys:case_detail", case.pk)
    context = {"answer": answer, "form": form, "is_manager": True}
    return render(request, "surveys/case_create.html", context, status=422 if form.is_bound else 200)
