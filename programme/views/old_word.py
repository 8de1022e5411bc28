"""Saved texts after the company has chosen another word: which still say the old one, and one press to replace it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from company.access import AuthenticatedRequest, owner_only
from programme.queries.old_word import old_texts
from programme.services.old_word import replace_old_word


@owner_only
@require_safe
def old_word_panel(request: AuthenticatedRequest) -> HttpResponse:
    """Say on the page of the word how many saved texts still say the old one."""
    return render(request, "programme/old_word_panel.html", {"count": len(old_texts())})


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def old_word(request: AuthenticatedRequest) -> HttpResponse:
    """Show every such text before and after; replace the word in those that are ticked."""
    if request.method == "POST":
        replace_ticked(request)
        return redirect("programme:old_word")
    return render(request, "programme/old_word.html", {"texts": old_texts()})


def replace_ticked(request: AuthenticatedRequest) -> None:
    """Replace, and say in how many texts."""
    taken = set(request.POST.getlist("take"))
    replaced = replace_old_word(taken=taken, actor=request.user, now=timezone.now())
    if replaced:
        messages.success(request, ngettext("Replaced in %(n)s text", "Replaced in %(n)s texts", replaced) % {"n": replaced})
    if replaced < len(taken):
        messages.warning(request, _("Some texts are left as they are: they have changed meanwhile, or two memos would have one title."))
