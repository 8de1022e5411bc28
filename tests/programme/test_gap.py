"""Our own rating of touchpoints beside what Clients say of the same ones."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from churn.enums import CallOutcome, Detection
from churn.models import ExitCall, Leaver, Reason
from clients.models import Client
from company.models import Branch, User
from metrics.models import LtvVersion
from programme.formulas.gap import Gap, Verdict, gap_between, verdict_of
from programme.queries import GapReport, gap_report, quotes_about
from surveys.enums import CommentKind, SurveyAudience, SuspectReason
from surveys.models import Answer, Questionnaire, Tag, Theme, Wave
from tests.surveys.conftest import make_answer
from touchpoints.enums import Rating
from touchpoints.models import Action, ClientRating, PointCode, Standing, Touchpoint

pytestmark = pytest.mark.django_db
PRICE = 4_000_000


@pytest.fixture
def wave(manager: User) -> Wave:
    """A survey of Clients."""
    return a_wave()


def a_wave(**fields: Any) -> Wave:
    now = timezone.now()
    return Wave.objects.create(
        name="Осень",
        public_token=uuid.uuid4().hex[:22],
        questionnaire=Questionnaire.objects.create(),
        state="running",
        starts_at=now,
        closes_at=now + dt.timedelta(days=9),
        **fields,
    )


def point(name: str = "Сайт", **fields: Any) -> Touchpoint:
    return Touchpoint.objects.create(name=name, kind="business", **fields)


def client(number: int, **fields: Any) -> Client:
    return Client.objects.create(name=f"Клиент {number}", **fields)


def theme_of(touchpoint: Touchpoint, name: str = "Сайт") -> Theme:
    return Theme.objects.create(name=name, words=["сайт"], touchpoint=touchpoint)


def said(wave: Wave, theme: Theme, score: int, **fields: Any) -> Answer:
    answer = make_answer(wave, score, **{"why": "Сайт висит", **fields})
    answer.themes.add(theme)
    return answer


def left(who: Client, reason: Reason, caller: User, days: int = 10) -> None:
    day = timezone.localdate() - dt.timedelta(days=days)
    leaver = Leaver.objects.create(
        client=who,
        last_purchase_on=day - dt.timedelta(days=181),
        left_on=day,
        noticed_on=day,
        detection=Detection.RECENCY,
        at_risk_cents=0,
    )
    call = ExitCall.objects.create(
        leaver=leaver, caller=caller, outcome=CallOutcome.TALKED, words="Не дозвонился", request_key=uuid.uuid4()
    )
    call.reasons.add(reason)


def believe(manager: User) -> None:
    """Save a belief of the price of a Client."""
    LtvVersion.objects.create(
        **{name: "1" for name in LtvVersion.TYPED if name in {"purchases_per_year", "average_check", "years"}},
        revenue_cents=PRICE,
        created_by=manager,
    )


def rate(touchpoint: Touchpoint, rating: int, branch: Branch | None = None) -> None:
    Standing.objects.create(
        touchpoint=touchpoint, branch=branch, rating=rating, worst=rating, best=rating, n_marks=1, rated_at=timezone.now()
    )


def report(branch: Branch | None = None) -> GapReport:
    return gap_report(now=timezone.now(), today=timezone.localdate(), branch=branch)


@pytest.mark.parametrize(
    ("praise", "blame", "verdict"),
    [(0, 4, Verdict.FEW), (0, 5, Verdict.BAD), (5, 0, Verdict.GOOD), (5, 5, Verdict.MIXED), (3, 7, Verdict.MIXED), (30, 70, Verdict.BAD)],
)
def test_a_verdict_needs_five_voices_and_more_than_chance(praise: int, blame: int, verdict: Verdict) -> None:
    assert verdict_of(praise, blame) == verdict


@pytest.mark.parametrize(
    ("ours", "theirs", "gap"),
    [
        (1, Verdict.BAD, Gap.BLIND),
        (0, Verdict.BAD, Gap.BLIND),
        (None, Verdict.BAD, Gap.UNSEEN),
        (-1, Verdict.BAD, Gap.SHARED),
        (-1, Verdict.GOOD, Gap.HARSH),
        (1, Verdict.GOOD, Gap.NONE),
        (-1, Verdict.MIXED, Gap.NONE),
        (1, Verdict.FEW, Gap.NONE),
    ],
)
def test_a_gap_compares_us_with_clients(ours: int | None, theirs: Verdict, gap: Gap) -> None:
    assert gap_between(ours, theirs) == gap


def test_a_comment_with_a_theme_and_a_tag_of_one_point_counts_once(wave: Wave) -> None:
    site = point()
    tag = Tag.objects.create(name="сайт", touchpoint=site)
    said(wave, theme_of(site), 2, client=client(1)).tags.add(tag)
    row = report().rows[0]
    assert (row.voices.comments, row.voices.critics, row.voices.people) == (1, 1, 1)


def test_a_client_who_complained_twice_and_left_is_one_at_stake(wave: Wave, manager: User) -> None:
    site, who = point(), client(1)
    theme = theme_of(site)
    said(wave, theme, 2, client=who)
    said(a_wave(), theme, 4, client=who)
    left(who, Reason.objects.create(group="ourselves", name="Сайт", touchpoint=site), manager)
    believe(manager)
    found = report()
    assert (found.rows[0].voices.left, found.rows[0].voices.people, found.rows[0].stake_cents) == (1, 1, PRICE)
    assert (found.people, found.stake_cents) == (1, PRICE)
    ExitCall.objects.update(is_rehearsal=True)
    assert report().rows[0].voices.left == 0


def test_one_who_complained_of_two_points_counts_once_in_all(wave: Wave) -> None:
    who = client(1)
    said(wave, theme_of(point("Сайт"), "Сайт"), 2, client=who)
    said(a_wave(), theme_of(point("Касса"), "Касса"), 3, client=who)
    found = report()
    assert ([row.voices.people for row in found.rows], found.people) == ([1, 1], 1)


def test_comments_of_nobody_known_are_voices_without_money(wave: Wave) -> None:
    theme = theme_of(point())
    for _ in range(5):
        said(wave, theme, 3)
    row = report().rows[0]
    assert (row.blame, row.voices.people, row.verdict) == (5, 0, Verdict.BAD)


def test_what_was_sorted_by_hand_beats_the_score(wave: Wave) -> None:
    theme, now = theme_of(point()), timezone.now()
    said(wave, theme, 5, client=client(1), kind=CommentKind.POSITIVE, triaged_at=now)
    said(wave, theme, 8, client=client(2), kind=CommentKind.NEGATIVE, triaged_at=now)
    said(wave, theme, 10, client=client(3), kind=CommentKind.CRITICISM, triaged_at=now)
    said(wave, theme, 9, client=client(4))
    voices = report().rows[0].voices
    assert (voices.people, voices.praised) == (2, 1)


def test_old_doubtful_and_strangers_answers_are_left_out(wave: Wave) -> None:
    theme = theme_of(point())
    said(wave, theme, 1, answered_at=timezone.now() - dt.timedelta(days=400))
    said(wave, theme, 1, suspect_reason=SuspectReason.TOO_FAST)
    said(a_wave(audience=SurveyAudience.PARTNERS), theme, 1)
    assert (report().rows, report().silent) == ([], 1)


def test_points_off_the_map_are_left_out(wave: Wave) -> None:
    said(wave, theme_of(point(is_archived=True)), 1, client=client(1))
    assert (report().rows, report().silent, report().people) == ([], 0, 0)


def test_we_praise_and_clients_complain_is_told(wave: Wave) -> None:
    site = point()
    rate(site, Rating.WOW)
    code = PointCode.objects.create(touchpoint=site)
    ClientRating.objects.bulk_create(ClientRating(code=code, rating=Rating.AWFUL) for _ in range(6))
    row = report().rows[0]
    assert (row.gap, row.n_rated, row.rated_counts) == (Gap.BLIND, 6, {"awful": 6, "ok": 0, "wow": 0})


def test_the_dearest_point_stands_first(wave: Wave) -> None:
    site, till = theme_of(point("Сайт"), "Сайт"), theme_of(point("Касса"), "Касса")
    said(wave, site, 2, client=client(1))
    for number in (2, 3):
        said(wave, till, 2, client=client(number))
    assert [row.touchpoint.name for row in report().rows] == ["Касса", "Сайт"]


def test_a_branch_hears_its_own_clients(wave: Wave, manager: User) -> None:
    here, there = Branch.objects.create(name="Здесь"), Branch.objects.create(name="Там")
    site = point()
    theme = theme_of(site)
    said(wave, theme, 2, client=client(1, branch=here), branch=here)
    said(wave, theme, 2, client=client(2, branch=there), branch=there)
    left(client(3, branch=there), Reason.objects.create(group="ourselves", name="Сайт", touchpoint=site), manager)
    assert [report(branch).rows[0].voices.people for branch in (here, there, None)] == [1, 2, 3]


def test_without_a_price_rows_have_no_money(wave: Wave) -> None:
    said(wave, theme_of(point()), 2, client=client(1))
    assert (report().rows[0].stake_cents, report().stake_cents) == (None, None)


def test_the_quote_is_the_newest_complaint(wave: Wave) -> None:
    site = point()
    theme, now = theme_of(site), timezone.now()
    said(wave, theme, 10, why="Прекрасный сайт")
    said(wave, theme, 2, why="Было плохо", answered_at=now - dt.timedelta(days=9))
    said(wave, theme, 3, why="", ten="Починить оплату", answered_at=now - dt.timedelta(days=2))
    assert quotes_about([site], since=now - dt.timedelta(days=365))[site.pk].words == "Починить оплату"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    as_manager: Browser, wave: Wave, rows: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(rows):
        one = point(f"Точка {number}", branch=Branch.objects.create(name=f"Филиал {number}"))
        said(wave, theme_of(one, f"Тема {number}"), 2, client=client(number))
        rate(one, Rating.WOW)
    as_manager.get("/gap/")
    with django_assert_num_queries(13):
        assert as_manager.get("/gap/").status_code == 200


def test_the_page_has_one_next_step(as_manager: Browser, wave: Wave) -> None:
    assert as_manager.get("/gap/").content.count(b"btn-beam") == 1
    theme = theme_of(point())
    assert as_manager.get("/gap/").content.count(b"btn-beam") == 1
    said(wave, theme, 2, client=client(1))
    assert as_manager.get("/gap/").content.count(b"btn-beam") == 1


def test_the_page_shows_one_kind(as_manager: Browser, wave: Wave) -> None:
    site, till = point("Сайт"), point("Касса")
    for place, (one, rating) in enumerate([(site, Rating.WOW), (till, Rating.AWFUL)]):
        rate(one, rating)
        theme = theme_of(one, one.name)
        for number in range(5):
            said(wave, theme, 2, client=client(10 * place + number))
    shown = as_manager.get("/gap/", {"show": "blind"}).context["page"]
    assert [row.touchpoint for row in shown] == [site]
    assert len(as_manager.get("/gap/", {"show": "nonsense", "branch": "x"}).context["page"]) == 2


def test_one_press_makes_one_action(as_manager: Browser, wave: Wave, owner: User) -> None:
    site = point(owner=owner)
    said(wave, theme_of(site), 2, client=client(1), why="Оплата не проходит")
    key = str(uuid.uuid4())
    for _ in range(2):
        assert as_manager.post(f"/gap/{site.pk}/action/", {"key": key}).status_code == 302
    action = Action.objects.get()
    assert (action.owner, list(action.touchpoints.all())) == (owner, [site])
    assert "«Оплата не проходит»" in action.details


def test_an_action_for_a_point_off_the_map_is_refused(as_manager: Browser) -> None:
    assert as_manager.post(f"/gap/{point(is_archived=True).pk}/action/").status_code == 404
    assert not Action.objects.exists()


def test_a_point_tells_what_clients_say(as_manager: Browser, wave: Wave, manager: User) -> None:
    site = point()
    said(wave, theme_of(site), 2, client=client(1))
    left(client(2), Reason.objects.create(group="ourselves", name="Сайт", touchpoint=site), manager)
    page, panel = as_manager.get(f"/gap/{site.pk}/"), as_manager.get(f"/gap/{site.pk}/", headers={"HX-Request": "true"})
    assert b"<h1>" in page.content
    assert b"<h1>" not in panel.content
    assert (len(page.context["comments"]), len(page.context["stories"])) == (1, 1)
    ExitCall.objects.update(is_rehearsal=True)
    assert len(as_manager.get(f"/gap/{site.pk}/").context["stories"]) == 0


def test_comments_of_a_point_can_be_listed(as_manager: Browser, wave: Wave) -> None:
    site = point()
    answer = said(wave, theme_of(site), 2)
    answer.tags.add(Tag.objects.create(name="сайт", touchpoint=site))
    make_answer(wave, 3, why="О другом")
    assert list(as_manager.get("/surveys/comments/", {"point": site.pk}).context["page"]) == [answer]


def test_the_menu_knows_whose_room_it_is(as_manager: Browser) -> None:
    page = as_manager.get("/gap/").content.decode()
    assert re.findall(r'<a[^>]*href="([^"]*)"[^>]*aria-current="page"', page)[0] == "/touchpoints/"
