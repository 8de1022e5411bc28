"""Personal data: finding a Client and erasing what is known about them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client
from clients.queries import ClientFilter, client_list
from company.access import AuthenticatedRequest, owner_only, sensitive
from programme.forms.privacy import EraseForm, FindForm
from programme.models import Erasure
from programme.privacy_words import by_title
from programme.queries.erasure import footprint, traces_of
from programme.services.erasure import NotErasedError, erase_client
from programme.views.room import status_of

FOUND = 20
ROWS = 50


@owner_only
@require_safe
def privacy(request: AuthenticatedRequest) -> HttpResponse:
    """Look for a Client, and show whom we have erased."""
    form = FindForm(request.GET)
    wanted = form.cleaned_data["q"] if form.is_valid() else ""
    found = list(client_list(ClientFilter(search=wanted), timezone.localdate()).filter(erasure=None)[:FOUND]) if wanted else []
    page = Paginator(Erasure.objects.select_related("erased_by"), ROWS).get_page(request.GET.get("page"))
    return render(request, "programme/privacy.html", {"wanted": wanted, "found": found, "is_cut": len(found) == FOUND, "page": page})


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive
def privacy_erase(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show what goes and what stays of a Client, and erase."""
    client = get_object_or_404(Client.objects.filter(erasure=None), pk=pk)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            erase_client(client=client, reason=form.cleaned_data["reason"], actor=request.user, now=timezone.now())
        except NotErasedError as refusal:
            form.add_error(None, refusal_in_words(refusal))
        else:
            messages.success(request, _("Erased. Totals stay as they were, nobody will write to this person."))
            return redirect("programme:privacy")
    gone = footprint(traces_of(client))
    context = {"client": client, "form": form, "gone": gone, "rows": by_title(gone.rows)}
    return render(request, "programme/privacy_erase.html", context, status=status_of(form))


def refusal_in_words(refusal: NotErasedError) -> str:
    """Say why nothing was erased and what to do."""
    return {
        NotErasedError.ALREADY: _("This Client has been erased already."),
        NotErasedError.IMPORTING: _("A file is being loaded right now and could bring the person back. Wait until it is done, then erase."),
        NotErasedError.SENDING: _("A letter to this person is on its way this very second. Erase in a minute."),
    }[refusal.code]
