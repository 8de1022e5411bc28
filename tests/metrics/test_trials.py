"""Experiments: who is drawn, what is promised, that nobody peeks, and when one may stop."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction

from clients.models import Client, Segment, ValueBand
from clients.services import set_value_bands
from common.assignment import is_held_out
from common.experiments import compare_means, compare_shares
from common.sequential import boundaries
from company.models import Branch, User
from mailing.models import Message
from mailing.services import suppress
from metrics.enums import TrialGoal, TrialKind, TrialSkip, TrialState
from metrics.formulas.trials import Arm, Past, Seen
from metrics.models import Trial, TrialLook, TrialMember
from metrics.queries import trials as found
from metrics.services import trials as services
from metrics.services.trials import TrialError
from tests.metrics.trial_world import LETTER, NOW, TODAY, buy, people, person, plan, prepared, started

pytestmark = pytest.mark.usefixtures("company")


def day(number: int) -> dt.date:
    """Return so many days after the draw."""
    return TODAY + dt.timedelta(number)


def test_the_same_form_twice_is_one_experiment(manager: User) -> None:
    key = uuid.uuid4()
    first = services.create_trial(plan=plan(), request_key=key, actor=manager)
    assert services.create_trial(plan=plan(name="Again"), request_key=key, actor=manager) == first
    assert Trial.objects.get().name == "Call the silent"


def test_chance_draws_once_by_the_stable_hash(manager: User) -> None:
    clients = people(40)
    trial = started(manager, held_out_percent=30)
    held = set(trial.members.filter(is_held_out=True).values_list("client", flat=True))
    assert held == {client.pk for client in clients if is_held_out(f"trial-{trial.pk}", client.pk, 30)}
    with pytest.raises(TrialError):
        services.start_trial(trial=trial, actor=manager, today=TODAY, now=NOW)
    person(99)
    assert trial.members.count() == 40


def test_who_cannot_be_called_is_in_neither_group(manager: User) -> None:
    people(20)
    person(30, phone="")
    person(31, do_not_call=True)
    person(32, phone="+79000000001")
    Client.objects.create(name="Never bought", phone="+79000009999")
    trial = prepared(manager)
    assert found.group_of(found.wanted_of(trial), TODAY) == found.Group(all=23, takers=20, no_address=1, asked_not=1)
    assert found.group_of(found.wanted_of(trial), TODAY).doubles == 1
    services.start_trial(trial=trial, actor=manager, today=TODAY, now=NOW)
    assert trial.members.count() == 20


def test_the_group_is_narrowed_by_branch_segment_band_and_silence(manager: User) -> None:
    branch, segment = Branch.objects.create(name="North"), Segment.objects.create(name="Private")
    low, _high = ValueBand.objects.create(up_to=150_00), ValueBand.objects.create(up_to=None)
    wanted = person(1, 40, branch=branch, segment=segment)
    person(2, 40)
    person(3, 40, 60, branch=branch, segment=segment)
    person(4, 10, branch=branch, segment=segment)
    person(5, 99, branch=branch, segment=segment)
    trial = prepared(manager, branches=[branch], segments=[segment], bands=[low], silent_from=20, silent_to=50)
    assert found.takers(found.wanted_of(trial), TODAY) == [wanted.pk]


def test_a_band_that_is_gone_does_not_widen_the_group_to_everybody(manager: User) -> None:
    people(20)
    low = ValueBand.objects.create(up_to=150_00)
    ValueBand.objects.create(up_to=None)
    trial = prepared(manager, bands=[low])
    set_value_bands(upper_ends=[99_00])
    with pytest.raises(TrialError, match="больше нет"):
        services.start_trial(trial=trial, actor=manager, today=TODAY, now=NOW)
    assert not TrialMember.objects.exists()
    services.change_trial(trial=trial, plan=plan(bands=list(ValueBand.objects.all())), actor=manager)
    services.start_trial(trial=trial, actor=manager, today=TODAY, now=NOW)
    assert TrialMember.objects.count() == 20


def test_a_group_with_nobody_to_compare_is_refused_and_nothing_is_kept(manager: User) -> None:
    people(3)
    trial = prepared(manager, held_out_percent=1)
    with pytest.raises(TrialError):
        services.start_trial(trial=trial, actor=manager, today=TODAY, now=NOW)
    trial.refresh_from_db()
    assert (trial.state, trial.started_on, TrialMember.objects.count()) == (TrialState.DRAFT, None, 0)


def test_letters_leave_for_the_told_only(manager: User) -> None:
    people(20)
    suppress(address="c3@example.org", reason="unsubscribed", source="page")
    trial = started(manager, kind=TrialKind.LETTER, letter=LETTER)
    told = trial.members.filter(is_held_out=False)
    assert trial.members.count() == 19
    assert sorted(Message.objects.values_list("to_address", flat=True)) == sorted(told.values_list("client__email", flat=True))
    assert set(told.values_list("told_on", "message__external_key")) == {(TODAY, str(pk)) for pk in told.values_list("pk", flat=True)}
    assert trial.members.filter(is_held_out=True).exclude(told_on=None, message=None).count() == 0


def test_the_past_is_that_of_just_such_clients(manager: User) -> None:
    """On the latest day looked at, 31 days ago, two had been silent for 20 to 50 days: one came back, one did not."""
    person(1, 31 + 30, 31 - 5)
    person(2, 31 + 30)
    person(3, 31 + 5)
    person(4, 31 - 1)
    trial = prepared(manager, silent_from=20, silent_to=50)
    wanted = found.wanted_of(trial)
    past = found.past_of_such(wanted, 30, TODAY)
    assert (past.n, past.came, past.cents, past.squares) == (2, 1, 100_00, 100_00**2)
    assert past.share == pytest.approx(0.5)
    assert not past.is_enough


def test_bands_of_the_past_are_as_of_then(manager: User) -> None:
    low, _high = ValueBand.objects.create(up_to=150_00), ValueBand.objects.create(up_to=None)
    """Of the low band only before the second purchase: 91 days ago, without a purchase after it, and 61 days ago, with one."""
    person(1, 100, 60, 20)
    trial = prepared(manager, bands=[low], window_days=30)
    past = found.past_of_such(found.wanted_of(trial), 30, TODAY)
    assert past == Past(n=2, came=1, cents=100_00, squares=100_00**2)


def test_who_was_told_about_that_time_is_left_out_of_the_past(manager: User) -> None:
    for client in people(30, 200):
        buy(client, TODAY - dt.timedelta(20))
    trial = started(manager)
    for member in trial.members.filter(is_held_out=False):
        TrialMember.objects.filter(pk=member.pk).update(told_on=TODAY - dt.timedelta(31))
    before = found.past_of_such(found.wanted_of(trial), 30, TODAY)
    TrialMember.objects.update(told_on=None)
    after = found.past_of_such(found.wanted_of(trial), 30, TODAY)
    assert before.n < after.n


def test_no_look_before_its_day_is_over_and_loaded(manager: User) -> None:
    people(20)
    trial = started(manager)
    assert services.take_due_looks(today=day(30)) == 0
    assert services.take_due_looks(today=day(31)) == 0
    buy(Client.objects.first() or person(50), day(30))
    assert services.take_due_looks(today=day(31)) == 1
    assert services.take_due_looks(today=day(32)) == 0
    trial.refresh_from_db()
    assert (trial.state, trial.ended_on, TrialLook.objects.count()) == (TrialState.DONE, day(30), 1)


def test_a_visit_booked_for_a_day_to_come_makes_no_look_ripe(manager: User) -> None:
    clients = people(20)
    started(manager)
    buy(clients[0], day(60))
    assert services.take_due_looks(today=day(31)) == 0


def test_purchases_that_never_come_hold_a_look_up_for_two_weeks(manager: User) -> None:
    people(20)
    started(manager)
    assert services.take_due_looks(today=day(44)) == 0
    assert services.take_due_looks(today=day(45)) == 1


def test_a_look_counts_from_the_draw_to_its_day(manager: User) -> None:
    people(20)
    trial = started(manager)
    told = [member.client for member in trial.members.filter(is_held_out=False)]
    held = [member.client for member in trial.members.filter(is_held_out=True)]
    buy(told[0], day(1), day(2))
    buy(told[1], day(30))
    buy(told[2], TODAY)
    buy(told[3], day(31))
    buy(held[0], day(10))
    services.take_due_looks(today=day(40))
    seen = Seen.of_kept(TrialLook.objects.get().figures)
    assert seen.told == Arm(len(told), 2, 3, 5, 300_00, 200_00**2 + 100_00**2)
    assert seen.held == Arm(len(held), 1, 1, 1, 100_00, 100_00**2)
    assert seen.z == pytest.approx(1.959964, abs=1e-5)
    assert seen.shares == compare_shares(2, len(told), 1, len(held), seen.z or 0)
    assert seen.money == compare_means(seen.told.money, seen.held.money, seen.z or 0)


def test_late_looks_see_what_punctual_ones_would_have(manager: User) -> None:
    people(60)
    trial = started(manager, looks=3)
    told = list(trial.members.filter(is_held_out=False))
    for number, member in enumerate(told):
        buy(member.client, day(1 + 2 * number))
    services.take_due_looks(today=day(100))
    rows = TrialLook.objects.order_by("number").values_list("number", "looked_on", "share_known")
    assert list(rows) == [(1, day(10), 10 / 30), (2, day(20), 20 / 30), (3, day(30), 1.0)]
    looks = [Seen.of_kept(look.figures) for look in TrialLook.objects.order_by("number")]
    assert [seen.z for seen in looks] == pytest.approx(boundaries([10 / 30, 20 / 30, 1], [seen.information for seen in looks]))
    assert [seen.told.came for seen in looks] == [5, 10, min(15, len(told))]


def test_a_look_at_nothing_judges_nothing(manager: User) -> None:
    people(20)
    trial = started(manager, looks=2)
    buy(person(77), day(15))
    services.take_due_looks(today=day(16))
    look = TrialLook.objects.get()
    assert (look.figures["z"], look.is_seen) == (None, False)
    assert Seen.of_kept(look.figures).judged(trial.goal) is None


def test_stopping_early_needs_a_boundary_crossed(manager: User) -> None:
    people(60)
    trial = started(manager, looks=2)
    with pytest.raises(TrialError):
        services.conclude_trial(trial=trial, conclusion="Enough", actor=manager, today=day(10))
    for member in trial.members.filter(is_held_out=False):
        buy(member.client, day(5))
    buy(person(77), day(16))
    services.take_due_looks(today=day(16))
    services.conclude_trial(trial=trial, conclusion="Call everybody", actor=manager, today=day(17))
    trial.refresh_from_db()
    assert (trial.state, trial.ended_on, trial.conclusion) == (TrialState.STOPPED, day(17), "Call everybody")
    assert services.take_due_looks(today=day(60)) == 0


def test_a_finished_experiment_keeps_its_conclusion(manager: User) -> None:
    people(20)
    trial = started(manager)
    services.take_due_looks(today=day(60))
    services.conclude_trial(trial=trial, conclusion="Not worth it", actor=manager, today=day(61))
    trial.refresh_from_db()
    assert (trial.state, trial.ended_on, trial.conclusion) == (TrialState.DONE, day(30), "Not worth it")


def test_money_is_judged_by_money(manager: User) -> None:
    people(40)
    trial = started(manager, goal=TrialGoal.MONEY, cost_cents=50_00)
    for member in trial.members.all():
        buy(member.client, day(3), cents=100_00 if member.is_held_out else 500_00 + member.pk)
    for member in trial.members.filter(is_held_out=False)[:10]:
        services.tell_member(member=member, actor=manager, today=TODAY)
    buy(person(77), day(30))
    services.take_due_looks(today=day(31))
    look = TrialLook.objects.get()
    seen = Seen.of_kept(look.figures)
    gain = seen.gain(50_00)
    assert look.is_seen
    assert gain is not None
    assert gain.cost_cents == 10 * 50_00
    assert gain.net == gain.cents - 10 * 50_00
    assert gain.cents == round((seen.told.money.mean - seen.held.money.mean) * seen.told.n)


def test_ticks_are_for_the_told_and_are_taken_back(manager: User) -> None:
    people(20)
    trial = started(manager)
    told, held = (trial.members.filter(is_held_out=side).first() for side in (False, True))
    assert told is not None
    assert held is not None
    services.tell_member(member=told, actor=manager, today=TODAY)
    with pytest.raises(TrialError):
        services.tell_member(member=held, actor=manager, today=TODAY)
    told.refresh_from_db()
    assert (told.told_on, told.told_by) == (TODAY, manager)
    services.untell_member(member=told, actor=manager)
    assert trial.members.filter(told_on__isnull=False).count() == 0


def test_who_asks_not_to_be_called_is_left_in_peace_and_stays_in_the_group(manager: User) -> None:
    people(20)
    trial = started(manager)
    member = trial.members.filter(is_held_out=False).select_related("trial")[0]
    Client.objects.filter(pk=member.client_id).update(do_not_call=True)
    services.tell_member(member=member, actor=manager, today=TODAY)
    member.refresh_from_db()
    assert (member.told_on, member.skip_reason, member.is_held_out) == (None, TrialSkip.ASKED_NOT, False)
    assert found.arms_of(trial, TODAY, day(5))[0].n == trial.promised["told"]


def test_only_another_kind_is_ticked_at_once(manager: User) -> None:
    people(20)
    call, other = started(manager), started(manager, kind=TrialKind.OTHER)
    assert services.tell_all(trial=call, actor=manager, today=TODAY) == 0
    assert services.tell_all(trial=other, actor=manager, today=TODAY) == other.promised["told"]


def test_overlap_with_other_experiments_is_counted(manager: User) -> None:
    people(20)
    first, second = started(manager), prepared(manager, name="Second")
    overlap = found.overlap_of(second, found.wanted_of(second), TODAY)
    assert [(trial.pk, n) for trial, n in overlap.trials] == [(first.pk, 20)]
    assert overlap.reminded == 0


def test_a_begun_experiment_is_neither_changed_nor_thrown_away(manager: User) -> None:
    people(20)
    trial = started(manager)
    with pytest.raises(TrialError):
        services.change_trial(trial=trial, plan=plan(name="Other"), actor=manager)
    with pytest.raises(TrialError):
        services.drop_trial(trial=trial, actor=manager)
    assert Trial.objects.get().name == "Call the silent"


def test_a_draft_is_changed_and_thrown_away(manager: User) -> None:
    trial = prepared(manager, kind=TrialKind.LETTER, letter=LETTER)
    services.change_trial(trial=trial, plan=plan(name="Other"), actor=manager)
    trial.refresh_from_db()
    assert (trial.name, trial.kind, trial.template) == ("Other", TrialKind.CALL, None)
    services.drop_trial(trial=trial, actor=manager)
    assert Trial.objects.count() == 0


@pytest.mark.parametrize(
    "values",
    [
        {"held_out_percent": 0},
        {"held_out_percent": 91},
        {"window_days": 0},
        {"looks": 11},
        {"cost_cents": -1},
        {"silent_from": 9, "silent_to": 5},
        {"state": TrialState.RUNNING},
        {"ended_on": TODAY},
        {"name": ""},
    ],
)
def test_the_database_keeps_the_rules(manager: User, values: dict[str, object]) -> None:
    trial = prepared(manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        Trial.objects.filter(pk=trial.pk).update(**values)


def test_the_held_out_cannot_be_told_even_by_mistake(manager: User) -> None:
    people(20)
    member = started(manager).members.filter(is_held_out=True)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        TrialMember.objects.filter(pk=member.pk).update(told_on=TODAY)
