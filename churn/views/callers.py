"""Who calls how much, who is away, and rehearsals."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from churn import access, queries, services
from churn.forms import CallerForm, RehearsalForm
from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role
from company.models import User


@staff_only
@require_safe
def callers(request: AuthenticatedRequest) -> HttpResponse:
    """Show everybody's day to managers, to others their own."""
    return callers_page(request)


@staff_only
@require_POST
def save_caller(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Keep how much somebody calls and when they are away; calls are shared out anew at once."""
    user = get_object_or_404(User.objects.filter(is_active=True), pk=pk)
    if user.pk != request.user.pk and not request.user.has_role(Role.MANAGER):
        raise Http404
    form = CallerForm(request.POST, instance=queries.settings_of(user))
    if not form.is_valid():
        return callers_page(request, refused=(user, form), status=422)
    services.save_caller(user=user, actor=request.user, **form.cleaned_data)
    services.assign_callers(today=timezone.localdate())
    messages.success(request, _("The day of %(name)s is saved, calls are shared out anew.") % {"name": user})
    return redirect("churn:callers")


def callers_page(request: AuthenticatedRequest, *, refused: tuple[User, CallerForm] | None = None, status: int = 200) -> HttpResponse:
    """Draw the people with a form each, a refused one as it was typed."""
    today, is_manager = timezone.localdate(), request.user.has_role(Role.MANAGER)
    days = [day for day in queries.people_days(today=today) if is_manager or day.user == request.user]
    forms = [refused[1] if refused and refused[0] == day.user else CallerForm(instance=day.settings) for day in days]
    return render(request, "churn/callers.html", {"rows": list(zip(days, forms, strict=True)), "today": today}, status=status)


@managers_only
@require_POST
def begin_rehearsal(request: AuthenticatedRequest) -> HttpResponse:
    """Keep the least valuable leavers apart for somebody to practise on."""
    form = RehearsalForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose who rehearses and from 1 to 20 Clients."))
        return redirect("churn:queue")
    try:
        n = services.begin_rehearsal(today=timezone.localdate(), actor=request.user, **form.cleaned_data)
    except services.CallerError as error:
        messages.error(request, str(error))
    else:
        text = ngettext("%(n)s Client is kept for rehearsal.", "%(n)s Clients are kept for rehearsal.", n) % {"n": n}
        messages.success(request, text if n else _("There is nobody to rehearse on: every leaver has been called or given by a person."))
    return redirect("churn:queue")


@managers_only
@require_POST
def end_rehearsal(request: AuthenticatedRequest) -> HttpResponse:
    """Put everybody kept for rehearsal back into the common queue."""
    n = services.end_rehearsal(leaver=None, today=timezone.localdate(), actor=request.user)
    messages.success(request, ngettext("%(n)s Client is back in the queue.", "%(n)s Clients are back in the queue.", n) % {"n": n})
    return redirect("churn:queue")


@managers_only
@require_POST
def end_one_rehearsal(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Put one leaver kept for rehearsal back into the common queue."""
    opened = access.leaver_or_404(request.user, pk)
    if services.end_rehearsal(leaver=opened, today=timezone.localdate(), actor=request.user):
        messages.success(request, _("%(name)s is back in the queue.") % {"name": opened.client})
    else:
        messages.error(request, _("Somebody is on the phone with this Client, or they are in the queue already."))
    return redirect("churn:leaver", pk)
