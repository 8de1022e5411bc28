"""Praise for a colleague, the month's board and its certificates."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only, staff_only
from company.models import Branch, Employee
from programme import manners_prints
from programme.enums import PraiseState, Way
from programme.forms.praise import PickForm, PraiseForm
from programme.models import MonthPick, Praise, PraiseCode
from programme.praise_links import code_url
from programme.queries import praise as queries
from programme.queries.manners import employee_of
from programme.services import praise as services
from programme.services.colleagues import choose_board
from programme.views.room import key_in, pdf_answer, room_page, status_of

PRAISES_PER_PAGE = 30


def speaker_of(request: AuthenticatedRequest) -> services.Speaker:
    """Return who is signed in, as the one who speaks."""
    return services.Speaker(Way.LOGIN, employee_of(request.user), str(request.user))


def save_praise(form: PraiseForm, speaker: services.Speaker) -> Praise | None:
    """Save a valid form; None with the reason on the form."""
    said, about = form.cleaned_data, form.cleaned_data["about"]
    try:
        return services.praise_colleague(about=about, speaker=speaker, said=said, key=key_in(form), now=timezone.now())
    except services.TooManyError:
        form.add_error(None, _("That is a lot of praise at once. Wait ten minutes, your words are still here."))
        return None


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def praise(request: AuthenticatedRequest) -> HttpResponse:
    """Thank a colleague, and see what was said of oneself."""
    me = employee_of(request.user)
    people = queries.colleagues_to_praise(timezone.localdate(), but=me)
    form = PraiseForm(request.POST or None, people=people, home=me.branch if me else None, initial={"about": request.GET.get("who", "")})
    if request.method == "POST" and form.is_valid() and (saved := save_praise(form, speaker_of(request))):
        messages.success(request, _("Said. On the board of the month: %(name)s") % {"name": saved.about.name})
        return redirect("programme:praise")
    mine = Paginator(queries.praises_for(me), PRAISES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "me": me, "page": mine, "is_off": queries.is_off_board(me), "has_people": people.exists()}
    return room_page(request, "programme/praise.html", "praise", context, status=status_of(form))


@staff_only
@require_POST
def praise_choice(request: AuthenticatedRequest) -> HttpResponse:
    """Stand on the board or not, as one likes."""
    me = employee_of(request.user)
    if me is not None:
        choose_board(employee=me, is_off=request.POST.get("to") == "off")
        messages.success(request, _("Saved"))
    return redirect("programme:praise")


def month_in(request: AuthenticatedRequest) -> dt.date:
    """Return the first day of the month asked for; what cannot be read, or is yet to come, means this one."""
    today = timezone.localdate().replace(day=1)
    try:
        asked = dt.date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return today
    return asked if dt.date(2000, 1, 1) <= asked <= today else today


@staff_only
@require_safe
def praise_board(request: AuthenticatedRequest) -> HttpResponse:
    """Show who was thanked in a month."""
    month = month_in(request)
    this = timezone.localdate().replace(day=1)
    context = {
        "board": queries.praise_board(month),
        "month": month,
        "before": month - dt.timedelta(days=1),
        "after": queries.next_month(month) if month < this else None,
    }
    return room_page(request, "programme/praise_board.html", "board", context)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def praise_pick(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Thank a colleague before all others for a month."""
    employee, month = get_object_or_404(Employee.objects.select_related("branch"), pk=pk), month_in(request)
    said = queries.praises_of(month).filter(about=employee)
    earlier = MonthPick.objects.filter(employee=employee, month=month).first()
    form = PickForm(request.POST or None, initial={"why": earlier.why if earlier else ""})
    if request.method == "POST" and form.is_valid() and pick(request, form, employee, month):
        return redirect(board_url(month))
    context = {"form": form, "employee": employee, "month": month, "said": said, "pick": earlier}
    return room_page(request, "programme/praise_pick.html", "board", context, status=status_of(form))


def pick(request: AuthenticatedRequest, form: PickForm, employee: Employee, month: dt.date) -> bool:
    """Save a valid pick; False with the reason on the form."""
    try:
        services.pick_of_month(employee=employee, month=month, why=form.cleaned_data["why"], actor=request.user, now=timezone.now())
    except services.StaysOffError:
        form.add_error(None, _("This colleague chose not to stand on the board. Thank them in person."))
        return False
    messages.success(request, _("On the board. The certificate is ready to print."))
    return True


def board_url(month: dt.date) -> str:
    """Return the address of a month's board."""
    return f"{reverse('programme:praise_board')}?month={month:%Y-%m}"


@managers_only
@require_POST
def praise_unpick(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take a pick back."""
    found = get_object_or_404(MonthPick, pk=pk)
    services.take_back_pick(pick=found, actor=request.user)
    messages.success(request, _("Taken back"))
    return redirect(board_url(found.month))


@managers_only
@require_safe
def praise_certificate(_request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give the certificate of a pick."""
    found = get_object_or_404(MonthPick.objects.select_related("employee__branch", "picked_by"), pk=pk)
    return pdf_answer(manners_prints.certificate_pdf(found), "thank-you")


@managers_only
@require_safe
def praise_check(request: AuthenticatedRequest) -> HttpResponse:
    """Show what came by the codes on walls, and the codes themselves."""
    context: dict[str, Any] = {
        "waiting": queries.waiting_praises(),
        "codes": [(code, code_url(code)) for code in queries.praises_by_code()],
        "branches": queries.branches_without_code(),
        "has_common": PraiseCode.objects.filter(branch=None).exists(),
    }
    return room_page(request, "programme/praise_check.html", "check", context)


@managers_only
@require_POST
def praise_decide(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Let a praise stand on the board or take it off."""
    found = get_object_or_404(Praise.objects.select_related("about"), pk=pk)
    state = PraiseState.SHOWN if request.POST.get("to") == "shown" else PraiseState.HIDDEN
    if services.decide_praise(praise=found, state=state, actor=request.user, now=timezone.now()):
        messages.success(request, _("On the board") if state == PraiseState.SHOWN else _("Not on the board"))
    return redirect(
        board_url(timezone.localtime(found.made_at)) if request.POST.get("back") == "board" else reverse("programme:praise_check")
    )


@managers_only
@require_POST
def praise_code_open(request: AuthenticatedRequest) -> HttpResponse:
    """Make the code of a branch, or of the whole company."""
    asked = request.POST.get("branch", "")
    branch = Branch.objects.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None
    services.open_praise_code(branch=branch, actor=request.user)
    messages.success(request, _("The code is ready: print it and hang it in the back room"))
    return redirect("programme:praise_check")


@managers_only
@require_POST
def praise_code_toggle(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Let a code take praise or stop it."""
    code, is_open = get_object_or_404(PraiseCode, pk=pk), request.POST.get("to") == "open"
    if services.set_praise_code_open(code=code, is_open=is_open, actor=request.user):
        messages.success(request, _("The code works again") if is_open else _("The code is closed"))
    return redirect("programme:praise_check")


@managers_only
@require_safe
def praise_code_print(_request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give the cards with the code."""
    code = get_object_or_404(PraiseCode.objects.select_related("branch"), pk=pk)
    return pdf_answer(manners_prints.praise_code_pdf(code), "praise-code")
