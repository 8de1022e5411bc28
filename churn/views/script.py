"""How to talk: the script to read, and its editor."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from churn import services
from churn.forms import LONGEST_SCRIPT, BaseScriptFormSet, ScriptFormSet
from churn.models import ScriptVersion
from churn.script import PLACEHOLDERS, default_steps
from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role

SPARE_ROWS = 2


@staff_only
@require_safe
def script(request: AuthenticatedRequest) -> HttpResponse:
    """Show the script whole, to read before the first call."""
    version = ScriptVersion.objects.first()
    context = {
        "version": version,
        "steps": version.steps if version else default_steps(),
        "is_manager": request.user.has_role(Role.MANAGER),
    }
    return render(request, "churn/script.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def edit_script(request: AuthenticatedRequest) -> HttpResponse:
    """Write a new version of the script."""
    version = ScriptVersion.objects.first()
    steps = version.steps if version else default_steps()
    spare: list[dict[str, str]] = [{} for _row in range(min(SPARE_ROWS, LONGEST_SCRIPT - len(steps)))]
    formset = cast("BaseScriptFormSet", ScriptFormSet(request.POST or None, initial=steps + spare))
    if request.method == "POST" and formset.is_valid():
        services.save_script(steps=formset.steps(), actor=request.user)
        messages.success(request, _("The script is saved."))
        return redirect("churn:script")
    status = 422 if request.method == "POST" else 200
    return render(request, "churn/edit_script.html", {"formset": formset, "placeholders": PLACEHOLDERS}, status=status)
