"""The beacon: what the Client means to this company, collected, sorted, published, asked about."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.stamps import new_stamp, read_stamp
from common.visitors import private
from company.access import AuthenticatedRequest, managers_only, public, staff_only
from company.enums import Role
from company.models import Employee
from programme import beacon_prints
from programme.forms.beacon import BeaconForm, SortingForm, VariantForm
from programme.models import BeaconRound, BeaconVariant, BeaconVersion
from programme.queries import beacon as queries
from programme.services import beacon as services
from programme.services.beacon_pulse import set_pulse_rhythm
from programme.services.beacon_vote import ShortlistError, draft_vote
from programme.views.room import pdf_answer, status_of

PURPOSE = "programme.beacon"


@staff_only
@require_safe
def beacon(request: AuthenticatedRequest) -> HttpResponse:
    """Show the definition in force, how many know it, and what is being collected."""
    version, now = queries.beacon_in_force(), timezone.now()
    context: dict[str, Any] = {"version": version, "earlier": BeaconVersion.objects.filter(number__lt=version.number) if version else []}
    collection = queries.round_under_way()
    context |= {"collection": collection, "say_url": beacon_prints.say_url(collection) if collection else ""}
    if request.user.has_role(Role.MANAGER):
        context |= {
            "count": collection.variants.count() if collection else 0,
            "shortlist": queries.shortlist(collection),
            "vote": queries.vote_of(collection),
            "newcomers": queries.newcomers(timezone.localdate()) if version else [],
            "pulse": queries.pulse_state(version, now) if version else None,
            "rhythm": queries.pulse_rhythm(version) if version else None,
        }
    return render(request, "programme/beacon.html", context)


@staff_only
@require_safe
def beacon_panel(request: AuthenticatedRequest) -> HttpResponse:
    """Show the definition on the overview; nothing where there is none."""
    return render(request, "programme/beacon_panel.html", {"version": queries.beacon_in_force()})


@staff_only
@require_safe
def beacon_print(request: AuthenticatedRequest) -> HttpResponse:
    """Give the definition on paper."""
    version, paper = queries.beacon_in_force(), request.GET.get("paper", "a4")
    if version is None or paper not in beacon_prints.PAPERS:
        raise Http404
    return pdf_answer(beacon_prints.beacon_pdf(version, paper), f"beacon-{paper}")


@managers_only
@require_POST
def beacon_start(request: AuthenticatedRequest) -> HttpResponse:
    """Begin to collect words by one link, or open the link again."""
    services.start_round(actor=request.user, now=timezone.now())
    messages.success(request, _("The link is open. Send it to everybody or hang the cards."))
    return redirect("programme:beacon")


@managers_only
@require_POST
def beacon_close(request: AuthenticatedRequest) -> HttpResponse:
    """Close the link."""
    collection = under_way_or_404()
    if services.set_round_open(collection=collection, is_open=False, actor=request.user):
        messages.success(request, _("The link is closed. Sort what has come."))
    return redirect("programme:beacon_sort")


def under_way_or_404() -> BeaconRound:
    """Return the collection under way."""
    collection = queries.round_under_way()
    if collection is None:
        raise Http404
    return collection


@managers_only
@require_safe
def beacon_call(_request: AuthenticatedRequest) -> HttpResponse:
    """Give the cards with the link."""
    return pdf_answer(beacon_prints.call_pdf(under_way_or_404()), "beacon-call")


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def beacon_sort(request: AuthenticatedRequest) -> HttpResponse:
    """Sort variants into piles and choose the shortlist."""
    collection = under_way_or_404()
    piles = queries.piles(collection)
    variants = [variant for pile in piles for variant in pile.variants]
    form = SortingForm(request.POST or None, variants=variants)
    if request.method == "POST" and form.is_valid():
        services.sort_variants(collection=collection, sorting=form.sorting(), actor=request.user)
        messages.success(request, _("Saved"))
        return redirect("programme:beacon_sort")
    shown = [(pile, [(each, form.pile_of(each), form.short_of(each)) for each in pile.variants]) for pile in piles]
    context = {"collection": collection, "piles": shown, "form": form, "count": len(variants)}
    return render(request, "programme/beacon_sort.html", context, status=status_of(form))


@managers_only
@require_POST
def beacon_group(request: AuthenticatedRequest) -> HttpResponse:
    """Put variants that say the same together."""
    count = services.group_variants(collection=under_way_or_404(), actor=request.user)
    messages.success(
        request,
        ngettext("%(count)s pile. Move what is out of place.", "%(count)s piles. Move what is out of place.", count) % {"count": count},
    )
    return redirect("programme:beacon_sort")


@managers_only
@require_POST
def beacon_remove(request: AuthenticatedRequest, pk: uuid.UUID) -> HttpResponse:
    """Throw away what is no variant at all."""
    variant = get_object_or_404(BeaconVariant, pk=pk, round=under_way_or_404())
    services.remove_variant(variant=variant, actor=request.user)
    messages.success(request, _("Removed"))
    return redirect("programme:beacon_sort")


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def beacon_edit(request: AuthenticatedRequest) -> HttpResponse:
    """Write the definition and publish it."""
    version, collection = queries.beacon_in_force(), queries.round_under_way()
    shortlist = queries.shortlist(collection)
    taken = next((variant.text for variant in shortlist if str(variant.pk) == request.GET.get("variant")), "")
    taken = taken or queries.chosen_text(collection, request.GET.get("choice", ""))
    initial = {"text": taken or (version.text if version else ""), "based_on": version.number if version else 0}
    initial["meaning"] = version.meaning if version else ""
    form = BeaconForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and publish(request, form):
        return redirect("programme:beacon")
    context = {"form": form, "version": version, "shortlist": shortlist}
    return render(request, "programme/beacon_form.html", context, status=status_of(form))


def publish(request: AuthenticatedRequest, form: BeaconForm) -> bool:
    """Publish a valid form; False with the reason on the form."""
    try:
        version = services.publish_beacon(**form.cleaned_data, actor=request.user, now=timezone.now())
    except services.StaleBeaconError:
        form.add_error(None, _("Somebody has published another version meanwhile. Open it beside this one and carry your changes over."))
        return False
    except services.SameWordsError:
        form.add_error(None, _("The words are those already in force: nothing to publish."))
        return False
    messages.success(request, _("Published: version %(number)s") % {"number": version.number})
    return True


@managers_only
@require_POST
def beacon_pulse(request: AuthenticatedRequest) -> HttpResponse:
    """Make the draft of an anonymous pulse; its own page says what it can show and starts it."""
    version = queries.beacon_in_force()
    if version is None:
        raise Http404
    draft = services.draft_pulse(version=version, actor=request.user, now=timezone.now())
    messages.success(request, _("The draft is ready: look through the other three statements and start."))
    return redirect("surveys:staff_detail", draft.pk)


@managers_only
@require_POST
def beacon_vote(request: AuthenticatedRequest) -> HttpResponse:
    """Make the draft of an anonymous vote about the shortlist; its own page says what it can show and starts it."""
    try:
        draft = draft_vote(collection=under_way_or_404(), actor=request.user, now=timezone.now())
    except ShortlistError:
        messages.warning(request, _("Tick from two to six different sentences for the shortlist, then put them to the vote."))
        return redirect("programme:beacon_sort")
    return redirect("surveys:staff_detail", draft.pk)


@managers_only
@require_POST
def beacon_rhythm(request: AuthenticatedRequest) -> HttpResponse:
    """Let the pulse be prepared by itself every quarter or not."""
    is_on = request.POST.get("to") == "on"
    if set_pulse_rhythm(is_on=is_on, actor=request.user):
        messages.success(request, _("The pulse will be ready every quarter") if is_on else _("The pulse is prepared by your press only"))
    return redirect("programme:beacon")


@managers_only
@require_POST
def beacon_welcome(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Write to a newcomer."""
    employee = get_object_or_404(Employee, pk=pk)
    if services.welcome_newcomer(employee=employee, actor=request.user, now=timezone.now()):
        messages.success(request, _("The letter is on its way: %(name)s") % {"name": employee.name})
    else:
        messages.info(request, _("Nothing was sent: the letter has gone out already, or there is no address of their own."))
    return redirect("company:employee_edit", pk) if "from_employee" in request.POST else redirect("programme:beacon")


