"""A survey of employees while it runs: its letters, codes and tablet, the way to close it, and what to do when the key is gone."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.codes import qr_svg
from company.access import AuthenticatedRequest, managers_only
from surveys.access import staff_wave_or_404
from surveys.enums import WaveState
from surveys.links import code_url, promise_url, tablet_url
from surveys.models import StaffWave
from surveys.queries import has_key, ways_of
from surveys.services import close_staff_wave, give_up_staff_wave
from surveys.staff_post import post_lines
from surveys.staff_prints import code_sheet


def running_context(wave: StaffWave) -> dict[str, Any]:
    """Return what the page of a running survey shows besides its numbers: letters, addresses, whether its key is there."""
    return {
        "is_over": wave.closes_at <= timezone.now(),
        "has_key": wave.state != WaveState.RUNNING or has_key(wave),
        "post": post_lines(wave),
        "promise_url": promise_url(wave.public_token),
        "code_url": code_url(),
        "tablet_url": tablet_url(wave.public_token),
        "tablet_code": qr_svg(tablet_url(wave.public_token), border=2),
    }


@managers_only
@require_POST
def staff_close(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """End a survey before its time."""
    if close_staff_wave(wave=staff_wave_or_404(pk), actor=request.user, now=timezone.now()):
        messages.success(request, _("The survey is closed. Answers are counted now, all at once."))
    else:
        messages.warning(request, _("Nothing was closed: the survey is not running any more."))
    return redirect("surveys:staff_detail", pk)


@managers_only
@require_POST
def staff_give_up(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Close a survey whose key is gone, without a result."""
    if give_up_staff_wave(wave=staff_wave_or_404(pk), actor=request.user, now=timezone.now()):
        messages.success(request, _("The survey is closed without a result. The sealed answers are destroyed unread."))
    else:
        messages.warning(request, _("Nothing was given up: the key is there, or the survey is closed already."))
    return redirect("surveys:staff_detail", pk)


@managers_only
@require_GET
def staff_codes(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give the cards with codes to print, while answers are taken and where anybody needs one."""
    del request
    wave = staff_wave_or_404(pk)
    if not wave.takes_answers(timezone.now()) or not ways_of(wave).by_code:
        raise Http404
    headers = {"Content-Disposition": f'inline; filename="mayak-codes-{wave.pk}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(code_sheet(wave), content_type="application/pdf", headers=headers)
