"""What an employee sees: links, codes, the shared tablet, and pages that give nobody away."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from nacl.public import SealedBox

from company.models import Branch, Company
from surveys.ballot_keys import destroy_key, read_key
from surveys.enums import Motive, StaffSlice, StaffSurveyKind
from surveys.formulas.ballots import MAX_TEXT, Ballot, Cell, Vote, unpacked
from surveys.limits import WRONG_CODES_IN_WINDOW
from surveys.models import PostWindow, StaffBallot, StaffTicket, StaffWave
from tests.surveys.staff import STATEMENTS, hire, launched, make_staff_wave, tokens_of

pytestmark = pytest.mark.django_db
HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


@pytest.fixture
def branch(company: Company) -> Branch:
    """A shop where four people have letters of their own and two draw codes."""
    branch = Branch.objects.create(name="На Садовой")
    hire(4, branch)
    hire(2, branch, has_email=False)
    return branch


@pytest.fixture
def wave(branch: Branch) -> StaffWave:
    """An eNPS survey under way."""
    return launched(make_staff_wave(why_question="Почему?", ten_question="Что изменить?"))


def link(wave: StaffWave, number: int = 0) -> str:
    """Return the path of somebody's personal link."""
    return reverse("surveys:staff_answer", args=[tokens_of(wave)[number]])


def code(wave: StaffWave) -> str:
    """Return one of the printed codes."""
    return tokens_of(wave)[-1]


def tablet(wave: StaffWave) -> str:
    """Return the path of the shared tablet."""
    return reverse("surveys:staff_tablet", args=[wave.public_token])


def ballots(wave: StaffWave) -> list[Ballot]:
    """Open the box, as the tally does."""
    key = read_key(wave.public_token)
    assert key
    return [unpacked(SealedBox(key).decrypt(bytes(row.ciphertext))) for row in StaffBallot.objects.filter(wave=wave)]


def used(wave: StaffWave) -> int:
    """Count the tickets that have been used."""
    return wave.tickets.filter(answered=True).count()


def test_a_link_asks_and_one_press_puts_one_ballot_into_the_box(client: Browser, wave: StaffWave, branch: Branch) -> None:
    page = client.get(link(wave))
    assert page.status_code == 200
    assert {name: page[name] for name in HEADERS} == HEADERS
    answer = client.post(link(wave), {"score": "9", "why": "Честно\r\nи спокойно", "ten": ""})
    assert (answer.status_code, answer["Location"]) == (302, "/surveys/e/thanks/?language=ru")
    assert ballots(wave) == [Ballot(Cell(branch=str(branch.pk)), Vote(score=9, why="Честно\nи спокойно"))]
    assert used(wave) == 1


def test_the_promise_comes_before_the_question(client: Browser, wave: StaffWave) -> None:
    page = client.get(link(wave)).content.decode()
    assert page.index(reverse("surveys:staff_promise", args=[wave.public_token])) < page.index('name="score"')


def test_a_get_writes_nothing(client: Browser, wave: StaffWave) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get(link(wave))
        client.get(tablet(wave))
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []
    assert used(wave) == 0


def test_answering_touches_no_session_no_cookie_and_no_cache(as_manager: Browser, wave: StaffWave) -> None:
    before = list(Session.objects.values())
    with CaptureQueriesContext(connection) as queries:
        pages = [as_manager.get(link(wave)), as_manager.post(link(wave), {"score": "3"})]
        pages += [
            as_manager.post(tablet(wave), {"code": code(wave)}),
            as_manager.post(tablet(wave), {"code": code(wave), "vote": "yes", "score": "0"}),
        ]
    assert [page.cookies.output() for page in pages] == [""] * 4
    assert [query["sql"] for query in queries if "session" in query["sql"] or "cache_entry" in query["sql"]] == []
    assert [
        query["sql"] for query in queries if "company_user" in query["sql"] or ("postwindow" in query["sql"] and "INSERT" in query["sql"])
    ] == []
    assert list(Session.objects.values()) == before
    assert (used(wave), PostWindow.objects.count()) == (2, 0)


