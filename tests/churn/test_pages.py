"""Small truths on the pages of a call and of a Client: who calls, who asked to be left in peace, who said that they leave."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from churn.enums import Detection
from churn.models import Leaver
from clients.models import Client
from company.models import User
from tests.churn.world import make_client, make_leaver

pytestmark = pytest.mark.usefixtures("company")


def page(name: str, pk: int) -> str:
    return reverse(f"churn:{name}", args=[pk])


def test_who_was_handed_a_call_is_not_called_the_most_senior(as_staff: Browser, staff: User, as_owner: Browser, owner: User) -> None:
    handed, own = make_leaver(caller=staff, caller_note="знает язык"), make_leaver(caller=owner)
    text = as_staff.get(page("leaver", handed.pk)).text
    assert ("Этот звонок передали вам." in text, "самый старший из свободных: вы" in text) == (True, False)
    text = as_owner.get(page("leaver", own.pk)).text
    assert ("Этот звонок передали вам." in text, "самый старший из свободных: вы" in text) == (False, True)


def test_a_client_who_asked_not_to_be_called_has_no_number_to_press(as_owner: Browser, owner: User) -> None:
    leaver = make_leaver(make_client(phone="+79000004107"), caller=owner)
    card = reverse("clients:client_detail", args=[leaver.client_id])
    assert f"tel:{leaver.client.phone}" in as_owner.get(card).text
    Client.objects.update(do_not_call=True)
    assert "tel:" not in as_owner.get(card).text
    text = as_owner.get(page("leaver", leaver.pk)).text
    assert ("Просили не звонить" in text, "tel:" in text) == (True, False)


def test_the_call_leads_to_the_card_those_who_may_open_it(as_owner: Browser, as_staff: Browser, owner: User, staff: User) -> None:
    leaver = make_leaver(caller=owner)
    card = reverse("clients:client_detail", args=[leaver.client_id])
    assert card in as_owner.get(page("leaver", leaver.pk)).text
    Leaver.objects.update(caller=staff)
    assert card not in as_staff.get(page("leaver", leaver.pk)).text


def test_the_card_does_not_say_buys_of_a_client_who_said_that_they_leave(as_owner: Browser) -> None:
    client = make_client("Салон", 20, 5)
    as_owner.post(page("mark_left", client.pk), {"told_note": "закрываются"})
    assert Leaver.objects.get().detection == Detection.TOLD
    url = page("client_panel", client.pk)
    swap = 'id="presence" hx-swap-oob="true"'
    assert swap in as_owner.get(url, headers={"HX-Request": "true"}).text
    assert swap not in as_owner.get(url).text
    Leaver.objects.update(detection=Detection.RHYTHM)
    assert swap not in as_owner.get(url, headers={"HX-Request": "true"}).text


def test_only_buttons_copy_to_the_clipboard(as_owner: Browser, owner: User) -> None:
    leaver = make_leaver(caller=owner)
    assert "data-copy=" not in as_owner.get(page("leaver", leaver.pk)).text
