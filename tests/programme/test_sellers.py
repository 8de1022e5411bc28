"""Everyone sells: the board, links and their public page, kits, thanks."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone, translation

from clients.enums import LeadState
from clients.models import Client, ClientSum, Lead, Recommender, ReferralLink
from clients.services import link_for, settle_lead, take_lead
from company.models import Employee, User
from mailing.models import Message
from metrics.models import ClientScore
from programme.enums import KitKind
from programme.formulas.sellers import Share, Speech, speech_of
from programme.models import SellerKit
from programme.queries import board, kits, sources_of_year
from programme.seller_texts import KITS
from programme.services import NoAddressError, send_thanks

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 1)
FILLED = {"name": "Ольга Ветрова", "phone": "8 900 000-00-01", "agree": "on"}


def buyer(name: str, cents: int, **fields: Any) -> Client:
    """Save a Client who has bought."""
    client = Client.objects.create(name=name, **fields)
    ClientSum.objects.create(client=client, n_purchases=1, n_days=1, cents=cents, first_cents=cents, first_day=DAY, last_day=DAY)
    return client


@pytest.fixture
def friend(company: object) -> Client:
    """A Client who recommends us and has an address."""
    return Client.objects.create(name="Ирина Соколова", email="irina@example.org")


@pytest.fixture
def link(friend: Client, owner: User) -> ReferralLink:
    """The Client's link."""
    return link_for(who=friend, actor=owner)


def fill(link: ReferralLink, **typed: str) -> Any:
    """Send the form of the public page."""
    return Browser().post(f"/r/{link.code}/", FILLED | typed)


def test_the_board_counts_people_and_money(friend: Client) -> None:
    partner = Recommender.objects.create(kind="partner", name="Аптека")
    first = buyer("a", 1000, referred_by=friend)
    buyer("b", 500, referred_by=friend)
    Client.objects.create(name="c", brought_by=partner)
    ClientScore.objects.create(client=first, until=DAY, p_alive=1, p_buys=1, expected=2, year_cents=700)
    rows = [(row.who, row.clients, row.buyers, row.cents, row.year_cents) for row in board(with_clients=True, today=DAY)]
    assert rows == [(friend, 2, 2, 1500, 700), (partner, 1, 0, 0, None)]
    assert [row.who for row in board(with_clients=False, today=DAY)] == [partner]


def test_an_employee_who_left_is_a_former_one_on_the_board(company: object) -> None:
    gone = Recommender.objects.create(kind="employee", employee=Employee.objects.create(name="Нина", left_on=DAY - dt.timedelta(days=1)))
    buyer("a", 1000, brought_by=gone)
    assert [row.kind.value for row in board(with_clients=True, today=DAY)] == ["former"]


def test_shares_are_of_known_sources(friend: Client) -> None:
    for number in range(10):
        buyer(f"s{number}", 100, referred_by=friend)
    buyer("nobody knows", 100)
    found = sources_of_year(today=DAY)
    assert (found.people, found.unknown) == (Share(10, 10), 1)
    assert (found.people.is_known, round(found.people.low), round(found.people.high)) == (True, 72, 100)
    assert not Share(9, 9).is_known


def test_staff_see_names_and_counts_and_no_money(as_staff: Browser, friend: Client) -> None:
    employee = Employee.objects.create(name="Пётр Лугов")
    works = Recommender.objects.create(kind="employee", employee=employee)
    buyer("a", 123_400, brought_by=works)
    buyer("b", 567_800, referred_by=friend)
    page = as_staff.get("/sellers/").content.decode()
    assert "Пётр Лугов" in page
    for secret in ("1 234", "1\u00a0234", "5\u00a0678", "Соколова"):
        assert secret not in page


def test_managers_see_money(as_manager: Browser, friend: Client) -> None:
    buyer("b", 567_800, referred_by=friend)
    page = as_manager.get("/sellers/").content.decode()
    assert "Соколова" in page
    assert "5\u00a0678" in page


@pytest.mark.parametrize("n", [1, 3])
def test_the_board_takes_the_same_queries(n: int, friend: Client, django_assert_num_queries: Any) -> None:
    for number in range(n):
        buyer(f"a{number}", 100, brought_by=Recommender.objects.create(kind="partner", name=f"p{number}"))
    with django_assert_num_queries(2):
        assert len([str(row.who) for row in board(with_clients=True, today=DAY)]) == n


def test_the_public_page_says_who_recommends_by_first_name(link: ReferralLink) -> None:
    page = Browser().get(f"/r/{link.code}/")
    assert "Ирина" in page.content.decode()
    assert "Соколова" not in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex, nofollow"


