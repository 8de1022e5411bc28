"""Letters that did not arrive, or nobody knows: look, take away as a table, send again."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from common.sheets import table_response
from company.access import AuthenticatedRequest, managers_only
from mailing.forms import AgainForm, DeadFilterForm
from mailing.models import Message
from mailing.queries import dead_messages, recent_events
from mailing.services import send_all_again

PAGE_SIZE = 100
FORMATS = {"csv", "xlsx"}


@managers_only
@require_GET
def dead_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show them, those of one wave or one reason if asked."""
    form = DeadFilterForm(request.GET)
    chosen = form.chosen()
    context = {
        "form": form,
        "chosen": chosen,
        "wave": chosen["wave"],
        "events": recent_events(mail_wave=chosen["wave"]),
        "page": Paginator(dead_messages(**chosen), PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "mailing/dead_list.html", context)


@managers_only
@require_GET
def dead_export(request: AuthenticatedRequest, file_format: str) -> HttpResponse:
    """Return the same as a table."""
    if file_format not in FORMATS:
        raise Http404
    heads = [_("Name"), _("Address"), _("Letter"), _("Fate"), _("Reason"), _("Code"), _("The server's answer"), _("Planned")]
    found = dead_messages(**DeadFilterForm(request.GET).chosen())
    return table_response("letters-not-delivered", file_format, heads, (row_of(message) for message in found.iterator(2000)))


def row_of(message: Message) -> list[str | int]:
    """Return a line of the table."""
    return [
        message.to_name,
        message.to_address,
        message.wave.letter.name,
        message.get_state_display(),
        message.reason_text,
        message.smtp_code or "",
        message.server_reply,
        f"{localtime(message.created_at):%d.%m.%Y %H:%M}",
    ]


@managers_only
@require_POST
def dead_again(request: AuthenticatedRequest) -> HttpResponse:
    """Queue the chosen ones once more."""
    form = AgainForm(request.POST)
    count = send_all_again(messages=form.cleaned_data["message"], actor=request.user) if form.is_valid() else 0
    if count:
        text = ngettext("%(n)s letter is in the queue again.", "%(n)s letters are in the queue again.", count) % {"n": count}
        messages.success(request, text)
    else:
        messages.error(request, _("Nothing was sent again: choose letters in the table first."))
    return redirect("mailing:dead_list")
