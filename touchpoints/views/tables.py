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
from company.models import Branch, User
from touchpoints import queries, services
from touchpoints.audit_tables import AuditLine
from touchpoints.audit_words import AuditColumn, NumberScale
from touchpoints.enums import JourneyStage
from touchpoints.forms import AuditImportForm, MapImportForm
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
    """Give all marks and their audits as a book of two sheets; the first can be loaded again."""
    del request
    audits = [_("Audit"), _("Round"), _("Branch"), _("Who walked"), _("State"), _("By when"), _("Finished")]
    marks = [
        _("Audit"),
        _("Round"),
        _("Number of the round"),
        _("Branch"),
        _("Who walked"),
        _("Touchpoint"),
        _("Class"),
        _("Rating"),
        _("Note"),
        _("When"),
    ]
    # Whoever loads the book reads its first sheet.
    sheets = [Sheet(_("Marks"), marks, queries.mark_rows()), Sheet(_("Audits"), audits, queries.audit_rows())]
    return book_response(f"audits-{timezone.localdate().isoformat()}", sheets)


@managers_only
@require_http_methods(["GET", "POST"])
def map_import(request: AuthenticatedRequest) -> HttpResponse:
    """Look at a table of touchpoints and then load exactly what was looked at."""
    if request.method == "GET":
        return import_page(request, MapImportForm())
    form = MapImportForm(request.POST, request.FILES)
    if not form.is_to_load(request.POST):
        return import_page(request, form, status=INVALID if form.errors else 200)
    try:
        done = services.load_map(text=form.cleaned_data["text"], fingerprint=request.POST["looked_at"], actor=request.user)
    except services.MapChangedError:
        return import_page(request, form)
    messages.success(request, said_about(done))
    return redirect("touchpoints:map")


@managers_only
@require_http_methods(["GET", "POST"])
def audit_import(request: AuthenticatedRequest) -> HttpResponse:
    """Look at a table of past audits and then load exactly what was looked at."""
    if request.method == "GET":
        return audit_import_page(request, AuditImportForm())
    form = AuditImportForm(request.POST, request.FILES)
    if not form.is_to_load(request.POST):
        return audit_import_page(request, form, status=INVALID if form.errors else 200)
    data, looked_at = form.cleaned_data, request.POST["looked_at"]
    try:
        done = services.load_audits(
            text=data["text"], scale=NumberScale(data["scale"]), fingerprint=looked_at, actor=request.user, now=timezone.now()
        )
    except services.AuditsChangedError:
        return audit_import_page(request, form)
    count = len(done.audits)
    messages.success(request, ngettext("%(count)s audit is loaded", "%(count)s audits are loaded", count) % {"count": count})
    return redirect("touchpoints:audit_list")


def audit_import_page(request: AuthenticatedRequest, form: AuditImportForm, status: int = 200) -> HttpResponse:
    """Show the form of many marks, with what the table would add."""
    plan = form.contents
    context: dict[str, Any] = {"form": form, "plan": plan, "columns": AuditColumn, "words": queries.rating_words()}
    if plan:
        names = dict(Branch.objects.values_list("pk", "name")), dict(User.objects.values_list("pk", "name"))
        context |= {
            "is_stale": "load" in request.POST and status == 200,
            "audits": [audit_row(lines, *names) for lines in plan.audits[:SHOWN]],
            "bad": plan.bad[:SHOWN],
            "more": {"audits": len(plan.audits[SHOWN:]), "bad": len(plan.bad[SHOWN:])},
        }
    return render(request, "touchpoints/audit_import.html", context, status=status)


def audit_row(lines: list[AuditLine], branches: dict[int, str], people: dict[int, str]) -> dict[str, Any]:
    """Return an audit to be loaded as people read it."""
    first = lines[0]
    ratings = [line.rating for line in lines if line.rating is not None]
    return {
        "line": first.number,
        "day": max(line.day for line in lines),
        "branch": branches.get(first.branch_id or 0),
        "walker": first.walker.guest or people.get(first.walker.user_id or 0),
        "is_guest": bool(first.walker.guest),
        "counts": queries.count_class(None, ratings),
        "skipped": len(lines) - len(ratings),
    }


def said_about(done: Plan) -> str:
    """Say what was loaded."""
    added = ngettext("%(count)s touchpoint added", "%(count)s touchpoints added", len(done.new)) % {"count": len(done.new)}
    changed = ngettext("%(count)s changed", "%(count)s changed", len(done.changed)) % {"count": len(done.changed)}
    return f"{added}, {changed}"


def import_page(request: AuthenticatedRequest, form: MapImportForm, status: int = 200) -> HttpResponse:
    """Show the form of many, with what the table would change."""
    plan = form.contents
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
