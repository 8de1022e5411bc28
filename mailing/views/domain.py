"""Whether mail programs believe the company's letters."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from company.access import AuthenticatedRequest, managers_only
from mailing.domains import Check, own_domain
from mailing.forms import DomainForm


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def domain(request: AuthenticatedRequest) -> HttpResponse:
    """Ask for the domain; on POST ask the name servers about it. Nothing is kept."""
    form = DomainForm(request.POST or None, initial={"domain": own_domain()})
    is_asked = request.method == "POST"
    findings = Check(**form.cleaned_data).findings() if is_asked and form.is_valid() else []
    status = 422 if is_asked and not findings else 200
    return render(request, "mailing/domain.html", {"form": form, "findings": findings}, status=status)
