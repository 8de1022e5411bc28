"""Remarks about a colleague: said to those who may read them, read by nobody else."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only, staff_only
from programme.forms.praise import OutcomeForm, RemarkForm
from programme.queries import praise as queries
from programme.queries.manners import employee_of
from programme.services import praise as services
from programme.views.room import key_in, room_page, status_of


def save_remark(form: RemarkForm, author_name: str) -> str:
    """Save a valid form; return who will read it, nothing with the reason on the form."""
    data = form.cleaned_data
    name = author_name if data["with_name"] else ""
    try:
        remark = services.leave_remark(about=data["about"], words=data["words"], author_name=name, key=key_in(form), now=timezone.now())
    except services.NoReaderError:
        form.add_error("about", _("There is nobody above this colleague to read it. Tell them in person."))
        return ""
    return ", ".join(str(person) for person in queries.remark_readers(remark.about))


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def remark(request: AuthenticatedRequest) -> HttpResponse:
    """Say what bothers to those who can do something about it."""
    me = employee_of(request.user)
    people = queries.colleagues_to_praise(timezone.localdate(), but=me)
    form = RemarkForm(request.POST or None, people=people, home=me.branch if me else None)
    if request.method == "POST" and form.is_valid() and (readers := save_remark(form, str(request.user))):
        messages.success(request, _("Passed on. Only these people read it: %(names)s") % {"names": readers})
        return redirect("programme:praise")
    return room_page(request, "programme/remark.html", "praise", {"form": form}, status=status_of(form))


@managers_only
@require_safe
def remark_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the remarks the reader may see, those not settled first."""
    found = queries.remarks_for(request.user)
    context = {"open": found.filter(settled_at=None), "settled": found.exclude(settled_at=None)[:50], "form": OutcomeForm()}
    return room_page(request, "programme/remark_list.html", "remarks", context)


@managers_only
@require_POST
def remark_settle(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Write down what was agreed; of a remark one may not read there is no page."""
    found = get_object_or_404(queries.remarks_for(request.user), pk=pk)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Write in a sentence what you agreed on."))
    elif services.settle_remark(remark=found, outcome=form.cleaned_data["outcome"], actor=request.user, now=timezone.now()):
        messages.success(request, _("Settled"))
    return redirect("programme:remark_list")
