"""What the score of a wave, and its change, consist of."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from company.access import AuthenticatedRequest, staff_only
from company.enums import Role
from surveys.access import started_wave_or_404
from surveys.driver_table import HEADS, driver_table
from surveys.queries import Cut, drivers, trend_of, wave_before


@staff_only
@require_GET
def wave_drivers(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show contributions that add up to NPS, by branch, segment, way of asking or theme."""
    wave = started_wave_or_404(pk)
    asked = request.GET.get("by", "")
    cut = Cut(asked) if asked in set(Cut) else Cut.BRANCH
    before = wave_before(wave, trend_of(wave))
    context = {
        "wave": wave,
        "is_manager": request.user.has_role(Role.MANAGER),
        "before": before,
        "cut": cut,
        "cuts": HEADS.items(),
        "head": HEADS[cut],
        "table": driver_table(drivers(wave, before.wave if before else None, cut), cut),
        "now": timezone.localtime(),
    }
    return render(request, "surveys/wave_drivers.html", context)
