"""Kits: a speech for one breath with its trainer, and what each kind of people is told."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role
from company.queries import the_company
from programme.enums import KitKind
from programme.forms import KitForm
from programme.formulas.sellers import BREATH_SECONDS, speech_of
from programme.queries import kit_of, kits
from programme.services import save_kit


def kind_or_404(kind: str) -> KitKind:
    """Return the kind of a kit."""
    if kind not in KitKind.values:
        raise Http404
    return KitKind(kind)


def spoken(text: str) -> str:
    """Return the speech with the company's name in its place."""
    return text.replace("{company}", the_company().name)


@staff_only
@require_GET
def seller_kits(request: AuthenticatedRequest) -> HttpResponse:
    """List the kits of all kinds."""
    rows = [(kit, spoken(kit.speech), speech_of(spoken(kit.speech))) for kit in kits()]
    return render(request, "programme/seller_kits.html", {"rows": rows, "is_manager": request.user.has_role(Role.MANAGER)})


@staff_only
@require_GET
def seller_kit(request: AuthenticatedRequest, kind: str) -> HttpResponse:
    """Show one kit with the trainer."""
    kit = kit_of(kind_or_404(kind))
    text = spoken(kit.speech)
    context = {
        "kit": kit,
        "text": text,
        "speech": speech_of(text),
        "breath": BREATH_SECONDS,
        "told": [line for line in spoken(kit.told).splitlines() if line.strip()],
        "is_manager": request.user.has_role(Role.MANAGER),
    }
    return render(request, "programme/seller_kit.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def seller_kit_edit(request: AuthenticatedRequest, kind: str) -> HttpResponse:
    """Put the company's own words into a kit."""
    known = kind_or_404(kind)
    kit = kit_of(known)
    form = KitForm(request.POST or None, instance=kit)
    if request.method == "POST" and form.is_valid():
        save_kit(kind=known, actor=request.user, **form.cleaned_data)
        speech = speech_of(spoken(form.cleaned_data["speech"]))
        if speech.fits:
            messages.success(request, _("Saved. The speech takes about %(n)s seconds.") % {"n": speech.seconds})
        else:
            messages.warning(request, _("Saved. The speech takes about %(n)s seconds: shorten it to 20.") % {"n": speech.seconds})
        return redirect("programme:seller_kit", known.value)
    return render(request, "programme/seller_kit_edit.html", {"kit": kit, "form": form}, status=422 if form.is_bound else 200)
