"""Standards: kept how often, which ones slip, their pages."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from company.models import Branch, User
from touchpoints import catalogue, queries, services
from touchpoints.formulas.standards import Share, slips, steps_together
from touchpoints.models import Audit, AuditRound, Standard, StandardCheck, Touchpoint
from touchpoints.ready_standards import read_standards, ready_sentences


def url(view: str, *args: object) -> str:
    return reverse(f"touchpoints:{view}", args=args)


def standard(point: Touchpoint, sentence: str = "Трубку берут до третьего гудка", **fields: object) -> Standard:
    return Standard.objects.create(touchpoint=point, sentence=sentence, **fields)


def checked(
    one: Standard, answers: str, *, days_ago: int, branch: Branch | None = None, within: AuditRound | None = None, state: str = "done"
) -> None:
    """Save the answers of auditors who finished that many days ago, "+" for kept: several walk one round together."""
    moment = timezone.now() - dt.timedelta(days=days_ago)
    within = within or (AuditRound.objects.create() if len(answers) > 1 else None)
    for answer in answers:
        finished = moment if state == "done" else None
        audit = Audit.objects.create(round=within, branch=branch, due_on=moment.date(), state=state, finished_at=finished)
        StandardCheck.objects.create(audit=audit, standard=one, is_kept=answer == "+", checked_at=moment)


# ---- arithmetic


@pytest.mark.parametrize(
    ("newest_first", "falls"),
    [
        ([Share(1, 4), Share(2, 4), Share(3, 4)], True),
        ([Share(2, 4), Share(1, 2), Share(3, 4)], False),
        ([Share(3, 4), Share(2, 4), Share(1, 4)], False),
        ([Share(0, 1), Share(0, 1), Share(1, 1)], True),
        ([Share(0, 1), Share(0, 1), Share(0, 1)], False),
        ([Share(0, 1), Share(1, 1)], False),
        ([], False),
    ],
)
def test_share_slips_when_it_falls_twice_running_or_to_nought_and_stays(newest_first: list[Share], falls: bool) -> None:
    assert slips(newest_first) is falls


def test_company_counts_only_branches_with_three_audits() -> None:
    long, short = [Share(1, 2), Share(2, 2), Share(2, 2)], [Share(0, 2)]
    assert steps_together([long, short]) == long
    assert steps_together([short]) == []


# ---- reads


def test_auditors_of_a_round_count_together_and_walks_under_way_do_not(sign: Touchpoint, garden: Branch) -> None:
    one = standard(sign)
    checked(one, "++-", days_ago=5, branch=garden)
    checked(one, "-", days_ago=1, branch=garden, state="walking")
    assert queries.courses_of([one])[0].now == Share(2, 3)


def test_last_audit_of_every_branch_makes_the_share_in_force(sign: Touchpoint, garden: Branch, factory: Branch) -> None:
    one = standard(sign)
    checked(one, "-", days_ago=30, branch=garden)
    checked(one, "+", days_ago=2, branch=garden)
    checked(one, "-", days_ago=3, branch=factory)
    course = queries.courses_of([one])[0]
    assert (course.now, course.steps) == (Share(1, 2), [])


def test_fall_of_two_audits_running_raises_an_alert(sign: Touchpoint, garden: Branch, factory: Branch) -> None:
    one, calm = standard(sign), standard(sign, "Вывеска горит")
    for days, kept in ((90, "+++"), (60, "++-"), (30, "+--")):
        checked(one, kept, days_ago=days, branch=garden)
        checked(calm, "++", days_ago=days, branch=garden)
        checked(one, "++", days_ago=days, branch=factory)
    (course,) = queries.slipping_standards(timezone.localdate())
    assert (course.standard, [branch.branch for branch in course.slipping_branches]) == (one, [garden])
    assert course.steps == [Share(3, 5), Share(4, 5), Share(5, 5)]


def test_two_branches_in_turn_are_no_fall(sign: Touchpoint, garden: Branch, factory: Branch) -> None:
    one = standard(sign)
    checked(one, "++", days_ago=90, branch=garden)
    checked(one, "+-", days_ago=60, branch=factory)
    checked(one, "--", days_ago=30, branch=None)
    assert queries.slipping_standards(timezone.localdate()) == []


def test_old_fall_of_one_branch_is_no_news_though_another_was_checked(sign: Touchpoint, garden: Branch, factory: Branch) -> None:
    one = standard(sign)
    for days, kept in ((600, "++"), (500, "+-"), (400, "--")):
        checked(one, kept, days_ago=days, branch=garden)
    checked(one, "+-", days_ago=2, branch=factory)
    assert queries.slipping_standards(timezone.localdate()) == []


def test_fall_older_than_a_year_is_no_news(sign: Touchpoint) -> None:
    one = standard(sign)
    for days, kept in ((600, "+"), (500, "-"), (400, "-")):
        checked(one, kept, days_ago=days)
    assert queries.slipping_standards(timezone.localdate()) == []
    assert queries.courses_of([one])[0].slips


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_entry_of_the_catalogue_has_ready_standards_that_fit(language: str) -> None:
    ready = read_standards(language)
    assert set(ready) == {entry.key for entry in catalogue.read_entries(language)}
    assert all(sentences and max(map(len, sentences)) <= 200 and len(set(sentences)) == len(sentences) for sentences in ready.values())


def test_point_of_our_own_has_no_ready_standards() -> None:
    assert ready_sentences("") == []


# ---- writes


def test_same_sentence_twice_at_a_point_is_refused_by_the_database(sign: Touchpoint) -> None:
    standard(sign)
    with pytest.raises(IntegrityError, match="standard_once"):
        standard(sign)


def test_added_standards_skip_those_there_already(sign: Touchpoint, manager: User) -> None:
    standard(sign, "Горит")
    assert services.add_standards(touchpoint=sign, sentences=["Горит", "Видна", "Видна"], actor=manager) == 1
    assert list(sign.standards.values_list("sentence", "position")) == [("Горит", 0), ("Видна", 1)]


def test_mended_wording_keeps_the_counts_and_another_demand_starts_from_nought(sign: Touchpoint, manager: User) -> None:
    one = standard(sign)
    checked(one, "+", days_ago=1)
    services.change_standard(standard=one, sentence="Берут до второго гудка", starts_anew=False, actor=manager)
    assert queries.courses_of([one])[0].now == Share(1, 1)
    other = services.change_standard(standard=one, sentence="Берут сразу", starts_anew=True, actor=manager)
    one.refresh_from_db()
    assert (one.is_archived, queries.courses_of([other])[0].now) == (True, None)


def test_standard_replaced_by_somebody_else_is_not_replaced_again(sign: Touchpoint, manager: User) -> None:
    one = standard(sign)
    services.change_standard(standard=one, sentence="Берут сразу", starts_anew=True, actor=manager)
    for starts_anew in (True, False):
        with pytest.raises(services.ClosedError):
            services.change_standard(standard=one, sentence="Берут сразу", starts_anew=starts_anew, actor=manager)
    assert sorted(sign.standards.values_list("sentence", "is_archived")) == sorted([(one.sentence, True), ("Берут сразу", False)])


def test_standard_moves_among_its_neighbours_and_stays_at_the_edge(sign: Touchpoint, manager: User) -> None:
    first, second = standard(sign, "А"), standard(sign, "Б", position=1)
    services.move_standard(standard=second, up=True, actor=manager)
    services.move_standard(standard=second, up=True, actor=manager)
    assert list(sign.standards.values_list("pk", flat=True)) == [second.pk, first.pk]


# ---- pages


@pytest.mark.parametrize("view", ["standard_list", "standard_start"])
def test_empty_map_leads_to_the_catalogue(as_manager: Browser, view: str) -> None:
    assert reverse("touchpoints:catalogue") in as_manager.get(reverse(f"touchpoints:{view}")).content.decode()


def test_empty_page_says_what_to_do_next(as_manager: Browser, sign: Touchpoint) -> None:
    text = as_manager.get(url("standard_list")).content.decode()
    assert url("map") in text


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_a_fixed_number_of_queries(
    as_staff: Browser, garden: Branch, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        one = standard(Touchpoint.objects.create(name=f"Точка {number}", kind="service"))
        for days, kept in ((3, "+"), (2, "-"), (1, "-")):
            checked(one, kept, days_ago=days, branch=garden)
    with django_assert_num_queries(13):
        assert len(as_staff.get(url("standard_list")).context["slipping"]) == count


def test_list_filters_by_words_and_by_slipping(as_staff: Browser, sign: Touchpoint, smile: Touchpoint) -> None:
    standard(sign, "Вывеска горит")
    falling = standard(smile, "Улыбнулись")
    for days, kept in ((3, "+"), (2, "-"), (1, "-")):
        checked(falling, kept, days_ago=days)

    def found(**query: str) -> list[str]:
        return [group.touchpoint.name for group in as_staff.get(url("standard_list"), query).context["groups"]]

    assert (found(q="горит"), found(q="улыб"), found(slipping="1"), found(q="нет такого")) == (["Вывеска"], ["Улыбка"], ["Улыбка"], [])


def test_ready_and_own_standards_are_added_together(as_manager: Browser) -> None:
    point = Touchpoint.objects.create(name="Голос", kind="business", catalogue_key="business.first_call")
    ready = ready_sentences(point.catalogue_key)[0]
    answer = as_manager.post(url("standard_add", point.pk), {"ready": [ready], "own": "Говорят  «спасибо»\n\nПерезванивают за час"})
    assert answer["Location"] == url("touchpoint_detail", point.pk)
    assert list(point.standards.values_list("sentence", flat=True)) == [ready, "Говорят «спасибо»", "Перезванивают за час"]


@pytest.mark.parametrize("own", ["", "   \n ", "а" * 201])
def test_wrong_standards_come_back_as_typed(as_manager: Browser, sign: Touchpoint, own: str) -> None:
    answer = as_manager.post(url("standard_add", sign.pk), {"own": own})
    assert (answer.status_code, answer.context["form"]["own"].value(), Standard.objects.count()) == (422, own, 0)


def test_starter_set_goes_to_ticked_points_only(as_manager: Browser) -> None:
    call = Touchpoint.objects.create(name="Голос", kind="business", catalogue_key="business.first_call")
    Touchpoint.objects.create(name="Сайт", kind="business", catalogue_key="business.website")
    assert as_manager.post(url("standard_start"), {}).status_code == 422
    as_manager.post(url("standard_start"), {"points": [call.pk]})
    assert set(Standard.objects.values_list("touchpoint", flat=True)) == {call.pk}


def test_standard_is_changed_and_a_double_is_refused(as_manager: Browser, sign: Touchpoint) -> None:
    one = standard(sign, "А")
    standard(sign, "Б")
    assert as_manager.post(url("standard_edit", one.pk), {"sentence": "Б"}).status_code == 422
    as_manager.post(url("standard_edit", one.pk), {"sentence": "В"})
    one.refresh_from_db()
    assert one.sentence == "В"


def test_archived_standard_keeps_its_page_and_is_not_edited(as_manager: Browser, sign: Touchpoint) -> None:
    one = standard(sign)
    checked(one, "+", days_ago=1)
    as_manager.post(url("standard_archive", one.pk))
    page = as_manager.get(url("standard_detail", one.pk))
    assert [result.share for result in page.context["results"]] == [Share(1, 1)]
    assert as_manager.get(url("standard_edit", one.pk)).status_code == 404
    assert as_manager.post(url("standard_move", one.pk), {"direction": "up"}).status_code == 404
