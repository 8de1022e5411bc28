"""The order of touchpoints along the Client's journey."""

from itertools import pairwise

import pytest
from django.test import Client as Browser
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from company.models import Branch, User
from tests.touchpoints.make import TODAY, finished_audit, picture
from touchpoints import queries, services
from touchpoints.enums import JourneyStage
from touchpoints.models import Touchpoint
from touchpoints.queries import COLUMN_LIMIT, journey

JSON = {"Accept": "application/json"}


def url(view: str, *args: object) -> str:
    return reverse(f"touchpoints:{view}", args=args)


def points(names: str, *, stage: str = "buy", gap: int = 1) -> list[Touchpoint]:
    rows = [Touchpoint(name=name, kind="service", stage=stage, position=place * gap) for place, name in enumerate(names)]
    return Touchpoint.objects.bulk_create(rows)


def order(stage: str = "buy") -> str:
    return "".join(Touchpoint.objects.active().filter(stage=stage).in_journey_order().values_list("name", flat=True))


def shown(browser: Browser, **query: str) -> dict[str, str]:
    columns = browser.get(url("map"), {"view": "journey", **query}).context["columns"]
    return {column.value: "".join(card.touchpoint.name for card in column.cards) for column in columns if column.cards}


def test_new_touchpoints_go_to_the_end_of_their_step(manager: User) -> None:
    for name in "abc":
        services.add_touchpoint(name=name, kind="business", stage="choose", actor=manager)
    services.add_touchpoint(name="d", kind="business", actor=manager)
    assert (order("choose"), order("use")) == ("abc", "d")


@pytest.mark.parametrize("gap", [0, 1, 1024])
@pytest.mark.parametrize(
    ("moved", "below", "expected"), [("d", "a", "dabc"), ("a", "c", "bacd"), ("a", None, "bcda"), ("c", "b", "acbd"), ("b", "b", "abcd")]
)
def test_touchpoint_stands_right_before_the_other_whatever_the_room(
    manager: User, gap: int, moved: str, below: str | None, expected: str
) -> None:
    row = {point.name: point for point in points("abcd", gap=gap)}
    services.place_touchpoint(touchpoint=row[moved], stage="buy", before=row[below] if below else None, actor=manager)
    assert order() == expected


def test_touchpoint_goes_to_another_step(manager: User) -> None:
    a, b = points("ab")
    (c,) = points("c", stage="return")
    services.place_touchpoint(touchpoint=a, stage="return", before=c, actor=manager)
    services.place_touchpoint(touchpoint=b, stage="notice", before=None, actor=manager)
    assert (order(), order("return"), order("notice")) == ("", "ac", "b")
    assert Touchpoint.objects.get(name="a").changed_by == manager


def test_thousand_moves_to_one_place_keep_the_order(manager: User) -> None:
    row = points("abc", gap=1024)
    for turn in range(40):
        services.place_touchpoint(touchpoint=row[turn % 2], stage="buy", before=row[2], actor=manager)
    assert order() == "abc"


