"""Motives and pulses: a manager's guess before the results, the results with gaps, and what is done about them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from company.access import AuthenticatedRequest, managers_only
from company.models import User
from company.queries import company_day
from surveys.enums import GroupStatus, Motive, StaffSlice, StaffSurveyKind, WaveState
from surveys.models import StaffGroup, StaffWave
from surveys.motive_forms import StepForm, step_form
from surveys.motive_words import pulse_row, team_page
from surveys.queries import Team, groups_before, motive_groups, motive_ratings, open_guesses, own_guesses, teams_to_guess, wave_asked_before
from surveys.rating_forms import PREFIX, RatingsForm
from surveys.services import GuessTooLateError, make_step, repeat_staff_wave, seal_guess
from surveys.staff_words import withheld_lines


@managers_only
@require_http_methods(["GET", "POST"])
def staff_guess(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Let a manager guess how a team will rate the ten motives; nothing of the results shows here."""
    wave, now = get_object_or_404(StaffWave, pk=pk, kind=StaffSurveyKind.MOTIVES), timezone.now()
    if is_over(wave):
        messages.info(request, _("The time for guesses is over."))
        return redirect("surveys:staff_detail", pk)
    teams = own_first(teams_to_guess(wave, company_day(now)), request.user)
    sealed = own_guesses(wave, request.user)
    team = chosen_team(request, teams)
    guess = sealed.get(team.key)
    form = RatingsForm(request.POST or None, initial=dict(zip(fields(), guess.ratings, strict=True)) if guess else None)
    if request.method == "POST" and form.is_valid():
        return sealed_guess(request, wave, team, form.ratings())
    context = {
        "wave": wave,
        "teams": [(one, one.key in sealed) for one in teams],
        "team": team,
        "guess": guess,
        "form": form,
        "rows": form.rows(),
    }
    return render(request, "surveys/staff_guess.html", context, status=422 if form.is_bound else 200)


def is_over(wave: StaffWave) -> bool:
    """Say whether the ballots may have been opened."""
    return wave.state == WaveState.CLOSED or (wave.state == WaveState.RUNNING and wave.closes_at <= timezone.now())


def fields() -> list[str]:
    """Return the names of the ten fields."""
    return [PREFIX + motive.value for motive in Motive]


def own_first(teams: list[Team], user: User) -> list[Team]:
    """Return the teams with the manager's own branch before all others."""
    own = (StaffSlice.BRANCH.value, str(user.branch_id))
    return sorted(teams, key=lambda team: team.key != own)


def chosen_team(request: AuthenticatedRequest, teams: list[Team]) -> Team:
    """Return the team in the address, the first one without it; there is no page of an unknown team."""
    asked = request.GET.get("team")
    found = teams if asked is None else [team for team in teams if team.name == asked]
    if not found:
        raise Http404
    return found[0]


def sealed_guess(request: AuthenticatedRequest, wave: StaffWave, team: Team, ratings: tuple[int, ...]) -> HttpResponse:
    """Seal the guess and go back to it."""
    try:
        seal_guess(wave=wave, guesser=request.user, dimension=team.dimension, value=team.value, ratings=ratings, now=timezone.now())
    except GuessTooLateError:
        messages.warning(request, _("Not sealed: the time for guesses has just run out."))
        return redirect("surveys:staff_detail", wave.pk)
    messages.success(request, _("Your guess is sealed."))
    return redirect(reverse("surveys:staff_guess", args=[wave.pk], query={"team": team.name}))


@managers_only
@require_http_methods(["GET", "POST"])
def staff_step(request: AuthenticatedRequest, pk: int, group_pk: int) -> HttpResponse:
    """Turn what a team wants into an action."""
    group = get_object_or_404(
        StaffGroup.objects.select_related("wave"), pk=group_pk, wave=pk, wave__kind=StaffSurveyKind.MOTIVES, status=GroupStatus.EXACT
    )
    asked = request.GET.get("motive", "")
    if request.method == "GET" and asked not in Motive.values:
        raise Http404
    form = StepForm(request.POST) if request.method == "POST" else step_form(Motive(asked), request.user)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data | {"motive": Motive(form.cleaned_data["motive"])}
        make_step(group=group, actor=request.user, **values)
        messages.success(request, _("The action is on the list."))
        return redirect(team_url(group))
    motive = request.POST.get("motive", asked)
    context = {"group": group, "form": form, "motive": Motive(motive) if motive in Motive.values else None, "back": team_url(group)}
    return render(request, "surveys/staff_step.html", context, status=422 if form.is_bound else 200)


def team_url(group: StaffGroup) -> str:
    """Return the address of a team's results."""
    query = {"team": team_name(group)} if group.dimension else {}
    return reverse("surveys:staff_detail", args=[group.wave_id], query=query) + "#steps"


def team_name(group: StaffGroup) -> str:
    """Return a group as it stands in an address."""
    return f"{group.dimension}:{group.value}" if group.dimension else ""


def motives_context(wave: StaffWave, user: User, team: str = "") -> dict[str, object]:
    """Return a closed survey of motives as `surveys/_staff_motives.html` shows it, one released team at a time."""
    groups = motive_groups(wave)
    shown = [group for group in groups if motive_ratings(group)]
    chosen = next((group for group in shown if team_name(group) == team), shown[0] if shown else None)
    before = wave_asked_before(wave)
    past = groups_before(wave, before)
    page = team_page(chosen, past.get((chosen.dimension, chosen.value)), open_guesses(wave, user)) if chosen else None
    return {
        "teams": [(team_name(group), group) for group in shown],
        "chosen": chosen,
        "page": page,
        "before": before if chosen and (chosen.dimension, chosen.value) in past else None,
        "step_forms": [(step, None if step.made else step_form(step.motive, user)) for step in page.steps] if page else [],
        "withheld": withheld_lines(groups, wave.threshold),
    }


def pulse_context(wave: StaffWave) -> dict[str, object]:
    """Return a closed pulse as `surveys/_staff_pulse.html` shows it."""
    groups = list(wave.groups.all())
    before = wave_asked_before(wave)
    past = groups_before(wave, before)
    rows = [pulse_row(group, past.get((group.dimension, group.value)), len(wave.options)) for group in groups]
    return {
        "everybody": next((row for row in rows if not row.group.dimension), None),
        "pulse_rows": [row for row in rows if row.group.dimension and row.group.status != GroupStatus.WITHHELD],
        "before": before,
        "chance": 1 / len(wave.options),
        "withheld": withheld_lines(groups, wave.threshold),
    }


@managers_only
@require_POST
def staff_repeat(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Make a draft like a survey that is over."""
    wave = get_object_or_404(StaffWave, pk=pk, state=WaveState.CLOSED)
    draft = repeat_staff_wave(wave=wave, actor=request.user, now=timezone.now())
    messages.success(request, _("Here is a draft like the last time: look through it and start."))
    return redirect("surveys:staff_preview", draft.pk)
