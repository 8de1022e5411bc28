"""How to talk: the script to read, its editor and its versions, for everybody or for one segment."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from churn import queries, services
from churn.forms import LONGEST_SCRIPT, BaseScriptFormSet, ScriptFormSet, ScriptNoteForm, posted_rows, rearranged
from churn.models import ScriptVersion
from churn.script import PLACEHOLDERS
from clients.models import Segment
from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role


def chosen_segment(request: AuthenticatedRequest) -> Segment | None:
    """Return the segment of the address; none means everybody."""
    asked = request.GET.get("segment", "")
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 9:
        raise Http404
    return get_object_or_404(Segment, pk=int(asked))


def address(name: str, segment: Segment | None) -> str:
    """Return the address of a page of this room for a segment."""
    return reverse(f"churn:{name}") + (f"?segment={segment.pk}" if segment else "")


def room(request: AuthenticatedRequest, segment: Segment | None) -> dict[str, Any]:
    """Gather what every page of this room shows."""
    version = queries.script_for(segment.pk if segment else None)
    return {
        "segment": segment,
        "segments": Segment.objects.all(),
        "own_scripts": queries.own_scripts(),
        "version": version,
        "is_own": segment is None or version.segment_id == segment.pk,
        "is_manager": request.user.has_role(Role.MANAGER),
        "query": f"?segment={segment.pk}" if segment else "",
    }


@staff_only
@require_safe
def script(request: AuthenticatedRequest) -> HttpResponse:
    """Show the script whole, to read before the first call or to print."""
    context = room(request, chosen_segment(request))
    return render(request, "churn/script.html", context | {"steps": context["version"].steps})


@managers_only
@require_http_methods(["GET", "POST"])
def edit_script(request: AuthenticatedRequest) -> HttpResponse:
    """Write a new version of the script; steps are added, removed and moved by buttons, without scripts too."""
    segment = chosen_segment(request)
    note, change = ScriptNoteForm(request.POST or None), request.POST.get("change", "")
    if request.method == "POST" and not change:
        formset = cast("BaseScriptFormSet", ScriptFormSet(request.POST))
        if formset.is_valid() and note.is_valid():
            services.save_script(steps=formset.steps(), actor=request.user, segment=segment, note=note.cleaned_data["note"])
            messages.success(request, _("The script is saved."))
            return redirect(address("script", segment))
        return editor(request, segment, formset, note, status=422)
    rows = posted_rows(request.POST) if change else list(queries.script_for(segment.pk if segment else None).steps)
    rows, place = rearranged(rows, change)
    formset = cast("BaseScriptFormSet", ScriptFormSet(initial=rows))
    return editor(request, segment, formset, note, place=place if change else None)


def editor(  # noqa: PLR0913 - all that the page is drawn from
    request: AuthenticatedRequest,
    segment: Segment | None,
    formset: BaseScriptFormSet,
    note: ScriptNoteForm,
    *,
    place: int | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the editor."""
    context = room(request, segment) | {
        "formset": formset,
        "note": note,
        "place": place,
        "is_full": len(formset.forms) >= LONGEST_SCRIPT,
        "placeholders": PLACEHOLDERS,
    }
    return render(request, "churn/edit_script.html", context, status=status)


@managers_only
@require_safe
def script_versions(request: AuthenticatedRequest) -> HttpResponse:
    """Show who changed a script, when and why; one version beside the newest if asked."""
    segment = chosen_segment(request)
    versions, asked = list(queries.versions_of(segment)), request.GET.get("version", "")
    compared = next((version for version in versions if str(version.pk) == asked), None)
    changes = queries.changes_between(compared.steps, versions[0].steps) if compared else []
    context = {"versions": versions, "compared": compared, "changes": changes}
    return render(request, "churn/script_versions.html", room(request, segment) | context)


@managers_only
@require_POST
def restore_script(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Bring an old version back."""
    version = get_object_or_404(ScriptVersion.objects.select_related("segment"), pk=pk)
    services.restore_script(version=version, actor=request.user)
    messages.success(request, _("The old version is in force again."))
    return redirect(address("script_versions", version.segment))


@managers_only
@require_POST
def drop_script(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Let a segment hear the general script again."""
    segment = get_object_or_404(Segment, pk=pk)
    services.save_script(steps=[], actor=request.user, segment=segment, note=_("the general script again"))
    messages.success(request, _("%(segment)s: the general script is in force again.") % {"segment": segment})
    return redirect(address("script", segment))
