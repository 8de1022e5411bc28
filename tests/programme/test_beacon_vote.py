"""From the shortlist to the published words by an anonymous vote of all colleagues."""

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from company.models import Company, User
from programme.models import BeaconRound, BeaconVariant
from programme.queries.beacon import beacon_in_force
from programme.services.beacon_vote import draft_vote
from surveys.enums import StaffSurveyKind, WaveState
from surveys.formulas.ballots import Vote
from surveys.models import StaffWave
from surveys.services import cast_ballot, close_staff_wave, delete_staff_wave
from tests.surveys.staff import hire, launched, tokens_of

SENTENCES = ("Держим слово", "Помним каждого", "Отвечаем сразу")
VOTE, PAGE = reverse("programme:beacon_vote"), reverse("programme:beacon")


@pytest.fixture
def collection(company: Company, manager: User) -> BeaconRound:
    """An open collection with three sentences on the shortlist and one beside it."""
    collection = BeaconRound.objects.create(started_by=manager)
    BeaconVariant.objects.bulk_create(BeaconVariant(round=collection, text=text, is_shortlisted=True) for text in SENTENCES)
    BeaconVariant.objects.create(round=collection, text="Не для голосования")
    return collection


def voted(collection: BeaconRound, manager: User, *choices: str) -> StaffWave:
    """Let colleagues choose these sentences."""
    hire(12)
    draft = draft_vote(collection=collection, actor=manager, now=timezone.now())
    wave = launched(draft)
    for token, choice in zip(tokens_of(wave), choices, strict=False):
        cast_ballot(token=token, vote=Vote(choice=wave.options.index(choice)), now=timezone.now())
    assert close_staff_wave(wave=wave, actor=manager, now=timezone.now())
    return wave


def test_one_press_makes_one_draft_of_the_shortlist_and_closes_the_link(as_manager: Browser, collection: BeaconRound) -> None:
    pages = [as_manager.post(VOTE)["Location"] for _press in range(2)]
    wave = StaffWave.objects.get()
    assert pages == [reverse("surveys:staff_detail", args=[wave.pk])] * 2
    assert (wave.kind, wave.state, set(wave.options), wave.slices) == (StaffSurveyKind.VOTE, WaveState.DRAFT, set(SENTENCES), [])
    collection.refresh_from_db()
    assert (collection.vote, collection.is_open) == (wave, False)
    preview = as_manager.get(reverse("surveys:staff_preview", args=[wave.pk])).content.decode()
    assert ("Выбираем наши слова: один вопрос, до" in preview, all(text in preview for text in SENTENCES)) == (True, True)
    letter = as_manager.get(reverse("surveys:staff_letter", args=[wave.pk])).content.decode()
    assert ("одна из них станет нашей" in letter, "{" in letter.split("</style>")[1]) == (True, False)
    assert reverse("surveys:staff_detail", args=[wave.pk]) in as_manager.get(PAGE).content.decode()


@pytest.mark.parametrize("shortlisted", [0, 1, 7])
def test_too_few_and_too_many_are_refused(as_manager: Browser, collection: BeaconRound, shortlisted: int) -> None:
    collection.variants.all().delete()
    BeaconVariant.objects.bulk_create(
        BeaconVariant(round=collection, text=f"Слово {number}", is_shortlisted=True) for number in range(shortlisted)
    )
    assert as_manager.post(VOTE)["Location"] == reverse("programme:beacon_sort")
    collection.refresh_from_db()
    assert (StaffWave.objects.count(), collection.vote, collection.is_open) == (0, None, True)


def test_the_same_sentence_twice_is_one_option(collection: BeaconRound, manager: User) -> None:
    BeaconVariant.objects.create(round=collection, text="держим  слово", is_shortlisted=True)
    wave = draft_vote(collection=collection, actor=manager, now=timezone.now())
    assert len(wave.options) == len({option.casefold() for option in wave.options}) == 3


def test_there_is_nothing_to_vote_about_without_a_collection(as_manager: Browser) -> None:
    assert as_manager.post(VOTE).status_code == 404


def test_the_winner_is_filled_in_to_be_published(as_manager: Browser, as_staff: Browser, collection: BeaconRound, manager: User) -> None:
    wave = voted(collection, manager, *[SENTENCES[1]] * 4, *[SENTENCES[0]] * 2, SENTENCES[2])
    page = as_manager.get(PAGE)
    assert [(line.text, line.votes) for line in page.context["vote"].lines] == [(SENTENCES[1], 4), (SENTENCES[0], 2), (SENTENCES[2], 1)]
    address = f"{reverse('programme:beacon_edit')}?choice={wave.options.index(SENTENCES[1])}"
    assert page.content.decode().count(address) == 1
    assert as_manager.get(address).context["form"]["text"].value() == SENTENCES[1]
    assert "vt-list" not in as_staff.get(PAGE).content.decode()
    as_manager.post(address, {"text": SENTENCES[1], "meaning": "", "based_on": 0})
    version = beacon_in_force()
    assert version is not None
    assert version.text == SENTENCES[1]
    assert as_manager.get(PAGE).context["vote"] is None


def test_of_a_vote_of_few_the_page_tells_nothing(as_manager: Browser, collection: BeaconRound, manager: User) -> None:
    voted(collection, manager, *[SENTENCES[1]] * 3)
    page = as_manager.get(PAGE).content.decode()
    assert ("Результат показать нельзя" in page, "is-won" in page, "?choice=" in page) == (True, False, False)


def test_after_a_tie_both_may_be_published_and_there_may_be_another_vote(
    as_manager: Browser, collection: BeaconRound, manager: User
) -> None:
    first = voted(collection, manager, *[SENTENCES[1]] * 3, *[SENTENCES[0]] * 3)
    assert as_manager.get(PAGE).content.decode().count("?choice=") == 2
    as_manager.post(VOTE)
    collection.refresh_from_db()
    assert collection.vote not in (None, first)
    assert StaffWave.objects.count() == 2


def test_a_draft_thrown_away_leaves_the_shortlist(as_manager: Browser, collection: BeaconRound, manager: User) -> None:
    draft = draft_vote(collection=collection, actor=manager, now=timezone.now())
    assert delete_staff_wave(wave=draft, actor=manager)
    page = as_manager.get(PAGE).content.decode()
    assert (VOTE in page, SENTENCES[0] in page) == (True, True)


@pytest.mark.parametrize("choice", ["", "x", "3", "99", "-1", "²", "1" * 400])
def test_a_choice_nobody_offered_fills_in_nothing(as_manager: Browser, collection: BeaconRound, manager: User, choice: str) -> None:
    draft_vote(collection=collection, actor=manager, now=timezone.now())
    page = as_manager.get(reverse("programme:beacon_edit"), {"choice": choice})
    assert (page.status_code, page.context["form"]["text"].value()) == (200, "")