def test_a_filled_form_waits_for_a_call(link: ReferralLink) -> None:
    assert fill(link).headers["Location"] == f"/r/{link.code}/thanks/"
    lead = Lead.objects.get()
    assert (lead.name, lead.phone, lead.link, lead.state) == ("Ольга Ветрова", "+79000000001", link, LeadState.WAITING)
    assert "Лён и хлопок" in lead.agreed_to
    assert Browser().get(f"/r/{link.code}/thanks/").status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        {"agree": ""},
        {"phone": ""},
        {"phone": "12"},
        {"name": ""},
        {"name": "http://spam.example.org"},
        {"note": "смотрите www.spam.example.org"},
        {"email": "no address"},
    ],
)
def test_a_wrong_form_comes_back(link: ReferralLink, typed: dict[str, str]) -> None:
    assert fill(link, **typed).status_code == 422
    assert not Lead.objects.exists()


def test_a_robot_is_thanked_and_forgotten(link: ReferralLink) -> None:
    assert fill(link, website="http://spam.example.org").status_code == 302
    assert not Lead.objects.exists()


def test_too_many_forms_are_refused(link: ReferralLink) -> None:
    answers = [fill(link, phone=f"8 900 000-01-{number:02}").status_code for number in range(21)]
    assert (answers[-2], answers[-1]) == (302, 429)
    assert Lead.objects.count() == 20


def test_a_known_client_gets_the_same_thanks(link: ReferralLink) -> None:
    known = Client.objects.create(name="Ольга", phone="+79000000001")
    assert fill(link).headers["Location"] == f"/r/{link.code}/thanks/"
    assert (Lead.objects.get().client, Lead.objects.get().state) == (known, LeadState.KNOWN)


def test_closed_and_unknown_links_take_nobody(link: ReferralLink, as_manager: Browser) -> None:
    as_manager.post(f"/sellers/links/{link.pk}/switch/", {"to": "off"})
    assert fill(link).status_code == 410
    assert Browser().get("/r/nothing2/").status_code == 404
    assert Browser().get("/r/nothing2/thanks/").status_code == 404
    assert not Lead.objects.exists()


def test_staff_get_their_own_link_and_no_other(as_staff: Browser, staff: User, link: ReferralLink) -> None:
    assert as_staff.post("/sellers/own/").headers["Location"] == "/sellers/"
    Employee.objects.create(name="Марина Ким", user=staff)
    own = as_staff.post("/sellers/own/").headers["Location"]
    assert as_staff.get(own).status_code == 200
    assert as_staff.get(f"/sellers/links/{link.pk}/").status_code == 404
    assert as_staff.get(f"/sellers/links/{link.pk}/code.svg").status_code == 404


@pytest.mark.parametrize(
    ("name", "begins"), [("code.svg", b"<svg"), ("code.png", b"\x89PNG"), ("card.pdf", b"%PDF"), ("sheet.pdf", b"%PDF")]
)
def test_prints_of_a_link(as_manager: Browser, link: ReferralLink, name: str, begins: bytes) -> None:
    answer = as_manager.get(f"/sellers/links/{link.pk}/{name}")
    assert answer.content.startswith(begins)


def test_a_print_nobody_made_is_not_there(as_manager: Browser, link: ReferralLink) -> None:
    assert as_manager.get(f"/sellers/links/{link.pk}/card.exe").status_code == 404


def test_links_are_handed_out(as_manager: Browser, friend: Client) -> None:
    employee = Employee.objects.create(name="Пётр Лугов")
    for url, data in (
        ("/sellers/people/", {"kind": "partner", "name": "Аптека", "email": ""}),
        ("/sellers/people/employee/", {"employee": employee.pk}),
        (f"/sellers/people/client/{friend.pk}/", {}),
    ):
        assert as_manager.get(as_manager.post(url, data).headers["Location"]).status_code == 200
    page = as_manager.get("/sellers/people/").content.decode()
    assert all(name in page for name in ("Аптека", "Пётр Лугов", "Ирина Соколова"))


@pytest.mark.parametrize("data", [{"kind": "employee", "name": "x"}, {"kind": "partner", "name": ""}])
def test_a_wrong_recommender_comes_back(as_manager: Browser, data: dict[str, str]) -> None:
    assert as_manager.post("/sellers/people/", data).status_code == 422
    assert not Recommender.objects.exists()


def test_no_employee_no_link(as_manager: Browser) -> None:
    assert as_manager.post("/sellers/people/employee/", {"employee": "9"}).headers["Location"] == "/sellers/people/"
    assert not ReferralLink.objects.exists()


