"""The map and audits as files, and a map brought as one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from common.sheets import Sheet, book_response, table_response
from company.access import AuthenticatedRequest, managers_only
from touchpoints import queries, services
from touchpoints.enums import JourneyStage
from touchpoints.forms import MapImportForm
from touchpoints.map_tables import Change, MapColumn, Plan

INVALID = 422
SHOWN = 100


@managers_only
@require_safe
def map_export(request: AuthenticatedRequest) -> HttpResponse:
    """Give the map as a file, which can be loaded again."""
    del request
    heads = [str(column.label) for column in MapColumn]
    return table_response(f"map-{timezone.localdate().isoformat()}", "xlsx", heads, queries.map_rows())


@managers_only
@require_safe
def audit_export(request: AuthenticatedRequest) -> HttpResponse:
    """Give all audits and their marks as a book of two sheets."""
    del request
    audits = [_("Audit"), _("Round"), _("Branch"), _("Who walked"), _("State"), _("By when"), _("Finished")]
    marks = [_("Audit"), _("Branch"), _("Who walked"), _("Touchpoint"), _("Class"), _("Rating"), _("Note"), _("When")]
    sheets = [Sheet(_("Audits"), audits, queries.audit_rows()), Sheet(_("Marks"), marks, queries.mark_rows())]
    return book_response(f"audits-{timezone.localdate().isoformat()}", sheets)


@managers_only
@require_http_methods(["GET", "POST"])
def map_import(request: AuthenticatedRequest) -> HttpResponse:
    """Look at a table of touchpoints and then load exactly what was looked at."""
    if request.method == "GET":
        return import_page(request, MapImportForm())
    form = MapImportForm(request.POST, request.FILES)
    plan = form.plan if form.is_valid() else None
    if plan is None:
        return import_page(request, form, status=INVALID)
    looked_at = request.POST.get("looked_at", "")
    if "load" not in request.POST or form.cleaned_data["file"] or looked_at != plan.fingerprint:
        return import_page(request, form)
    if not plan.size or (plan.bad and not form.cleaned_data["skip_bad"]):
        form.add_error("skip_bad", _("Mend the lines with mistakes or leave them out."))
        return import_page(request, form, status=INVALID)
    try:
        done = services.load_map(text=form.cleaned_data["text"], fingerprint=looked_at, actor=request.user)
    except services.MapChangedError:
        return import_page(request, form)
    messages.success(request, said_about(done))
    return redirect("touchpoints:map")


def said_about(done: Plan) -> str:
    """Say what was loaded."""
    added = ngettext("%(count)s touchpoint added", "%(count)s touchpoints added", len(done.new)) % {"count": len(done.new)}
    changed = ngettext("%(count)s changed", "%(count)s changed", len(done.changed)) % {"count": len(done.changed)}
    return f"{added}, {changed}"


def import_page(request: AuthenticatedRequest, form: MapImportForm, status: int = 200) -> HttpResponse:
    """Show the form of many, with what the table would change."""
    plan = form.plan
    context: dict[str, Any] = {"form": form, "plan": plan, "columns": MapColumn}
    if plan:
        context |= {
            "is_stale": "load" in request.POST and status == 200,
            "new": plan.new[:SHOWN],
            "changed": [(change, change_rows(change)) for change in plan.changed[:SHOWN]],
            "bad": plan.bad[:SHOWN],
            "more": {"new": len(plan.new[SHOWN:]), "changed": len(plan.changed[SHOWN:]), "bad": len(plan.bad[SHOWN:])},
        }
    return render(request, "touchpoints/map_import.html", context, status=status)


def change_rows(change: Change) -> list[tuple[Any, Any, Any]]:
    """Return what a line changes as rows: the column, what stood there, what will."""
    rows: list[tuple[Any, Any, Any]] = [
        (column.label, label_of(column, old), label_of(column, new)) for column, (old, new) in change.fields.items()
    ]
    return rows + [(MapColumn.STANDARDS.label, "", sentence) for sentence in change.sentences]


def label_of(column: MapColumn, value: Any) -> Any:
    """Write a value as people read it."""
    if column == MapColumn.STAGE:
        return dict(JourneyStage.choices)[value]
    return value