def test_an_answer_writes_the_ticket_and_the_ballot_and_nothing_else(client: Browser, wave: StaffWave) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.post(link(wave), {"score": "3"})
    writes = [query["sql"].split('"')[1] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert writes == ["surveys_staffticket", "surveys_staffballot"]


def test_a_second_press_is_told_calmly_that_the_answer_is_in(client: Browser, wave: StaffWave) -> None:
    client.post(link(wave), {"score": "9"})
    again = client.post(link(wave), {"score": "1"})
    assert (again.status_code, "Ответ принят" in again.content.decode()) == (200, True)
    assert "Ответ принят" in client.get(link(wave)).content.decode()
    assert [ballot.vote.score for ballot in ballots(wave)] == [9]


def test_what_is_wrong_comes_back_with_everything_typed(client: Browser, wave: StaffWave) -> None:
    sent = {"why": "Слова", "ten": "д" * (MAX_TEXT + 1)}
    page = client.post(link(wave), sent)
    text = page.content.decode()
    assert (page.status_code, used(wave)) == (422, 0)
    assert "Выберите число от 0 до 10" in text
    assert ">Слова</textarea>" in text
    assert sent["ten"] in text
    assert "1500" in text
    assert client.post(link(wave), {"score": "11"}).status_code == 422


def test_the_longest_texts_fit_into_a_ballot(client: Browser, wave: StaffWave) -> None:
    words = "😀" * (MAX_TEXT - 1)
    assert client.post(link(wave), {"score": "5", "why": words + "\n", "ten": '"' * MAX_TEXT}).status_code == 302
    assert ballots(wave)[0].vote.why == words


@pytest.mark.parametrize("bad", ["\0", "\x01"])
def test_characters_nobody_types_do_not_break_the_page(client: Browser, wave: StaffWave, bad: str) -> None:
    assert client.post(link(wave), {"score": "5", "why": f"а{bad}б"}).status_code in {302, 422}
    assert client.post(reverse("surveys:staff_code"), {"code": f"К{bad}"}).status_code == 422


def test_unknown_links_look_alike_and_are_limited(client: Browser, wave: StaffWave) -> None:
    first, second = (client.get(reverse("surveys:staff_answer", args=[token])) for token in ("nonsense", "x" * 300))
    assert [page.status_code for page in (first, second)] == [404, 404]
    assert first.content == second.content
    assert PostWindow.objects.count() == 0
    assert client.post(reverse("surveys:staff_answer", args=["nonsense"]), {"score": "9"}).status_code == 404
    assert PostWindow.objects.get().count == 1
    PostWindow.objects.update(count=WRONG_CODES_IN_WINDOW)
    assert client.get(reverse("surveys:staff_answer", args=["nonsense"])).status_code == 429
    assert client.get(link(wave)).status_code == 200


def test_wrong_codes_are_counted_by_sender_and_right_ones_are_not(client: Browser, wave: StaffWave) -> None:
    url = reverse("surveys:staff_code")
    assert client.post(url, {"code": code(wave)}).status_code == 200
    assert PostWindow.objects.count() == 0
    wrong = client.post(url, {"code": "0000-0000-00"})
    assert (wrong.status_code, 'value="0000-0000-00"' in wrong.content.decode()) == (422, True)
    assert PostWindow.objects.get().count == 1
    PostWindow.objects.update(count=WRONG_CODES_IN_WINDOW)
    assert client.post(url, {"code": code(wave)}).status_code == 429
    assert client.post(url, {"code": code(wave)}, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_code_answers_once_however_it_is_typed(client: Browser, wave: StaffWave, branch: Branch) -> None:
    typed = code(wave).lower().replace("-", " ")
    url = reverse("surveys:staff_code")
    assert 'name="score"' in client.post(url, {"code": typed}).content.decode()
    assert used(wave) == 0
    answer = client.post(url, {"code": typed, "vote": "yes", "score": "7"})
    assert answer["Location"] == "/surveys/e/thanks/?language=ru"
    assert ballots(wave) == [Ballot(Cell(branch=str(branch.pk), by_code=True), Vote(score=7))]
    assert "Ответ принят" in client.post(url, {"code": typed}).content.decode()


def test_a_tablet_leads_from_code_to_thanks_and_back(client: Browser, wave: StaffWave) -> None:
    url = tablet(wave)
    assert 'name="code"' in client.get(url).content.decode()
    survey = client.post(url, {"code": code(wave)}).content.decode()
    assert f'data-home="{url}"' in survey
    answer = client.post(url, {"code": code(wave), "vote": "yes", "score": "7"})
    assert answer["Location"] == f"{url}thanks/"
    thanks = client.get(answer["Location"]).content.decode()
    assert f'content="8;url={url}"' in thanks
    assert code(wave) not in thanks


def test_a_tablet_takes_codes_of_its_own_survey_only(client: Browser, wave: StaffWave) -> None:
    other = launched(make_staff_wave())
    assert client.post(tablet(wave), {"code": code(other)}).status_code == 422
    assert client.get(reverse("surveys:staff_tablet", args=["nonsense"])).status_code == 404


def test_motives_come_in_an_order_of_chance_that_is_kept(client: Browser, branch: Branch) -> None:
    wave = launched(make_staff_wave(StaffSurveyKind.MOTIVES))
    orders = {tuple(client.get(link(wave)).context["form"].order) for _ in range(4)}
    assert len(orders) > 1
    order = sorted(Motive.values, reverse=True)
    sent = {f"rating_{motive}": str(place) for place, motive in enumerate(Motive.values, 1)}
    page = client.post(link(wave), {**sent, "order": ",".join(order), "rating_pay": ""})
    assert (page.status_code, page.context["form"].order) == (422, order)
    assert page.content.decode().count(" checked") == 9
    assert client.post(link(wave), {**sent, "order": "pay,pay"}).status_code == 302
    assert ballots(wave)[0].vote == Vote(ratings=tuple(range(1, 11)))


def test_the_page_of_a_pulse_does_not_tell_which_statement_is_ours(client: Browser, branch: Branch) -> None:
    wave = launched(make_staff_wave(StaffSurveyKind.PULSE))
    form = client.get(link(wave)).context["form"]
    assert sorted(statement.text for statement in form.statements) == sorted(STATEMENTS)
    ours = next(statement for statement in form.statements if statement.text == STATEMENTS[0])
    assert (len(ours.value), ours.value.isdigit() and len(ours.value) < 3) == (12, False)
    order = ",".join(reversed(form.order))
    page = client.post(link(wave), {"order": order})
    assert (page.status_code, ",".join(page.context["form"].order)) == (422, order)
    assert client.post(link(wave), {"choice": "0"}).status_code == 422
    assert client.post(link(wave), {"choice": ours.value}).status_code == 302
    assert ballots(wave)[0].vote == Vote(choice=0)


def test_a_closed_survey_says_so_and_takes_nothing(client: Browser, wave: StaffWave) -> None:
    path = link(wave)
    StaffWave.objects.filter(pk=wave.pk).update(closes_at=timezone.now())
    pages = [client.get(path), client.post(path, {"score": "9"}), client.get(tablet(wave)), client.post(tablet(wave), {"code": code(wave)})]
    assert [page.status_code for page in pages] == [410] * 4
    assert used(wave) == 0


def test_without_the_key_nothing_is_taken_and_the_link_stays_good(client: Browser, wave: StaffWave) -> None:
    destroy_key(wave.public_token)
    page = client.post(link(wave), {"score": "9"})
    assert (page.status_code, "Сейчас ответить нельзя" in page.content.decode()) == (503, True)
    assert used(wave) == 0


def refuse_ballots() -> None:
    """Make the database refuse every ballot, with words in its complaint that must not get out."""
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'refused %', NEW USING ERRCODE = 'check_violation'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON surveys_staffballot FOR EACH ROW EXECUTE FUNCTION refuse();
        """)


def test_a_database_that_refuses_loses_neither_the_words_nor_the_ticket(client: Browser, wave: StaffWave, caplog: Any) -> None:
    refuse_ballots()
    with caplog.at_level("DEBUG"):
        page = client.post(link(wave), {"score": "9", "why": "Длинные слова"})
    assert (page.status_code, ">Длинные слова</textarea>" in page.content.decode()) == (503, True)
    assert (used(wave), StaffTicket.objects.count(), StaffBallot.objects.count()) == (0, 6, 0)
    lines = [record.getMessage() for record in caplog.records]
    assert [line.partition(" in ")[0] for line in lines] == ["An answer page failed: IntegrityError"]


def test_the_promise_names_the_rules_of_this_very_survey(client: Browser, branch: Branch) -> None:
    slices = [StaffSlice.BRANCH, StaffSlice.TENURE]
    wave = launched(make_staff_wave(threshold=6, comment_threshold=12, slices=slices))
    page = client.get(reverse("surveys:staff_promise", args=[wave.public_token]))
    text = page.content.decode()
    assert [page.status_code, "филиал, стаж" in text, "меньше 6 ответов" in text, "не меньше 12 человек" in text] == [200, True, True, True]
    assert "следить за сервером" in text
    assert client.get(reverse("surveys:staff_promise", args=["nonsense"])).status_code == 404
