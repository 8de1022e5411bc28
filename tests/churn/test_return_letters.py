"""Personal letters of a campaign: put together, edited, unlike each other, sent once."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from churn.enums import ReturnSkip, ReturnState, ReturnWay
from churn.formulas.likeness import greets, letter_hash, likeness, most_like, shared_sentences, words_of
from churn.letters import LetterFacts, draft_letter
from churn.models import ReturnTurn
from churn.queries.return_facts import letter_facts
from churn.queries.returns import letters_to_print, progress
from churn.return_prints import letters_pdf
from churn.services.return_letters import (
    EditedLetter,
    LetterConflictError,
    mark_posted,
    save_letter,
    send_letter,
    send_letters,
    tell_by_phone,
)
from churn.services.returns import ReturnError, choose_way, close_campaign
from clients.models import Client
from company.models import User
from mailing.enums import MessageState
from mailing.models import LetterTemplate, MailWave, Message
from mailing.services import suppress
from tests.churn.return_world import begun, critic, done_action, told_leaver, turn_of, written
from tests.churn.world import TODAY, buy, make_colleague, responsible_employee

pytestmark = pytest.mark.usefixtures("company")
FACTS = LetterFacts(
    client_id=1, name="Ирина Соколова", fixed="возим за полчаса.", signer="Анна Морозова", position="директор", company="Лён", has_left=True
)


def test_a_letter_is_drafted_from_what_is_known(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner, "Ирина Соколова", words="«Ждали три часа»")
    buy(gone.client, 230, product="Скатерть")
    buy(gone.client, 240, product="Скатерть")
    turn = turn_of(begun(action, owner), gone.client)
    facts = letter_facts(turn.campaign, [turn])[turn.pk]
    assert (facts.words, facts.was_call, facts.product, facts.signer) == ("«Ждали три часа»", True, "Скатерть", "owner person")
    said = ("Здравствуйте, Ирина!", "«Ждали три часа»", "10 мая 2026", "Скатерть", "июля 2025")
    for part in (*said, "owner person"):
        assert part in turn.letter
    assert "курьеры приезжают за полчаса" in turn.letter.lower()  # one of the sentences begins with it
    assert (turn.letter_hash, turn.edited_at, turn.state) == (None, None, ReturnState.WAITING)


def test_the_caller_signs_while_still_with_us(owner: User) -> None:
    caller = make_colleague("Пётр Лаптев", seniority=2)
    action, gone = done_action(owner), told_leaver(caller)
    turn = turn_of(begun(action, owner), gone.client)
    assert letter_facts(turn.campaign, [turn])[turn.pk].signer == "Пётр Лаптев"
    User.objects.filter(pk=caller.pk).update(is_active=False)
    assert letter_facts(turn.campaign, [turn])[turn.pk].signer == "owner person"


@pytest.mark.parametrize("count", [1, 3])
def test_facts_cost_the_same_for_one_and_for_many(owner: User, count: int, django_assert_num_queries: object) -> None:
    action = done_action(owner)
    for _number in range(count):
        told_leaver(owner)
    campaign = begun(action, owner)
    turns = list(ReturnTurn.objects.select_related("client__sum", "answer", "leaver"))
    with django_assert_num_queries(5):  # type: ignore[operator]  # pytest-django's fixture
        assert len(letter_facts(campaign, turns)) == count


def test_neighbours_get_different_words() -> None:
    facts = [
        FACTS.__class__(
            **{
                **vars(FACTS),
                "client_id": pk,
                "since": dt.date(2024, 3, 1),
                "product": "Лён",
                "words": "Дорого",
                "fixed_on": TODAY,
                "said_on": TODAY,
            }
        )
        for pk in range(1, 9)
    ]
    letters = {draft_letter(each, "ru").text for each in facts}
    assert len(letters) == len(facts)


@pytest.mark.parametrize(
    ("known", "part"),
    [
        ({}, "Вас давно не было"),
        ({"said_on": dt.date(2026, 5, 1), "was_call": True}, "почему больше у нас не покупаете"),
        ({"said_on": dt.date(2026, 5, 1), "score": 0, "has_left": False}, "0 из 10"),
        ({"said_on": dt.date(2026, 5, 1), "words": "Дорого"}, "«Дорого»"),
        ({"name": "ООО «Луч»"}, "Здравствуйте!"),
        ({"since": dt.date(2024, 3, 1)}, "марта 2024"),
        ({"fixed_on": dt.date(2026, 5, 2)}, "2 мая 2026"),
    ],
)
def test_every_gap_in_what_is_known_has_its_words(known: dict[str, object], part: str) -> None:
    draft = draft_letter(LetterFacts(**{**vars(FACTS), **known}), "ru")
    assert part in draft.text
    assert "None" not in draft.text + draft.subject
    assert ".." not in draft.text


def test_a_long_quote_is_cut_between_words() -> None:
    text = draft_letter(LetterFacts(**{**vars(FACTS), "words": "слово " * 200, "said_on": TODAY}), "ru").text
    assert "слово…" in text
    assert len(text) < 1000


def test_an_english_letter_is_english() -> None:
    assert draft_letter(FACTS, "en").text.startswith("Hello")


def test_an_untouched_draft_is_refused(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    turn = turn_of(begun(action, owner), gone.client)
    for text in (turn.letter, f"{turn.letter}!!! 2026"):
        with pytest.raises(ReturnError):
            written(turn, owner, text=text)
    assert ReturnTurn.objects.get().letter_hash is None


def test_the_same_words_to_two_clients_are_refused(owner: User) -> None:
    action, first, second = done_action(owner), told_leaver(owner, "Ирина Белова"), told_leaver(owner, "Олег Серов")
    campaign = begun(action, owner)
    written(turn_of(campaign, first.client), owner, text="Ирина, приходите 12 мая.")
    with pytest.raises(ReturnError):
        written(turn_of(campaign, second.client), owner, text="Олег, приходите 15 мая!")
    assert turn_of(campaign, second.client).state == ReturnState.WAITING


def test_two_people_at_one_letter_lose_nothing(owner: User, manager: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    turn = turn_of(begun(action, owner), gone.client)
    written(turn, owner, text="Первые слова от себя")
    with pytest.raises(LetterConflictError):
        written(turn, manager, text="Вторые слова от себя")
    turn.refresh_from_db()
    assert (turn.letter, turn.edited_by) == ("Первые слова от себя", owner)
    written(turn, manager, text="Вторые слова от себя")


def test_ready_letters_leave_once_each_with_a_way_out(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    answer = critic(action)
    campaign = begun(action, owner)
    assert answer.client
    for client in (gone.client, answer.client):
        written(turn_of(campaign, client), owner)
    assert send_letters(campaign=campaign, actor=owner, now=timezone.now()).sent == 2
    assert send_letters(campaign=campaign, actor=owner, now=timezone.now()).sent == 0
    turn = turn_of(campaign, gone.client)
    assert (turn.state, turn.told_on) == (ReturnState.TOLD, TODAY)
    message = Message.objects.get(external_key=str(turn.pk))
    assert (message.to_address, message.state, turn.message) == (gone.client.email, MessageState.QUEUED, message)
    letter = message.wave.letter
    assert "Своими словами" in letter.text
    assert "{unsubscribe_url}" in letter.text
    assert (Message.objects.count(), MailWave.objects.count()) == (2, 2)


def test_an_unedited_letter_is_not_sent(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    campaign = begun(action, owner)
    assert send_letter(pk=turn_of(campaign, gone.client).pk, actor=owner, now=timezone.now()) == ""
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("do_not_mail", ReturnSkip.DO_NOT_DISTURB),
        ("unsubscribed", ReturnSkip.DO_NOT_DISTURB),
        ("no_email", ReturnSkip.NO_CONTACT),
        ("bought", ReturnSkip.CAME_BACK),
    ],
)
def test_who_may_not_be_written_to_any_more_is_left_in_peace(owner: User, how: str, reason: str) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    campaign = begun(action, owner)
    written(turn_of(campaign, gone.client), owner)
    if how == "unsubscribed":
        suppress(address=gone.client.email, reason="unsubscribed", source="test")
    elif how == "bought":
        buy(gone.client, 0)
    else:
        Client.objects.filter(pk=gone.client_id).update(**({"do_not_mail": True} if how == "do_not_mail" else {"email": ""}))
    assert send_letters(campaign=campaign, actor=owner, now=timezone.now()).skipped == 1
    turn = turn_of(campaign, gone.client)
    assert (turn.state, turn.skip_reason, Message.objects.count()) == (ReturnState.SKIPPED, reason, 0)


def test_who_asks_not_to_be_written_to_gets_no_printed_letter_either(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    campaign = begun(action, owner, way=ReturnWay.POST)
    written(turn_of(campaign, gone.client), owner, postal_address="ул. Садовая, 5")
    assert (letters_to_print(campaign).count(), progress(campaign).counts["post"]) == (1, 1)
    Client.objects.filter(pk=gone.client_id).update(do_not_mail=True)
    assert (letters_to_print(campaign).count(), progress(campaign).counts["post"]) == (0, 0)


def test_a_closed_campaign_sends_and_edits_nothing(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    campaign = begun(action, owner)
    turn = written(turn_of(campaign, gone.client), owner)
    close_campaign(campaign=campaign, actor=owner)
    assert send_letters(campaign=campaign, actor=owner, now=timezone.now()).sent == 0
    with pytest.raises(ReturnError):
        written(turn, owner, text="Ещё слова")


def test_the_companys_frame_holds_the_letter_and_braces_fill_nothing(owner: User) -> None:
    LetterTemplate.objects.create(kind="win_back", locale="ru", subject="-", text="Сверху\n\n{letter}\n\nСнизу")
    action, gone = done_action(owner), told_leaver(owner)
    campaign = begun(action, owner)
    written(turn_of(campaign, gone.client), owner, text="Слова {code} от себя", subject="Тема {x}")
    send_letters(campaign=campaign, actor=owner, now=timezone.now())
    letter = Message.objects.get().wave.letter
    assert letter.subject == "Тема (x)"
    assert "Сверху\n\nСлова (code) от себя\n\nСнизу" in letter.text


def test_letters_by_post_are_printed_and_marked(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    campaign = begun(action, owner, way=ReturnWay.POST)
    turn = written(turn_of(campaign, gone.client), owner)
    assert mark_posted(campaign=campaign, turns=[turn.pk], actor=owner, today=TODAY) == 0
    turn = written(turn, owner, postal_address="Ирине Беловой\nул. Садовая, 5\n#let x = 1", text=f"{turn.letter} *Да* #pagebreak()")
    assert letters_pdf(campaign, [turn], TODAY).startswith(b"%PDF")
    assert [mark_posted(campaign=campaign, turns=[turn.pk], actor=owner, today=TODAY) for _time in range(2)] == [1, 0]
    assert turn_of(campaign, gone.client).told_on == TODAY


def test_an_edited_letter_stays_ready_in_another_written_way(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    campaign = begun(action, owner)
    turn = written(turn_of(campaign, gone.client), owner)
    choose_way(turn=turn, way=ReturnWay.POST, actor=owner, today=TODAY)
    assert turn_of(campaign, gone.client).state == ReturnState.READY


def test_critics_are_told_by_phone_and_leavers_only_in_the_queue(owner: User) -> None:
    action, gone, answer = done_action(owner), told_leaver(owner), critic(None)
    answer.action = action
    answer.save()
    campaign = begun(action, owner, way=ReturnWay.CALL)
    with pytest.raises(ReturnError):
        tell_by_phone(turn=turn_of(campaign, gone.client), actor=owner, today=TODAY)
    assert answer.client
    turn = turn_of(campaign, answer.client)
    tell_by_phone(turn=turn, actor=owner, today=TODAY)
    with pytest.raises(ReturnError):
        tell_by_phone(turn=turn, actor=owner, today=TODAY)
    assert [turn_of(campaign, client).state for client in (gone.client, answer.client)] == [ReturnState.WAITING, ReturnState.TOLD]


def test_who_asked_not_to_be_called_is_not(owner: User) -> None:
    action, answer = done_action(owner), critic(None)
    answer.action = action
    answer.save()
    assert answer.client
    campaign = begun(action, owner, way=ReturnWay.CALL)
    Client.objects.update(do_not_call=True)
    with pytest.raises(ReturnError):
        tell_by_phone(turn=turn_of(campaign, answer.client), actor=owner, today=TODAY)


def test_nobody_calls_critics_of_their_own(owner: User, manager: User) -> None:
    action, answer = done_action(owner), critic(None)
    answer.action = action
    answer.save()
    assert answer.client
    Client.objects.filter(pk=answer.client.pk).update(responsible=responsible_employee(manager))
    turn = turn_of(begun(action, owner, way=ReturnWay.CALL), answer.client)
    with pytest.raises(ReturnError):
        tell_by_phone(turn=turn, actor=manager, today=TODAY)
    assert ReturnTurn.objects.get().state == ReturnState.WAITING
    tell_by_phone(turn=turn, actor=owner, today=TODAY)
    turn = ReturnTurn.objects.get()
    assert (turn.state, turn.told_by, turn.responsible) == (ReturnState.TOLD, owner, manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnTurn.objects.update(told_by=manager)


def test_someone_held_out_gets_no_letter(owner: User) -> None:
    action, gone = done_action(owner), told_leaver(owner)
    turn = turn_of(begun(action, owner), gone.client)
    ReturnTurn.objects.update(is_held_out=True)
    with pytest.raises(ReturnError):
        save_letter(turn=turn, edited=EditedLetter("Тема", "Слова", "", None), actor=owner, now=timezone.now())


def test_words_leave_names_numbers_and_signs_out() -> None:
    assert words_of("Ждём, Ирина: 12 мая!", ["Ирина Белова"]) == ["ждем", "мая"]
    assert letter_hash("Ирина, ждём 5 мая", ["Ирина"]) == letter_hash("Олег! Ждем 7 мая.", ["Олег"])


def test_likeness_is_from_nothing_to_all() -> None:
    text = ["мы", "исправили", "то", "о", "чём", "вы", "сказали"]
    assert (likeness(text, text), likeness(text, ["совсем", "другие", "слова"]), likeness([], [])) == (1.0, 0.0, 0.0)


def test_the_most_like_letter_is_named_with_what_both_say() -> None:
    text = "Ирина! Курьеры теперь приезжают за полчаса. Жду вас в субботу с подарком для дочери."
    others = [
        ("Олег", "Олег! Курьеры теперь приезжают за полчаса. Ваш столик у окна ждёт."),
        ("Анна", "Совсем другое письмо о другом деле."),
    ]
    found = most_like(text, ["Ирина"], others)
    assert found
    assert (found.whose, found.sentences) == ("Олег", ["Курьеры теперь приезжают за полчаса."])
    assert shared_sentences("Да.", "Да.") == []
    assert most_like(text, [], []) is None


@pytest.mark.parametrize(
    ("fixed", "inside"),
    [("Возим до девяти.", "возим до девяти"), ("СМС приходит сразу", "СМС приходит сразу"), ("«Экспресс» за час", "«Экспресс» за час")],
)
def test_what_was_fixed_stands_small_inside_a_sentence(fixed: str, inside: str) -> None:
    facts = replace(FACTS, fixed=fixed, fixed_on=TODAY)
    letters = [draft_letter(replace(facts, client_id=number), "ru").text for number in range(9)]
    begins = inside[:1].upper() + inside[1:]
    assert all(f": {inside}" in letter or f". {begins}:" in letter for letter in letters)


def test_a_letter_that_greets_another_client_is_noticed() -> None:
    others = ["Зоя Ершова", "", "Кафе «Вадим»"]
    assert greets("Здравствуйте, Зоя!\n\nЖдём.", "Вадим Рогов", others) == "Зоя Ершова"
    assert greets("Здравствуйте, Вадим!\n\nЗоя просила передать.", "Вадим Рогов", others) == ""
    assert greets("Здравствуйте!", "Вадим Рогов", others) == ""
