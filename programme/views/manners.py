"""The code of manners: read it, say that you have, publish a new wording."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only, staff_only
from company.models import Employee
from programme import manners_prints
from programme.enums import Way
from programme.forms.manners import MannersForm
from programme.formulas.manners import rules_of
from programme.manners_start import start_intro, start_text
from programme.models import MannersVersion
from programme.queries.manners import ack_of, changes_of, employee_of, manners_in_force, manners_readers
from programme.services import manners as services
from programme.views.room import pdf_answer, room_page, status_of


@staff_only
@require_safe
def manners(request: AuthenticatedRequest) -> HttpResponse:
    """Show the code in force, or the wording we start with."""
    version, me = manners_in_force(), employee_of(request.user)
    if version is None:
        return room_page(request, "programme/manners_start.html", "code", {"rules": rules_of(start_text()), "intro": start_intro()})
    rules, gone = changes_of(version)
    context = {
        "version": version,
        "rules": rules,
        "gone": gone,
        "me": me,
        "ack": ack_of(me),
        "readers": manners_readers(timezone.localdate()),
        "earlier": MannersVersion.objects.filter(number__lt=version.number),
    }
    return room_page(request, "programme/manners.html", "code", context)


@staff_only
@require_safe
def manners_version(request: AuthenticatedRequest, number: int) -> HttpResponse:
    """Show an earlier wording."""
    version = get_object_or_404(MannersVersion.objects.select_related("published_by"), number=number)
    rules, gone = changes_of(version)
    newest = manners_in_force()
    context = {"version": version, "rules": rules, "gone": gone, "is_newest": newest is not None and newest.pk == version.pk}
    return room_page(request, "programme/manners_version.html", "code", context)


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def manners_edit(request: AuthenticatedRequest) -> HttpResponse:
    """Write a new wording and publish it."""
    version = manners_in_force()
    initial = {"intro": start_intro(), "text": start_text(), "based_on": 0}
    if version:
        initial = {"intro": version.intro, "text": version.text, "based_on": version.number, "change_note": ""}
    form = MannersForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and publish(request, form):
        return redirect("programme:manners")
    return room_page(request, "programme/manners_form.html", "code", {"form": form, "version": version}, status=status_of(form))


def publish(request: AuthenticatedRequest, form: MannersForm) -> bool:
    """Publish a valid form; False with the reason on the form."""
    try:
        version = services.publish_manners(**form.cleaned_data, actor=request.user, now=timezone.now())
    except services.StaleCodeError:
        form.add_error(None, _("Somebody has published another version meanwhile. Open it beside this one and carry your changes over."))
        return False
    except services.NothingChangedError:
        form.add_error(None, _("The words are those already in force: nothing to publish."))
        return False
    messages.success(request, _("Published: version %(number)s") % {"number": version.number})
    return True


@staff_only
@require_POST
def manners_ack(request: AuthenticatedRequest, number: int) -> HttpResponse:
    """Write down that the reader has read this version."""
    version, me = get_object_or_404(MannersVersion, number=number), employee_of(request.user)
    if me is None:
        messages.warning(request, _("Your account is not tied to an employee. Ask a manager to tie it, then press again."))
    else:
        services.acknowledge_manners(employee=me, version=version, way=Way.LOGIN, actor=request.user, now=timezone.now())
        messages.success(request, _("Thank you. We count on you, as you may count on us."))
    return redirect("programme:manners")


@managers_only
@require_safe
def manners_people(request: AuthenticatedRequest) -> HttpResponse:
    """Show who has read the code in force and who has not."""
    version = manners_in_force()
    if version is None:
        return redirect("programme:manners")
    return room_page(
        request, "programme/manners_people.html", "code", {"version": version, "readers": manners_readers(timezone.localdate())}
    )


@managers_only
@require_POST
def manners_remind(request: AuthenticatedRequest) -> HttpResponse:
    """Write to those who have not read it."""
    count = services.remind_of_manners(actor=request.user, today=timezone.localdate(), now=timezone.now())
    said = ngettext("%(count)s letter is on its way", "%(count)s letters are on their way", count) % {"count": count}
    messages.success(request, said) if count else messages.info(request, _("There is nobody to write to."))
    return redirect("programme:manners_people")


@managers_only
@require_POST
def manners_paper(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Write down that a colleague has signed on paper."""
    employee, version = get_object_or_404(Employee, pk=pk), manners_in_force()
    if version is None:
        raise Http404
    services.acknowledge_manners(employee=employee, version=version, way=Way.PAPER, actor=request.user, now=timezone.now())
    messages.success(request, _("Noted: %(name)s has signed") % {"name": employee.name})
    return redirect("programme:manners_people")


@staff_only
@require_safe
def manners_print(_request: AuthenticatedRequest) -> HttpResponse:
    """Give the code for the wall."""
    version = manners_in_force()
    if version is None:
        raise Http404
    return pdf_answer(manners_prints.manners_pdf(version), "manners")


@managers_only
@require_safe
def manners_sheet(_request: AuthenticatedRequest) -> HttpResponse:
    """Give the list to sign, for those who read on paper."""
    version = manners_in_force()
    if version is None:
        raise Http404
    return pdf_answer(manners_prints.sheet_pdf(version, manners_readers(timezone.localdate())), "manners-signatures")