@pytest.mark.parametrize("size", [3, 300])
def test_move_takes_few_queries_however_long_the_step(
    manager: User, size: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    row = Touchpoint.objects.bulk_create([Touchpoint(name=f"{n:03}", kind="service", stage="buy", position=0) for n in range(size)])
    with django_assert_max_num_queries(9):
        services.place_touchpoint(touchpoint=row[-1], stage="buy", before=row[1], actor=manager)
    assert list(Touchpoint.objects.in_journey_order().values_list("name", flat=True))[:3] == ["000", row[-1].name, "001"]


def test_archived_touchpoint_does_not_move(manager: User) -> None:
    a, b = points("ab")
    services.archive_touchpoint(touchpoint=b, actor=manager)
    services.place_touchpoint(touchpoint=b, stage="notice", before=None, actor=manager)
    b.refresh_from_db()
    assert (b.stage, order()) == ("buy", "a")
    assert a.stage == "buy"


@pytest.mark.parametrize(
    ("move", "name", "expected"),
    [
        ("up", "c", "acbd"),
        ("up", "a", "abcd"),
        ("down", "b", "acbd"),
        ("down", "c", "abdc"),
        ("down", "d", "abcd"),
        ("first", "c", "cabd"),
        ("first", "a", "abcd"),
        ("last", "b", "acdb"),
        ("", "a", "bcda"),
    ],
)
def test_buttons_move_a_touchpoint_without_javascript(as_manager: Browser, move: str, name: str, expected: str) -> None:
    row = {point.name: point for point in points("abcd")}
    address = url("touchpoint_place", row[name].pk)
    answer = as_manager.post(address + "?view=journey&q=x", {"stage": "buy", "move": move})
    assert answer["Location"] == f"{url('map')}?view=journey&q=x#point-{row[name].pk}"
    assert order() == expected


def test_button_of_another_step_beats_the_step_it_stands_at(as_manager: Browser) -> None:
    a, _b = points("ab")
    points("c", stage="use")
    as_manager.post(url("touchpoint_place", a.pk), {"stage": ["buy", "use"]})
    assert (order(), order("use")) == ("b", "ca")


def test_script_puts_a_touchpoint_before_another(as_manager: Browser) -> None:
    a, b, c = points("abc")
    answer = as_manager.post(url("touchpoint_place", c.pk), {"stage": "buy", "before": a.pk}, headers=JSON)
    assert (answer.status_code, answer.json()["stage"], order()) == (200, "buy", "cab")
    assert b.stage == "buy"


def test_neighbour_moved_by_somebody_else_is_refused(as_manager: Browser, manager: User) -> None:
    a, b, c = points("abc")
    services.place_touchpoint(touchpoint=b, stage="use", before=None, actor=manager)
    services.archive_touchpoint(touchpoint=c, actor=manager)
    for typed in ({"stage": "buy", "before": b.pk}, {"stage": "buy", "before": c.pk}):
        answer = as_manager.post(url("touchpoint_place", a.pk), typed, headers=JSON)
        assert answer.status_code == 422
        assert answer.json()["error"] == "Карту тем временем изменили. Откройте её заново и переставьте точку."
    assert (order(), order("use")) == ("a", "b")


@pytest.mark.parametrize("typed", [{}, {"stage": "moon"}, {"stage": "buy", "move": "sideways"}, {"stage": "buy", "before": "x"}])
def test_nonsense_is_refused_and_nothing_moves(as_manager: Browser, typed: dict[str, str]) -> None:
    a, _b = points("ab")
    page = as_manager.post(url("touchpoint_place", a.pk), typed)
    assert (page.status_code, order()) == (422, "ab")
    assert page.content.decode().count('role="alert"') > 0


def test_page_of_the_place_offers_every_step_but_its_own(as_manager: Browser) -> None:
    (a,) = points("a")
    text = as_manager.get(url("touchpoint_place", a.pk)).content.decode()
    assert [text.count(f'value="{stage.value}"') for stage in JourneyStage] == [1, 1, 2, 1, 1]
    assert text.count("btn-beam") == 1


def test_journey_board_mixes_classes_in_the_order_of_the_step(as_staff: Browser) -> None:
    points("ab")
    Touchpoint.objects.create(name="c", kind="business", stage="buy", position=0)
    Touchpoint.objects.create(name="d", kind="business", stage="notice")
    assert shown(as_staff) == {"notice": "d", "buy": "acb"}


def test_board_filters_by_who_answers(as_staff: Browser, staff: User, manager: User) -> None:
    points("ab")
    Touchpoint.objects.filter(name="a").update(owner=staff)
    Touchpoint.objects.create(name="c", kind="business", stage="buy", position=9, owner=manager)
    found = [shown(as_staff, owner=owner) for owner in ("me", "nobody", "")]
    assert found == [{"buy": "a"}, {"buy": "b"}, {"buy": "abc"}]


def test_long_column_is_cut_and_shown_whole_when_asked(as_manager: Browser) -> None:
    Touchpoint.objects.bulk_create([Touchpoint(name=f"{n:03}", kind="service", stage="buy", position=n) for n in range(COLUMN_LIMIT + 3)])
    address = url("map") + "?view=journey"
    column = as_manager.get(address).context["columns"][2]
    assert (len(column.cards), len(column.more), column.counts.total) == (COLUMN_LIMIT, 3, COLUMN_LIMIT + 3)
    assert f'data-next="{column.more[0].touchpoint.pk}"' in as_manager.get(address).content.decode()
    whole = as_manager.get(address + "&full=buy").context["columns"][2]
    assert (len(whole.cards), whole.more) == (COLUMN_LIMIT + 3, [])


def test_card_says_when_auditors_disagree(sign: Touchpoint, smile: Touchpoint) -> None:
    finished_audit({sign: 1})
    assert [card.is_disputed for card in queries.map_cards(None, TODAY)] == [False, False]


def test_grip_is_for_managers(as_staff: Browser, as_manager: Browser) -> None:
    points("a")
    pages = [browser.get(url("map"), {"view": "journey"}).content.decode() for browser in (as_staff, as_manager)]
    assert ["data-grip" in page for page in pages] == [False, True]


@pytest.mark.parametrize("rows", [1, 3])
def test_journey_page_takes_a_fixed_number_of_queries(
    as_manager: Browser, staff: User, garden: Branch, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = [Touchpoint.objects.create(name=f"Точка {n}", kind="business", owner=staff, branch=garden) for n in range(rows)]
    finished_audit(dict.fromkeys(made, 1), branch=garden)
    with django_assert_num_queries(13):
        as_manager.get(url("map"), {"view": "journey"})


def test_photo_of_a_touchpoint_is_clean_and_shown_to_staff(as_manager: Browser, as_staff: Browser, manager: User) -> None:
    typed = {"name": "Вход", "kind": "business", "stage": "choose", "photo": picture(size=(2400, 1800))}
    assert as_manager.post(url("touchpoint_create"), typed).status_code == 302
    point = Touchpoint.objects.get()
    with point.photo.open() as stored:
        assert (point.stage, Image.open(stored).width) == ("choose", 1600)
    answer = as_staff.get(url("photo", "point", point.pk))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer.getvalue()[:3] == b"\xff\xd8\xff"
    kept = {"name": "Вход", "kind": "business", "stage": "choose"}
    as_manager.post(url("touchpoint_edit", point.pk), kept)
    assert Touchpoint.objects.get().photo.name == point.photo.name
    as_manager.post(url("touchpoint_edit", point.pk), {**kept, "drop_photo": "1"})
    assert Touchpoint.objects.get().photo.name == ""
    assert as_staff.get(url("photo", "point", point.pk)).status_code == 404


def test_bad_photo_leaves_the_form_filled(as_manager: Browser) -> None:
    typed = {"name": "Вход", "kind": "business", "stage": "choose", "hint": "Ступени?", "photo": picture("a.gif", kind="GIF")}
    answer = as_manager.post(url("touchpoint_create"), typed)
    assert (answer.status_code, Touchpoint.objects.count()) == (422, 0)
    assert "Ступени?" in answer.content.decode()


def test_spread_leaves_room_between_all_places(manager: User) -> None:
    row = points("abcd", gap=0)
    services.place_touchpoint(touchpoint=row[3], stage="buy", before=row[1], actor=manager)
    places = list(Touchpoint.objects.order_by("position").values_list("position", flat=True))
    assert min(below - above for above, below in pairwise(places)) >= journey.GAP // 4
