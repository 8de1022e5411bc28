"""The plan of the day."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from churn import access, queries, services
from churn.enums import CallOutcome
from churn.forms import MissedForm
from churn.formulas.calls import next_attempt
from company.access import AuthenticatedRequest, staff_only
from company.enums import Role
from company.models import User


@staff_only
@require_safe
def day_plan(request: AuthenticatedRequest) -> HttpResponse:
    """Show whom to call today or tomorrow: one's own plan, or anybody's for a manager."""
    today, is_tomorrow = timezone.localdate(), request.GET.get("day") == "tomorrow"
    whose = person_of(request)
    plan = (queries.tomorrow_plan if is_tomorrow else queries.day_plan)(user=whose, today=today)
    context = {"plan": plan, "whose": whose, "is_tomorrow": is_tomorrow, "today": today, "is_own": whose == request.user}
    return render(request, "churn/day_plan.html", context | everybody(request.user))


def person_of(request: AuthenticatedRequest) -> User:
    """Return whose plan is asked for; others' plans are for managers."""
    asked = request.GET.get("who", "")
    if not (request.user.has_role(Role.MANAGER) and asked.isdecimal() and len(asked) < 10):
        return request.user
    return User.objects.filter(is_active=True, pk=int(asked)).first() or request.user


def everybody(user: User) -> dict[str, Any]:
    """Gather the days of all people, for managers only."""
    if not user.has_role(Role.MANAGER):
        return {"days": []}
    return {
        "days": [day for day in queries.people_days(today=timezone.localdate()) if day.called or day.due or day.user.has_role(Role.MANAGER)]
    }


@staff_only
@require_POST
def missed(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Note at one press that nobody answered; the next attempt is proposed by the number of attempts."""
    opened, form = access.leaver_or_404(request.user, pk), MissedForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This leaver has just changed. Open it once more."))
        return redirect("churn:day_plan")
    day = next_attempt(timezone.localdate(), form.cleaned_data["attempt"] + 1)
    record = services.CallRecord(CallOutcome.NO_ANSWER, **form.cleaned_data, words=str(opened.draft.get("words", "")), next_call_on=day)
    try:
        services.record_call(leaver=opened, record=record, actor=request.user)
    except services.CallError as error:
        messages.error(request, str(error))
    else:
        said = {"name": opened.client, "day": date_format(day, "j E")}
        messages.success(request, _("%(name)s did not answer. The next attempt is on %(day)s.") % said)
    return redirect("churn:day_plan")
