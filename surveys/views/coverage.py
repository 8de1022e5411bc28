"""Who a wave reaches and who it does not: the coverage audit, people without a letter, people taken out by hand."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clients.models import Client
from common.sheets import table_response
from company.access import AuthenticatedRequest, managers_only
from surveys.access import started_wave_or_404, wave_or_404
from surveys.coverage import coverage_rows, coverage_words, skipped_heads, skipped_rows
from surveys.enums import WaveState
from surveys.models import Removal
from surveys.queries import clients_to_remove, coverage, planning_progress, removals, skipped, skipped_counts, two_scores, wave_result
from surveys.services import remove_client, restore_client

PAGE = 50


@managers_only
@require_GET
def wave_coverage(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show who is in a wave, who is not, by which rule and by whom."""
    wave, now = wave_or_404(pk), timezone.now()
    found, search = coverage(wave, now), request.GET.get("q", "").replace("\0", "").strip()
    is_draft = wave.state == WaveState.DRAFT and wave.audience == "clients"
    context = {
        "wave": wave,
        "coverage": found,
        "rows": coverage_rows(wave, found),
        "scores": two_scores(wave, now),
        "own": wave_result(wave),
        "how": coverage_words(found, now),
        "removals": removals(wave),
        "is_draft": is_draft,
        "q": search,
        "found": clients_to_remove(wave, search, now) if is_draft and search else [],
    }
    return render(request, "surveys/wave_coverage.html", context)


@managers_only
@require_POST
def wave_remove(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take a Client out of a draft, with a reason."""
    client = get_object_or_404(Client, pk=number_of(request.POST.get("client", "")))
    if remove_client(wave=wave_or_404(pk), client=client, reason=request.POST.get("reason", ""), actor=request.user):
        messages.success(request, _("%(name)s is not asked in this wave.") % {"name": client})
    else:
        messages.warning(request, _("Nobody was taken out: a reason is needed, and the wave must not have started."))
    return redirect("surveys:wave_coverage", pk)


def number_of(text: str) -> int:
    """Return a row's number as the form sent it; no row has 0."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


@managers_only
@require_POST
def wave_restore(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take a Client into a draft again."""
    removal = get_object_or_404(Removal.objects.select_related("wave", "client"), pk=pk)
    if restore_client(removal=removal, actor=request.user):
        messages.success(request, _("%(name)s is asked again.") % {"name": removal.client})
    return redirect("surveys:wave_coverage", removal.wave_id)


@managers_only
@require_GET
def wave_skipped(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """List those of a wave who get no letter, with the reason."""
    wave, reason = started_wave_or_404(pk), request.GET.get("reason", "")
    counts = skipped_counts(wave)
    context = {
        "wave": wave,
        "reason": reason,
        "counts": counts,
        "total": sum(count for _reason, count in counts),
        "page": Paginator(skipped(wave, reason), PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "surveys/wave_skipped.html", context)


@managers_only
@require_GET
def wave_skipped_export(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give those who get no letter as a file."""
    wave, kind = started_wave_or_404(pk), "csv" if request.GET.get("format") == "csv" else "xlsx"
    return table_response(f"skipped-{pk}", kind, skipped_heads(), skipped_rows(skipped(wave, request.GET.get("reason", ""))))


@managers_only
@require_GET
def wave_progress(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say how far the planning has got; when it is over, the page is loaded anew."""
    wave = started_wave_or_404(pk)
    if not wave.is_being_planned:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "surveys/_progress.html", {"wave": wave, "progress": planning_progress(wave)})
