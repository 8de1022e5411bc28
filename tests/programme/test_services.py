"""The demo company in, the demo company out."""

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Count, F, Sum

from churn.enums import LeaverState
from churn.models import CallerSettings, ExitCall, Leaver, ReasonChange, ReturnCampaign, ReturnTurn, ScriptVersion, WarningSign
from churn.services import find_leavers
from clients.models import Bill, Client, ClientMark, ClientSum, Incident, Purchase, ReminderTurn, RightScore, VisitReminder
from clients.services import send_visit_reminders
from company.formulas.morphology import word_forms_of
from company.models import Branch, Company, User
from company.queries import employees_to_ask
from mailing.models import Bounce, Message
from programme.formulas.gap import Gap
from programme.models import Praise
from programme.queries import gap_report
from programme.services import NewCompany, NotDemoError, NotEmptyError, load_demo, remove_demo, start_own_company
from programme.services.beacon_pulse import prepare_due_pulse
from surveys import services as surveys
from surveys.enums import CaseKind, CaseState, CommentKind, Rhythm, SurveyAudience, WaveState
from surveys.models import (
    Answer,
    Case,
    Contact,
    Door,
    MotiveGuess,
    MotiveStep,
    Promise,
    StaffBallot,
    StaffComment,
    StaffGroup,
    StaffTicket,
    StaffWave,
    Survey,
    Wave,
)
from surveys.queries import PromiseCounts, latest_result, movement, promise_counts, staff_rows
from touchpoints.enums import JourneyStage, Rating
from touchpoints.models import (
    Action,
    ActionComment,
    Audit,
    Fear,
    Hold,
    Lesson,
    MarkPhoto,
    PhoneCall,
    StandardCheck,
    Standing,
    TalkIdea,
    Touchpoint,
)
from touchpoints.services import check_standings

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=ZoneInfo("Europe/Moscow"))
OWN = NewCompany(
    name="Пекарня «Колос»",
    branches=("Центр", "Вокзал"),
    word_forms=word_forms_of("Гость"),
    currency="RUB",
    time_zone="Asia/Omsk",
    owner_name="Вера Котова",
    owner_email="vera@example.org",
    owner_password="длинный тестовый пароль",
)


def load(people: int = 150) -> None:
    """Load a small demo company."""
    load_demo(seed=7, now=NOW, people=people)


def count_from_one() -> None:
    """Let ids begin as in an empty installation: who is told nothing is drawn by them."""
    Company.objects.create(name="Пусто", is_demo=True)
    remove_demo()


def fingerprint() -> tuple[object, ...]:
    """What must be the same for the same seed and day."""
    return (
        list(Client.objects.order_by("external_id").values_list("external_id", "name", "phone", "email")),
        list(Purchase.objects.order_by("fingerprint").values_list("day", "cents", "product")),
        list(Answer.objects.order_by("client__external_id", "answered_at").values_list("score", "why", "answered_at")),
        list(Leaver.objects.order_by("client__external_id", "left_on").values_list("client__external_id", "left_on", "state")),
        list(ExitCall.objects.order_by("called_at", "leaver__client__external_id").values_list("attempt", "called_at", "second_score")),
        list(ReturnTurn.objects.order_by("client__external_id").values_list("state", "is_held_out", "letter")),
    )


