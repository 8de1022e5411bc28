"""The score for the world: card, badge, facts for the press. Refused when too little stands behind it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_safe

from common import prints
from common.money import group_digits
from common.templatetags.mayak import signed
from company.access import AuthenticatedRequest, managers_only, public
from company.formulas.brand import brand_of
from company.queries import the_company
from surveys.access import started_wave_or_404
from surveys.models import Wave
from surveys.press import card_data, facts_by_language, reason_text
from surveys.queries import TrendPoint, shown_on_badge, survey_settings, wave_result, why_not_shown

BADGE_SECONDS = 3600
CARD_PPI = 72.0
NOTHING = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>'


@managers_only
@require_GET
def wave_share(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Offer the card, the badge and the facts, or say plainly why not."""
    wave, now, rules = started_wave_or_404(pk), timezone.now(), survey_settings()
    reason, result = why_not_shown(wave, now), wave_result(wave)
    context = {
        "wave": wave,
        "is_manager": True,
        "result": result,
        "refused": reason_text(reason) if reason else "",
        "facts": [] if reason else facts_by_language(wave, result, the_company(), now),
        "badge_url": settings.BASE_URL + reverse("surveys:badge", args=[rules.badge_token]) if rules.badge_is_on else "",
        "badge_wave": shown_on_badge(now) if rules.badge_is_on else None,
    }
    return render(request, "surveys/wave_share.html", context)


@managers_only
@require_GET
def share_png(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give the card as a picture of 1200 x 630; shown on the page, saved by the link."""
    wave = shareable_or_404(pk)
    picture = prints.png("nps_card", card_data(wave, wave_result(wave), the_company(), timezone.now()), ppi=CARD_PPI)
    return as_file(picture, "image/png", f"nps-{wave.pk}.png", inline="inline" in request.GET)


@managers_only
@require_GET
def share_pdf(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give the card as a PDF."""
    wave = shareable_or_404(pk)
    document = prints.pdf("nps_card", card_data(wave, wave_result(wave), the_company(), timezone.now()))
    return as_file(document, "application/pdf", f"nps-{wave.pk}.pdf", inline="inline" in request.GET)


@public
@require_safe
def badge(request: HttpRequest, token: str) -> HttpResponse:
    """Draw the badge for the company's site; an empty picture while no score may be shown, 404 while it is switched off."""
    rules = survey_settings()
    if not rules.badge_is_on or not token or token != rules.badge_token:
        raise Http404
    point = shown_on_badge(timezone.now())
    response = HttpResponse(badge_svg(request, point) if point else NOTHING, content_type="image/svg+xml")
    response["Cache-Control"] = f"public, max-age={BADGE_SECONDS}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def badge_svg(request: HttpRequest, point: TrendPoint) -> str:
    """Return the badge of a wave."""
    company, score = the_company(), signed(point.estimate.score)
    answers = ngettext("%(n)s answer", "%(n)s answers", point.counts.n) % {"n": group_digits(point.counts.n)}
    small = f"{answers}, {date_format(timezone.localtime(point.wave.starts_at), 'm.Y')}"
    label = _("NPS of %(company)s: %(score)s") % {"company": company.name, "score": score}
    context = {"label": f"{label}, {small}", "color": brand_of(company.brand_color).base, "score": score, "small": small}
    return render_to_string("surveys/badge.svg", context, request)


def shareable_or_404(pk: int) -> Wave:
    """Return a wave whose score may be shown outside."""
    wave = started_wave_or_404(pk)
    if why_not_shown(wave, timezone.now()):
        raise Http404
    return wave


def as_file(content: bytes, kind: str, name: str, *, inline: bool) -> HttpResponse:
    """Return bytes as a file to save, or to show on a page."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    return response
