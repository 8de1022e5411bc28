"""The word of whoever calls a leaver about the Client."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from churn import access
from churn.forms.marks import LeaverMarkForm
from clients.enums import MarkKind
from clients.queries.rightness import marks_of
from clients.services.rightness import mark_client
from company.access import AuthenticatedRequest, staff_only


@staff_only
@require_http_methods(["GET", "POST"])
def leaver_mark(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say that a leaver one was asked to call demands much or is rude; only managers read it."""
    leaver = access.leaver_or_404(request.user, pk)
    form = LeaverMarkForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        mark_client(
            client=leaver.client,
            kind=MarkKind(data["kind"]),
            degree=data["degree"],
            reason=data["reason"],
            today=timezone.localdate(),
            actor=request.user,
        )
        messages.success(request, _("Your word is written down."))
        return redirect("churn:leaver", pk)
    context = {"leaver": leaver, "form": form, "marks": marks_of(leaver.client, request.user.pk)}
    return render(request, "churn/leaver_mark.html", context, status=422 if form.errors else 200)
