"""When letters leave and how many at once; a held mail server set free."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from company.access import AuthenticatedRequest, managers_only
from mailing.forms import RulesForm
from mailing.models import SmtpAccount
from mailing.queries import mail_settings
from mailing.services import confirm_database, default_account, set_limits, set_quiet_hours


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: AuthenticatedRequest) -> HttpResponse:
    """Show the rules and change them."""
    account, kept = SmtpAccount.objects.filter(pk=1).first() or SmtpAccount(pk=1), mail_settings()
    form = RulesForm(request.POST or None, initial=RulesForm.initial_of(account, kept))
    if request.method == "POST" and form.is_valid():
        quiet = {name: form.cleaned_data[name] for name in ("quiet_from", "quiet_to")}
        limits = {name: form.cleaned_data[name] for name in ("domain_rate_per_minute", "day_quota")}
        if kept is None or form.has_changed_any(*quiet):
            set_quiet_hours(**quiet, actor=request.user)
        if form.has_changed_any(*limits):
            set_limits(account=default_account(), **limits, actor=request.user)
        messages.success(request, _("The rules are saved."))
        return redirect("mailing:rules")
    context = {"form": form, "is_quiet_set": kept is not None and kept.quiet_from != kept.quiet_to}
    return render(request, "mailing/rules.html", context, status=422 if form.is_bound else 200)


@managers_only
@require_POST
def account_confirm(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Let a mail server held by the restore fence send again."""
    if confirm_database(account=get_object_or_404(SmtpAccount, pk=pk), actor=request.user):
        messages.success(request, _("Letters are being sent again."))
    return redirect("mailing:message_list")