@managers_only
@require_safe
def beacon_newcomer(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Offer the welcome letter on the page of an employee; nothing for those it does not concern."""
    employee = get_object_or_404(Employee, pk=pk)
    is_newcomer = queries.is_newcomer(employee, timezone.localdate())
    context = {"employee": employee, "is_newcomer": is_newcomer, "welcome": queries.welcome_of(employee)}
    return render(request, "programme/beacon_newcomer.html", context)


@public
@csrf_exempt  # the signed mark of the page stands in for the cookie; see common/stamps.py
@private
@require_http_methods(["GET", "HEAD", "POST"])
def beacon_say(request: HttpRequest, token: str) -> HttpResponse:
    """Take a sentence from anybody who has the link, without a name."""
    collection = queries.round_by(token)
    if collection is None or not collection.is_open:
        return render(request, "programme/beacon_closed.html", {"is_known": collection is not None}, status=410 if collection else 404)
    stamp = read_stamp(PURPOSE, request.POST.get("stamp", ""), token)
    form = VariantForm(request.POST or None)
    if request.method == "POST" and stamp is None:
        form.add_error(None, _("The page was open for too long. Press the button once more."))
    if stamp and form.is_valid() and take(form, collection, stamp.key):
        return redirect(f"{request.path}?said=1")
    if request.method != "POST" and "said" in request.GET:
        return render(request, "programme/beacon_said.html", {"token": token})
    mark = request.POST["stamp"] if stamp else new_stamp(PURPOSE, token, timezone.now())
    return render(request, "programme/beacon_say.html", {"form": form, "stamp": mark}, status=status_of(form))


def take(form: VariantForm, collection: BeaconRound, key: uuid.UUID) -> bool:
    """Save a valid form; False with the reason on the form."""
    try:
        services.offer_variant(collection=collection, text=form.cleaned_data["text"], key=key, now=timezone.now())
    except services.TooManyError:
        form.add_error(None, _("Very many answers come at once. Wait ten minutes, your words are still here."))
        return False
    except services.RoundClosedError:
        form.add_error(None, _("The link was closed while you wrote. Say it to your manager in person."))
        return False
    return True