def came(link: ReferralLink, owner: User) -> Lead:
    """Make a Client of somebody who came by the link."""
    lead = take_lead(link=link, name="Ольга Ветрова", phone="+79000000001", email="", note="", agreed_to="да")
    done = settle_lead(lead=lead, becomes_client=True, actor=owner, now=timezone.now())
    assert done is not None
    return done


def test_a_lead_is_settled_from_the_list(as_manager: Browser, link: ReferralLink) -> None:
    fill(link)
    lead = Lead.objects.get()
    assert "Ольга Ветрова" in as_manager.get("/sellers/leads/").content.decode()
    assert as_manager.post(f"/sellers/leads/{lead.pk}/settle/", {"to": "client"}).headers["Location"] == f"/sellers/leads/{lead.pk}/thanks/"
    assert Client.objects.get(name="Ольга Ветрова").referred_by == link.client
    assert as_manager.post(f"/sellers/leads/{lead.pk}/settle/", {"to": "refused"}).headers["Location"] == "/sellers/leads/"
    lead.refresh_from_db()
    assert lead.state == LeadState.CLIENT


def test_thanks_are_shown_ready_and_sent_once(as_manager: Browser, link: ReferralLink, owner: User) -> None:
    lead = came(link, owner)
    page = as_manager.get(f"/sellers/leads/{lead.pk}/thanks/").content.decode()
    assert all(words in page for words in ("Ирина", "Ольга", "manager person"))
    assert not Message.objects.exists()
    typed = {"subject": "Спасибо", "text": "Ирина, спасибо за Ольгу. {url}"}
    for _time in range(2):
        assert as_manager.post(f"/sellers/leads/{lead.pk}/thanks/", typed).status_code == 302
    message = Message.objects.get()
    assert message.to_address == "irina@example.org"
    assert "Ирина, спасибо за Ольгу. (url)" in message.wave.letter.text


def test_an_empty_letter_is_not_sent(as_manager: Browser, link: ReferralLink, owner: User) -> None:
    lead = came(link, owner)
    assert as_manager.post(f"/sellers/leads/{lead.pk}/thanks/", {"subject": "", "text": ""}).status_code == 422
    assert not Message.objects.exists()


@pytest.mark.parametrize("change", [{"email": ""}, {"do_not_mail": True}])
def test_who_cannot_be_written_to_is_not(link: ReferralLink, owner: User, change: dict[str, Any]) -> None:
    Client.objects.update(**change)
    lead = Lead.objects.select_related("link__client").get(pk=came(link, owner).pk)
    with pytest.raises(NoAddressError):
        send_thanks(lead=lead, subject="a", text="b", actor=owner, now=timezone.now())
    assert not Message.objects.exists()


def test_nobody_is_thanked_for_who_is_no_client(as_manager: Browser, link: ReferralLink) -> None:
    fill(link)
    assert as_manager.get(f"/sellers/leads/{Lead.objects.get().pk}/thanks/").status_code == 404


def test_a_speech_is_counted() -> None:
    assert speech_of("Раз, два — три-четыре. 24 часа") == Speech(5, 3)
    assert speech_of("") == Speech(0, 0)
    assert speech_of("слово " * 43).fits
    assert (speech_of("слово " * 50).fits, speech_of("слово " * 50).spare_words) == (False, 7)


@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.parametrize("kind", list(KitKind))
def test_every_speech_of_ours_fits_a_breath(kind: KitKind, locale: str) -> None:
    with translation.override(locale):
        assert speech_of(str(KITS[kind][0])).fits


def test_a_kit_of_the_company_stands_in_for_ours(as_manager: Browser, company: object) -> None:
    assert as_manager.post("/sellers/kits/partner/edit/", {"speech": "Мы {company}.", "told": "Раз\nДва"}).status_code == 302
    assert [kit.pk is not None for kit in kits()] == [False, False, False, False, True]
    page = as_manager.get("/sellers/kits/partner/").content.decode()
    assert "Мы Лён и хлопок." in page
    assert as_manager.post("/sellers/kits/partner/edit/", {"speech": "Мы", "told": "Раз"}).status_code == 302
    assert SellerKit.objects.get().speech == "Мы"


def test_an_empty_kit_comes_back(as_manager: Browser, company: object) -> None:
    assert as_manager.post("/sellers/kits/partner/edit/", {"speech": "", "told": ""}).status_code == 422
    assert not SellerKit.objects.exists()


def test_no_such_kit(as_staff: Browser) -> None:
    assert as_staff.get("/sellers/kits/neighbour/").status_code == 404
    assert as_staff.get("/sellers/kits/").status_code == 200
