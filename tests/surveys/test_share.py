"""The score for the world: what is offered, what is refused and why."""

import datetime as dt

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone, translation

from company.models import Company
from surveys.enums import SurveyAudience, SuspectReason
from surveys.formulas.sharing import Evidence, Refusal, refusal
from surveys.models import SurveySettings, Wave
from surveys.press import press_facts
from surveys.queries import shown_on_badge, wave_result
from tests.surveys.conftest import fill, make_answer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (Evidence(30, 0, 180), None),
        (Evidence(29, 0, 0), Refusal.FEW),
        (Evidence(30, 0, 181), Refusal.OLD),
        (Evidence(40, 10, 0), None),
        (Evidence(40, 11, 0), Refusal.DOUBTFUL),
        (Evidence(0, 0, 0), Refusal.FEW),
        (Evidence(500, 0, 0, is_of_clients=False), Refusal.OTHERS),
    ],
)
def test_a_score_is_refused_when_too_little_stands_behind_it(evidence: Evidence, reason: Refusal | None) -> None:
    assert refusal(evidence) == reason


@pytest.fixture
def loved(wave: Wave) -> Wave:
    """A wave with 40 answers."""
    fill(wave, 24, 10, 6)
    return wave


def files(browser: Browser, wave: Wave) -> list[int]:
    """Return how the page, the picture and the PDF answer."""
    return [browser.get(reverse(f"surveys:{name}", args=[wave.pk])).status_code for name in ("wave_share", "share_png", "share_pdf")]


def test_card_and_facts_are_offered(as_manager: Browser, loved: Wave) -> None:
    page = as_manager.get(reverse("surveys:wave_share", args=[loved.pk])).content.decode()
    assert "Лён и хлопок: NPS +45, 95-процентный интервал от +20 до +64." in page
    assert "Лён и хлопок: NPS +45, 95 % interval from +20 to +64." in page
    picture = as_manager.get(reverse("surveys:share_png", args=[loved.pk]))
    assert (picture["Content-Type"], picture.content[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(picture.content[16:20]) == 1200
    document = as_manager.get(reverse("surveys:share_pdf", args=[loved.pk]))
    assert (document["Content-Disposition"], document.content[:5]) == (f'attachment; filename="nps-{loved.pk}.pdf"', b"%PDF-")


def test_few_old_doubtful_and_others_are_refused_with_the_reason(as_manager: Browser, loved: Wave) -> None:
    Wave.objects.update(audience=SurveyAudience.PARTNERS)
    assert files(as_manager, loved) == [200, 404, 404]
    past = timezone.now() - dt.timedelta(days=181)
    Wave.objects.update(audience=SurveyAudience.CLIENTS, starts_at=past - dt.timedelta(days=9), closes_at=past)
    assert "старше 180 дней" in as_manager.get(reverse("surveys:wave_share", args=[loved.pk])).content.decode()
    assert files(as_manager, loved) == [200, 404, 404]
    Wave.objects.update(closes_at=timezone.now() + dt.timedelta(days=1))
    assert files(as_manager, loved) == [200, 200, 200]
    for _ in range(11):
        make_answer(loved, 10, suspect_reason=SuspectReason.HONEYPOT)
    assert files(as_manager, loved) == [200, 404, 404]
    loved.answers.all().delete()
    assert "меньше 30 ответов" in as_manager.get(reverse("surveys:wave_share", args=[loved.pk])).content.decode()


def test_the_badge_shows_the_newest_score_while_it_may(loved: Wave, company: Company) -> None:
    url = reverse("surveys:badge", args=["secret"])
    assert Browser().get(url).status_code == 404
    SurveySettings.objects.create(badge_token="secret", badge_is_on=True)
    Company.objects.update(name="Лён & <хлопок>")
    shown = Browser().get(url)
    assert (shown["Content-Type"], shown["Cache-Control"]) == ("image/svg+xml", "public, max-age=3600")
    assert ">+45<" in shown.content.decode()
    assert "&lt;хлопок&gt;" in shown.content.decode()
    assert shown.cookies == {}
    loved.answers.filter(score=10).delete()
    assert b"text" not in Browser().get(url).content
    assert shown_on_badge(timezone.now()) is None
    assert Browser().get(reverse("surveys:badge", args=["wrong"])).status_code == 404
    SurveySettings.objects.update(badge_is_on=False)
    assert Browser().get(url).status_code == 404


def test_facts_say_how_people_were_asked(loved: Wave, company: Company) -> None:
    fill(loved, 3, 0, 0, channel="phone")
    with translation.override("ru"):
        facts = press_facts(loved, wave_result(loved), company, timezone.now())
    assert "Как спрашивали: письмом 40, по телефону 3." in facts
    assert facts.count("\n") == 5