def business_rows() -> dict[str, int]:
    """Count the rows of every table of ours."""
    models = [model for app in settings.LOCAL_APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    return {model._meta.label: model._default_manager.count() for model in models}


@pytest.mark.django_db
def test_demo_fills_every_step_of_the_loop() -> None:
    load()
    assert Company.objects.get().is_demo
    assert Branch.objects.count() == 4
    assert Client.objects.count() == 180
    assert Purchase.objects.aggregate(n=Count("pk"), cents=Sum("cents")) == ClientSum.objects.aggregate(
        n=Sum("n_purchases"), cents=Sum("cents")
    )
    assert Wave.objects.count() == 7
    assert Answer.objects.exclude(why="").exists()
    assert not Message.objects.filter(state__in=["queued", "claimed", "sending"]).exists()
    assert Touchpoint.objects.count() == 32
    assert Audit.objects.filter(state="done", round=None).count() == 3
    assert Action.objects.filter(due_on__lt=NOW.date(), done_at=None).count() == 2
    assert set(Leaver.objects.values_list("state", flat=True)) >= {LeaverState.QUEUED, LeaverState.TALKED, LeaverState.RETURNED}
    assert ExitCall.objects.filter(reasons__isnull=False).exists()


@pytest.mark.django_db
def test_demo_shows_what_touchpoints_can_do() -> None:
    load()
    assert Standing.objects.filter(worst=Rating.AWFUL, best=Rating.WOW).exists()
    assert check_standings() == 0
    gaps = {row.gap for row in gap_report(now=NOW, today=NOW.date()).rows}
    assert gaps >= {Gap.BLIND, Gap.HARSH}
    assert Audit.objects.exclude(guest_name="").count() == 2
    assert PhoneCall.objects.values("branch").distinct().count() == 4
    assert Touchpoint.objects.exclude(stage=JourneyStage.USE).exists()
    assert all(model.objects.exists() for model in (StandardCheck, MarkPhoto, ActionComment, Fear, TalkIdea, Hold, Lesson))


@pytest.mark.django_db
def test_demo_asks_its_own_people() -> None:
    load()
    waves = list(StaffWave.objects.order_by("starts_at").values_list("kind", "state", "is_lost"))
    assert waves == [
        ("enps", "closed", False),
        ("enps", "closed", False),
        ("motives", "closed", False),
        ("enps", "running", False),
        ("pulse", "draft", False),
    ]
    assert [row.wave.starts_at for row in staff_rows()] == list(StaffWave.objects.order_by("-pk").values_list("starts_at", flat=True))
    shown = StaffGroup.objects.filter(status="exact")
    assert shown.filter(dimension="").count() == 3
    assert shown.filter(dimension="branch").count() >= 6
    assert set(StaffComment.objects.values_list("question", flat=True)) == {"why", "ten"}
    assert (MotiveGuess.objects.count(), MotiveStep.objects.count()) == (1, 1)
    assert not StaffBallot.objects.exclude(wave__state="running").exists()
    assert not StaffTicket.objects.exclude(wave__state="running").exists()
    assert StaffBallot.objects.count() == StaffTicket.objects.filter(answered=True).count() > 0
    assert Counter(person.own_email for person in employees_to_ask([], NOW.date())) == {True: 34, False: 11}  # type: ignore[attr-defined]  # annotated


@pytest.mark.django_db
def test_praised_people_of_the_demo_had_their_letters() -> None:
    load()
    shown = Praise.objects.filter(state="shown").values_list("pk", "about__email")
    letters = Message.objects.filter(wave__kind="praised")
    sent = set(letters.filter(state="sent", sent_at__lt=NOW).values_list("wave__occurrence_key", "to_address"))
    assert sent == {(f"praise-{pk}", email) for pk, email in shown if email}
    assert len(sent) == letters.count() > 0


@pytest.mark.django_db
def test_demo_has_something_for_every_page_of_listening() -> None:
    load(400)
    survey = Survey.objects.get(rhythm=Rhythm.QUARTERLY)
    assert (survey.is_active, survey.waves.count(), survey.reminders.count()) == (True, 2, 2)
    assert survey.next_on is not None
    assert survey.next_on > NOW.date()
    assert Door.objects.filter(is_open=True).values_list("kind", flat=True).distinct().count() == 3
    assert set(Answer.objects.values_list("channel", flat=True)) == {"email", "phone", "qr", "kiosk", "widget"}
    assert Answer.objects.filter(channel="phone", interviewer=None).count() == 0
    assert Answer.objects.filter(kind="").exclude(why="", ten="").count() == 12
    assert set(Answer.objects.exclude(kind="").values_list("kind", flat=True)) == set(CommentKind.values)
    assert Answer.objects.filter(tags__isnull=False).exists()
    assert Answer.objects.filter(themes__isnull=False).exists()
    assert Wave.objects.filter(audience=SurveyAudience.PARTNERS, state=WaveState.CLOSED, answers__isnull=False).exists()
    assert set(Contact.objects.values_list("kind", flat=True)) == {"partners", "candidates"}
    assert ReminderTurn.objects.filter(is_held_out=True).exists()
    assert list(VisitReminder.objects.values_list("is_active", flat=True)) == [False, False]
    assert Bounce.objects.count() == Message.objects.exclude(bounced_at=None).count()


@pytest.mark.django_db
def test_loop_of_the_demo_is_closed_for_some_and_late_for_one() -> None:
    load(800)
    cases = Case.objects.values_list("state", flat=True)
    assert 6 <= len(cases) <= 14
    assert set(cases) == set(CaseState.values)
    assert Case.objects.filter(kind=CaseKind.SILENCE).exists()
    assert Case.objects.overdue(NOW).count() <= 1
    assert promise_counts(NOW.date()) == PromiseCounts(open=2, overdue=1, done=1, dropped=0, due=2, kept=1)
    assert movement(Promise.objects.get(action__state="done")) is not None


@pytest.mark.django_db
def test_demo_has_something_for_every_page_of_leaving() -> None:
    count_from_one()
    load(400)
    talks = ExitCall.objects.filter(is_rehearsal=False)
    assert set(talks.values_list("attempt", flat=True)) >= {1, 2, 3}
    assert talks.exclude(second_score=None).exists()
    assert ExitCall.objects.get(is_rehearsal=True).leaver.is_rehearsal
    assert [call for call in talks if call.called_at > NOW] == []
    assert list(Leaver.objects.annotate(n=Count("calls")).exclude(n=F("n_calls"))) == []
    assert ReasonChange.objects.get(step="merged").n_calls > 0
    assert ScriptVersion.objects.exclude(segment=None).count() == 2
    assert CallerSettings.objects.exclude(away_since=None).count() == 1
    assert set(Incident.objects.values_list("kind", flat=True)) == {"complaint", "conflict"}
    assert all(model.objects.exists() for model in (Bill, ClientMark, RightScore, WarningSign))
    campaign = ReturnCampaign.objects.get()
    assert (campaign.state, campaign.turns.filter(is_held_out=True).exists()) == ("running", True)
    assert set(campaign.turns.values_list("state", flat=True)) >= {"waiting", "ready", "told"}
    assert find_leavers(today=NOW.date()) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("now", [NOW, NOW.replace(month=12, day=1, hour=0), NOW.replace(month=3, day=31, hour=23)])
def test_background_work_finds_nothing_to_do_in_a_fresh_demo(now: dt.datetime) -> None:
    load_demo(seed=7, now=now, people=150)
    later = now + dt.timedelta(minutes=1)
    assert surveys.open_due_cases(now=later) == 0
    assert surveys.escalate_late_cases(now=later) == 0
    assert surveys.tell_kept_promises(now=later) == 0
    assert surveys.close_due_waves(now=later) == 0
    assert surveys.make_due_waves(now=later) == 0
    assert surveys.send_due_reminders(now=later) == 0
    assert surveys.plan_due_waves(now=later) == 0
    assert surveys.revisit_skipped(now=later) == 0
    assert surveys.assign_themes() == 0
    assert surveys.check_tally() == []
    assert send_visit_reminders(now=later) == 0
    assert prepare_due_pulse(now=later) is None
    assert not Message.objects.filter(state="queued").exists()


@pytest.mark.django_db
def test_score_of_the_demo_comes_from_letters_not_from_doors() -> None:
    load(400)
    latest = latest_result(NOW.date())
    assert latest is not None
    assert [point.wave.name for point in latest.points][-2:] == ["Лето", "Осень"]


@pytest.mark.django_db
def test_demo_is_the_same_for_a_seed_and_a_day() -> None:
    count_from_one()
    load(60)
    first = fingerprint()
    remove_demo()
    load(60)
    assert fingerprint() == first


@pytest.mark.django_db
def test_no_call_in_the_demo_is_made_by_the_responsible_person() -> None:
    load()
    assert [call for call in ExitCall.objects.all() if call.caller_id == call.responsible_id] == []


@pytest.mark.django_db
def test_demo_does_not_go_over_a_company(company: Company) -> None:
    with pytest.raises(NotEmptyError):
        load()
    assert Client.objects.count() == 0


@pytest.mark.django_db
def test_own_company_leaves_no_demo_row() -> None:
    load(60)
    owner = start_own_company(new=OWN)
    left = {label: count for label, count in business_rows().items() if count}
    assert owner.email == "vera@example.org"
    assert owner.check_password("длинный тестовый пароль")
    assert Company.objects.get().name == "Пекарня «Колос»"
    assert not Company.objects.get().is_demo
    assert [branch.name for branch in Branch.objects.all()] == ["Центр", "Вокзал"]
    assert set(left) == {
        "company.Company",
        "company.Branch",
        "company.User",
        "clients.ValueBand",
        "churn.Reason",
        "churn.ScriptVersion",
        "mailing.MailSettings",
    }


@pytest.mark.django_db
def test_real_company_is_never_removed(company: Company, owner: User) -> None:
    before = business_rows()
    with pytest.raises(NotDemoError):
        start_own_company(new=OWN)
    assert business_rows() == before
