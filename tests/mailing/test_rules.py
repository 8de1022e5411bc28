"""The pages of rules, of letters not delivered, and of what was decided."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from company.models import Company, User
from mailing.enums import AccountState
from mailing.models import MailEvent, MailSettings, MailWave, Message, SmtpAccount
from mailing.services import cancel_wave, pause_wave, resume_account, resume_wave, send_again
from mailing.services.accounts import default_account, stop_account
from tests.mailing.conftest import PlanWave

RULES, DEAD = reverse("mailing:rules"), reverse("mailing:dead_list")
GOOD = {"quiet_from": "21", "quiet_to": "9", "domain_rate_per_minute": "60", "day_quota": ""}


def dead(plan: PlanWave) -> MailWave:
    """Plan a wave and let it end badly: one refused, one unknown, one sent."""
    wave = plan(3)
    Message.objects.filter(external_key="0").update(state="failed", reason="hard", smtp_code=550, server_reply="=no")
    Message.objects.filter(external_key__in="12").update(state="claimed")
    Message.objects.filter(external_key__in="12").update(state="sending")
    Message.objects.filter(external_key="1").update(state="unknown", reason="no_answer")
    Message.objects.filter(external_key="2").update(state="sent", sent_at=timezone.now())
    return wave


def test_rules_are_off_until_saved(as_manager: Browser) -> None:
    page = as_manager.get(RULES)
    assert "выключены, пока не сохраните" in page.content.decode()
    assert page.context["form"].initial["quiet_from"] == 22
    assert as_manager.post(RULES, GOOD).status_code == 302
    assert MailSettings.objects.values_list("quiet_from", "quiet_to").get() == (21, 9)
    account = SmtpAccount.objects.get()
    assert (account.domain_rate_per_minute, account.day_quota) == (60, None)
    assert set(MailEvent.objects.values_list("what", "actor__email")) == {
        ("quieted", "manager@example.org"),
        ("limited", "manager@example.org"),
    }
    assert "включены" in as_manager.get(RULES).content.decode()


def test_saving_the_same_rules_again_decides_nothing(as_manager: Browser) -> None:
    as_manager.post(RULES, GOOD)
    as_manager.post(RULES, GOOD)
    assert MailEvent.objects.count() == 2


@pytest.mark.parametrize(
    "bad", [{"quiet_from": "24"}, {"quiet_to": ""}, {"domain_rate_per_minute": "0"}, {"day_quota": "-5"}, {"day_quota": "x"}]
)
def test_nonsense_is_refused_and_nothing_changes(as_manager: Browser, bad: dict[str, str]) -> None:
    assert as_manager.post(RULES, GOOD | bad).status_code == 422
    assert not MailSettings.objects.exists()
    assert not SmtpAccount.objects.exists()


def test_every_decision_is_written_down_with_who_made_it(plan: PlanWave, owner: User) -> None:
    wave = dead(plan)
    pause_wave(mail_wave=wave, actor=owner)
    pause_wave(mail_wave=wave, actor=owner)
    resume_wave(mail_wave=wave, actor=owner)
    send_again(message=Message.objects.get(external_key="0"), actor=owner)
    stop_account(account=default_account(), reason="535 no")
    stop_account(account=default_account(), reason="535 no")
    resume_account(account=default_account(), actor=owner)
    cancel_wave(mail_wave=wave, actor=owner)
    assert list(MailEvent.objects.order_by("id").values_list("what", "actor", "note")) == [
        ("paused", owner.pk, ""),
        ("resumed", owner.pk, ""),
        ("sent_again", owner.pk, "1"),
        ("stopped", None, "535 no"),
        ("started", owner.pk, ""),
        ("cancelled", owner.pk, ""),
    ]


def test_decisions_and_shares_of_failures_are_shown_in_words(as_manager: Browser, plan: PlanWave) -> None:
    wave = plan(1)
    pause_wave(mail_wave=wave, actor=None, reason="errors:12/50")
    html = as_manager.get(f"{reverse('mailing:message_list')}?wave={wave.pk}").content.decode()
    assert html.count("Не доставлено писем: 12 из 50") == 2
    assert "Маяк сам" in html


def test_a_held_account_is_shown_and_confirmed(as_manager: Browser, company: Company) -> None:
    default_account()
    SmtpAccount.objects.update(state=AccountState.FENCED)
    assert "Восстановили из копии?" in as_manager.get(reverse("mailing:message_list")).content.decode()
    assert as_manager.post(reverse("mailing:account_confirm", args=[1])).status_code == 302
    assert SmtpAccount.objects.get().state == AccountState.OPEN
    assert MailEvent.objects.get().what == "confirmed"


def test_dead_letters_are_found_by_wave_and_reason(as_manager: Browser, plan: PlanWave) -> None:
    wave = dead(plan)
    other = plan(1, occurrence_key="other")

    def keys(query: str) -> list[str]:
        return [message.external_key for message in as_manager.get(f"{DEAD}?{query}").context["page"]]

    assert keys("") == ["1", "0"]
    assert keys("reason=hard") == ["0"]
    assert keys(f"wave={other.pk}") == []
    assert keys(f"wave={wave.pk}&reason=nonsense") == ["1", "0"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_a_fixed_number_of_questions(as_manager: Browser, plan: PlanWave, django_assert_num_queries: Any, count: int) -> None:
    plan(count)
    Message.objects.update(state="failed", reason="hard")
    with django_assert_num_queries(7):
        as_manager.get(DEAD)


def test_the_table_can_be_taken_away_and_holds_no_formula(as_manager: Browser, plan: PlanWave) -> None:
    dead(plan)
    table = as_manager.get(reverse("mailing:dead_export", args=["csv"]) + "?reason=hard").content.decode("utf-8-sig").splitlines()
    assert len(table) == 2
    assert table[1].startswith("Ирина 0;client0@example.org;Приглашение;")
    assert ";550;'=no;" in table[1]
    assert as_manager.get(reverse("mailing:dead_export", args=["xlsx"])).content[:2] == b"PK"
    assert as_manager.get(reverse("mailing:dead_export", args=["exe"])).status_code == 404


def test_only_the_chosen_are_sent_again(as_manager: Browser, plan: PlanWave) -> None:
    dead(plan)
    ids = list(Message.objects.filter(external_key__in="02").order_by("external_key").values_list("pk", flat=True))
    again = reverse("mailing:dead_again")
    as_manager.post(again, {"message": ids})
    assert set(Message.objects.values_list("external_key", "state")) == {("0", "failed"), ("1", "unknown"), ("2", "sent")}
    as_manager.post(again, {"message": ids[:1]})
    assert set(Message.objects.values_list("external_key", "state")) == {("0", "queued"), ("1", "unknown"), ("2", "sent")}
    assert as_manager.post(again, {}).status_code == 302
    assert MailEvent.objects.get().note == "1"
