"""Every message and its fate; what people may do about it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from company.access import AuthenticatedRequest, managers_only
from mailing.enums import MailWaveState, MessageState
from mailing.forms import MessageFilterForm
from mailing.models import MailWave, Message, SmtpAccount
from mailing.queries import clicks_of, count_states, found_messages, outbox_health, recent_events
from mailing.rendering import Preview, RenderError, preview
from mailing.services import cancel_wave, pause_wave, resume_account, resume_wave, send_again
from mailing.views.private import PRIVATE

PAGE_SIZE = 50
REPEATABLE = {MessageState.FAILED, MessageState.UNKNOWN}
# Letters carry inline styles; `sandbox` takes scripts, forms and cookies away from this one answer.
PREVIEW_CSP = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@managers_only
@require_GET
def message_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show every message and what became of it."""
    form = MessageFilterForm(request.GET)
    chosen = form.chosen()
    found = found_messages(mail_wave=chosen["wave"], text=chosen["q"])
    counts = count_states(found)
    shown = found.filter(state=chosen["state"]) if chosen["state"] else found
    context = {
        "form": form,
        "chosen": chosen,
        "wave": chosen["wave"],
        "clicks": clicks_of(chosen["wave"]) if chosen["wave"] else None,
        "counts": [(state, counts[state]) for state in MessageState if counts[state]],
        "total": sum(counts.values()),
        "page": Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page")),
        "health": outbox_health(timezone.now()),
        "events": recent_events(mail_wave=chosen["wave"]),
    }
    is_part = request.htmx and not request.htmx.history_restore_request
    return render(request, "mailing/message_list.html#messages" if is_part else "mailing/message_list.html", context)


@managers_only
@require_GET
def message_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show one message: what it says, what was tried, what can be done."""
    message = get_object_or_404(Message.objects.select_related("wave__letter"), pk=pk)
    context = {
        "message": message,
        "preview": preview_or_none(message),
        "tries": message.tries.select_related("actor"),
        "bounces": message.bounces.all(),
        "is_repeatable": message.state in REPEATABLE and message.wave.state != MailWaveState.CANCELLED,
    }
    return render(request, "mailing/message_detail.html", context)


def preview_or_none(message: Message) -> Preview | None:
    """Return how the letter reads, nothing if it cannot be put together."""
    try:
        return preview(message, message.wave.letter)
    except RenderError:
        return None


@managers_only
@require_GET
def message_preview(_request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show the HTML part as a page of its own, in a sandbox."""
    shown = preview_or_none(get_object_or_404(Message.objects.select_related("wave__letter"), pk=pk))
    if shown is None:
        raise Http404
    return HttpResponse(shown.html, headers=PRIVATE | {"Content-Security-Policy": PREVIEW_CSP})


@managers_only
@require_POST
def message_again(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Queue a failed or unknown message once more."""
    message = get_object_or_404(Message, pk=pk)
    if send_again(message=message, actor=request.user):
        messages.success(request, _("The letter is in the queue again."))
    else:
        messages.error(request, _("This letter cannot be sent again: it is on its way, delivered, or its wave is cancelled."))
    return redirect("mailing:message_detail", pk)


@managers_only
@require_POST
def wave_pause(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Stop sending a wave for a while."""
    wave = get_object_or_404(MailWave, pk=pk)
    done = pause_wave(mail_wave=wave, actor=request.user)
    return back_to_wave(request, wave, _("The wave is paused.") if done else "")


@managers_only
@require_POST
def wave_resume(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Go on sending a wave."""
    wave = get_object_or_404(MailWave, pk=pk)
    done = resume_wave(mail_wave=wave, actor=request.user)
    return back_to_wave(request, wave, _("The wave goes on.") if done else "")


@managers_only
@require_POST
def wave_cancel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give up on what a wave has not sent."""
    wave = get_object_or_404(MailWave, pk=pk)
    done = cancel_wave(mail_wave=wave, actor=request.user)
    return back_to_wave(request, wave, _("The wave is cancelled.") if done else "")


def back_to_wave(request: HttpRequest, wave: MailWave, done: str) -> HttpResponse:
    """Say what was done, or that somebody else was faster, and return to the wave's messages."""
    if done:
        messages.success(request, done)
    else:
        messages.info(request, _("The wave had changed already: look at its state."))
    return redirect(f"{redirect('mailing:message_list').url}?wave={wave.pk}")


@managers_only
@require_POST
def account_resume(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Try a stopped mail server again."""
    if resume_account(account=get_object_or_404(SmtpAccount, pk=pk), actor=request.user):
        messages.success(request, _("Letters are being sent again."))
    return redirect("mailing:message_list")
