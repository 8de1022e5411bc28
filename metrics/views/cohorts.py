"""Cohorts: who comes back how long after the first purchase, and the Clients behind each cell."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from clients.models import Segment
from common.periods import add_months, month_of
from common.sheets import book_response
from company.access import AuthenticatedRequest, managers_only
from company.models import Branch
from metrics.behind import Behind, behind_page
from metrics.cohort_board import Looked, cohort_board, cohort_name, cohort_sheets
from metrics.formulas.cohorts import AGES, MONTHS_PER_QUARTER, Cell, Counted, Measure
from metrics.pool_board import Chosen
from metrics.queries.cohorts import cohort_clients, cohort_size
from metrics.views.chosen import chosen_branch, chosen_day, chosen_month, chosen_segment


def looked_at(request: AuthenticatedRequest) -> Looked:
    """Return how the page is looked at; what is unknown in the address is as usual."""
    measure = request.GET.get("show", "")
    chosen = Chosen(chosen_day(request), chosen_branch(request), chosen_segment(request))
    return Looked(chosen, Measure(measure) if measure in set(Measure) else Measure.SHARE, by_quarter=request.GET.get("by") == "quarter")


@managers_only
@require_safe
def cohort_map(request: AuthenticatedRequest) -> HttpResponse:
    """Show the heat map of cohorts, or give it as a file when the address asks for `xlsx`."""
    looked = looked_at(request)
    if "xlsx" in request.GET:
        return book_response(f"cohorts-{looked.step}-{looked.chosen.today}", cohort_sheets(looked))
    lists = {"branches": Branch.objects.all(), "segments": Segment.objects.all()}
    keep = [("show", looked.measure.value), ("by", looked.step)]
    context = {"looked": looked, "chosen": looked.chosen, "keep": keep, **lists, **cohort_board(looked)}
    return render(request, "metrics/cohorts.html", context)


@managers_only
@require_safe
def cohort_clients_list(request: AuthenticatedRequest) -> HttpResponse:
    """Name the Clients behind one cell."""
    looked, first, age = looked_at(request), chosen_month(request, "cohort"), chosen_age(request)
    months = [add_months(first, shift) for shift in range(MONTHS_PER_QUARTER if looked.by_quarter else 1)]
    if add_months(months[-1], age) >= month_of(looked.chosen.today):
        raise Http404
    clients = cohort_clients(months, age, **looked.chosen.group)
    name = cohort_name(first, looked)
    behind = Behind(
        clients=clients,
        title=ngettext("Came in %(cohort)s, %(age)s month later", "Came in %(cohort)s, %(age)s months later", age)
        % {"cohort": name, "age": age},
        back=f"{reverse('metrics:cohorts')}?{looked.query}",
        back_label=_("Cohorts"),
        month_label=_("Money of the month"),
        file_name=f"cohort-{first:%Y-%m}-{age}",
    )
    cell = Cell(age, cohort_size(months, **looked.chosen.group), Counted(clients.count()), 0)
    return behind_page(request, behind, {"chosen": looked.chosen, "cell": cell})


def chosen_age(request: AuthenticatedRequest) -> int:
    """Return the age in months named in the address; a wrong one is 404."""
    text = request.GET.get("age", "")
    if not text.isdecimal() or not text.isascii() or len(text) > len(str(AGES)) or int(text) >= AGES:
        raise Http404
    return int(text)
