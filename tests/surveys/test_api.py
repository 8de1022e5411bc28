"""Answers sent by other systems."""

import datetime as dt
import json
import re
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIRequestFactory, force_authenticate

from clients.models import Client, Segment
from common.tokens import keyed_hash
from company.models import ApiToken, User
from company.services import create_token, revoke_token
from mailing.enums import MessageState
from mailing.models import Message
from surveys.api import answer_create
from surveys.enums import AnswerChannel, Rhythm, SkipReason, SurveyAudience
from surveys.limits import API_POSTS_IN_WINDOW
from surveys.models import Answer, Invitation, PostWindow, Survey, Wave
from surveys.services import close_wave, create_always_survey
from tests.surveys.conftest import make_answer, make_client, make_draft, start

URL = "/api/v1/answers/"
SCOPES = ["answers:write"]


@pytest.fixture
def secret(owner: User) -> str:
    """The secret of a working token."""
    return create_token(name="Касса", scopes=SCOPES, expires_at=None, actor=owner)[1]


def post(secret: str, body: Any, **headers: Any) -> Any:
    """Send a body with the token."""
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    given = {"Authorization": f"Bearer {secret}", "Accept-Language": "en", **headers}
    return Browser(headers=given).post(URL, data, content_type="application/json")


def body_of(place: Wave, /, **changes: Any) -> dict[str, Any]:
    """Return a full answer of the wave."""
    return {"wave": place.pk, "key": "check-1", "score": 9, "why": "Быстро", "ten": "", "call_me": False, **changes}


def fields_of(response: Any) -> list[str]:
    """Return what an answer of the API finds fault with; every fault has a reason."""
    errors = response.json()["errors"]
    assert all(error["reason"] for error in errors)
    return sorted({error["field"] for error in errors})


def test_an_answer_is_saved_with_its_client(wave: Wave, irina: Client, secret: str) -> None:
    Client.objects.filter(pk=irina.pk).update(segment=Segment.objects.create(name="Дом"))
    irina.refresh_from_db()
    moment = timezone.now() - dt.timedelta(days=2)
    response = post(secret, body_of(wave, client_external_id="c1", call_me=True, answered_at=moment.isoformat()))
    answer = Answer.objects.get()
    assert (response.status_code, response.json()) == (201, {"id": answer.pk, "wave": wave.pk, "client_found": True})
    assert (answer.score, answer.why, answer.ten, answer.call_me) == (9, "Быстро", "", True)
    assert (answer.channel, answer.client, answer.branch, answer.segment) == (AnswerChannel.API, irina, irina.branch, irina.segment)
    assert (answer.answered_at, answer.suspect_reason, answer.invitation) == (moment, "", wave.invitations.get())


def test_an_answer_stops_the_letter(wave: Wave, irina: Client, secret: str) -> None:
    post(secret, body_of(wave, email=irina.email.upper()))
    assert Message.objects.get().state == MessageState.SKIPPED


def test_who_was_not_invited_is_written_down_so_that_no_letter_follows(wave: Wave, secret: str) -> None:
    late = make_client(2)
    post(secret, body_of(wave, client_external_id="c2"))
    assert Invitation.objects.get(client=late).skip_reason == SkipReason.BY_API
    assert Answer.objects.get().client == late


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({"client_external_id": "c1"}, "c1"),
        ({"client_external_id": 7}, "7"),
        ({"email": "Client1@example.org"}, "c1"),
        ({"phone": "8 (903) 555-41-07"}, "c1"),
        ({"client_external_id": "c1", "email": "client2@example.org"}, "c1"),
        ({"client_external_id": "nobody", "email": "client2@example.org"}, "c2"),
        ({"email": "shared@example.org"}, None),
        ({"email": "shared@example.org", "phone": "+79035554107"}, "c1"),
        ({"client_external_id": "nobody"}, None),
        ({"client_external_id": "", "email": "", "phone": ""}, None),
        ({}, None),
    ],
)
def test_the_client_is_found_by_number_then_email_then_phone(wave: Wave, secret: str, sent: dict[str, Any], found: str | None) -> None:
    make_client(2)
    Client.objects.create(external_id="7", name="Семь")
    for number in (3, 4):
        make_client(number, email="shared@example.org")
    response = post(secret, body_of(wave, **sent))
    assert (response.status_code, response.json()["client_found"]) == (201, found is not None)
    owner = Answer.objects.get().client
    assert (owner.external_id if owner else None) == found


def test_the_same_key_again_is_the_same_answer(wave: Wave, irina: Client, secret: str) -> None:
    body = body_of(wave, client_external_id="c1")
    first, second = post(secret, body), post(secret, body)
    assert (first.status_code, second.status_code, second.json()) == (201, 200, first.json())
    assert Answer.objects.get().corrected_at is None


def test_the_same_key_with_other_words_corrects(wave: Wave, irina: Client, secret: str) -> None:
    post(secret, body_of(wave, client_external_id="c1"))
    assert post(secret, body_of(wave, score=3, why="Нет, долго")).status_code == 200
    answer = Answer.objects.get()
    assert (answer.score, answer.why, answer.client, answer.corrected_at is None) == (3, "Нет, долго", irina, False)


def test_the_same_key_of_another_wave_is_refused(wave: Wave, secret: str) -> None:
    other = start(make_draft(name="Зима"))
    post(secret, body_of(wave))
    response = post(secret, body_of(other, score=1))
    assert (response.status_code, fields_of(response)) == (409, ["key"])
    assert (Answer.objects.get().wave, Answer.objects.get().score) == (wave, 9)


def test_keys_of_two_systems_do_not_meet(wave: Wave, secret: str, owner: User) -> None:
    other = create_token(name="Сайт", scopes=SCOPES, expires_at=None, actor=owner)[1]
    assert [post(sender, body_of(wave)).status_code for sender in (secret, other)] == [201, 201]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("whose", [{}, {"client_external_id": "c1"}])
def test_ten_posts_at_once_are_one_answer(wave: Wave, secret: str, whose: dict[str, str]) -> None:
    statuses = []

    def send() -> None:
        statuses.append(post(secret, body_of(wave, **whose)).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(statuses), Answer.objects.count()) == ([*[200] * 9, 201], 1)


def test_who_has_answered_by_another_road_keeps_that_answer(wave: Wave, irina: Client, secret: str) -> None:
    make_answer(wave, 4, client=irina, invitation=wave.invitations.get())
    response = post(secret, body_of(wave, client_external_id="c1"))
    assert (response.status_code, fields_of(response)) == (409, ["client"])
    assert Answer.objects.get().score == 4


def test_a_closed_wave_takes_nothing_but_repeats(wave: Wave, owner: User, secret: str) -> None:
    post(secret, body_of(wave))
    close_wave(wave=wave, actor=owner, now=timezone.now())
    assert post(secret, body_of(wave)).status_code == 200
    for body in (body_of(wave, score=1), body_of(wave, key="new"), body_of(wave, key="new", client_external_id="c1")):
        response = post(secret, body)
        assert (response.status_code, fields_of(response)) == (409, ["wave"])
    assert Answer.objects.get().score == 9


def test_a_draft_takes_nothing(irina: Client, secret: str) -> None:
    response = post(secret, body_of(make_draft(), client_external_id="c1"))
    assert (response.status_code, fields_of(response), Invitation.objects.count()) == (409, ["wave"], 0)


def test_an_answer_of_a_survey_goes_to_the_wave_of_its_month(owner: User, secret: str) -> None:
    survey = create_always_survey(locale="ru", actor=owner)
    body = {"survey": survey.pk, "key": "1", "score": 0}
    first = post(secret, body)
    assert (first.status_code, post(secret, body).json()) == (201, first.json())
    answer = Answer.objects.get()
    assert (answer.wave.survey, answer.score, answer.why, answer.client) == (survey, 0, "", None)


def test_a_survey_without_a_running_wave_takes_nothing(owner: User, secret: str) -> None:
    survey = Survey.objects.create(name="Год", subject="Год", rhythm=Rhythm.YEARLY, next_on=timezone.localdate())
    response = post(secret, {"survey": survey.pk, "key": "1", "score": 5})
    assert (response.status_code, fields_of(response)) == (409, ["wave"])


def in_days(days: float) -> str:
    """Return a moment so many days from now."""
    return (timezone.now() + dt.timedelta(days=days)).isoformat()


def each(field: str, values: list[Any]) -> list[tuple[dict[str, Any], list[str]]]:
    """Return the cases of one field."""
    return [({field: value}, [field]) for value in values]


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    *each("score", [-1, 11, 7.5, "", None, "ten", [], {}, True, 10**30, "9" * 2_000]),
    *each("why", ["x" * 2_001, None, [], {"a": 1}, "a\0b", "\ud800"]),
    ({"ten": "x" * 2_001}, ["ten"]),
    *each("call_me", ["maybe", None, 7, []]),
    *each("key", ["", " ", None, "x" * 201, [], "a\0b", "\ud800"]),
    *each("email", ["nobody", "a\0@example.org", None, 5]),
    *each("phone", ["12", "call me", None, "+7" + "9" * 60]),
    ({"client_external_id": "x" * 65}, ["client_external_id"]),
    *each("answered_at", ["yesterday", None, 5, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]),
    ({"answered_at": in_days(1)}, ["answered_at"]),
    ({"answered_at": in_days(-31)}, ["answered_at"]),
    *each("wave", [0, 10**30, "x", None, [], True]),
    ({"survey": 0}, ["survey"]),
    ({"clientexternalid": "c1", "score_": 1}, ["clientexternalid", "score_"]),
    ({"score": 11, "key": ""}, ["key", "score"]),
]


def test_what_is_wrong_is_told_by_field(wave: Wave, secret: str) -> None:
    told = [
        (response.status_code, fields_of(response)) for changes, _fields in WRONG if (response := post(secret, body_of(wave, **changes)))
    ]
    assert told == [(422, fields) for _changes, fields in WRONG]
    assert Answer.objects.count() == 0


def test_the_place_is_named_once(wave: Wave, owner: User, secret: str) -> None:
    survey = create_always_survey(locale="ru", actor=owner)
    for body in ({"key": "1", "score": 5}, body_of(wave, survey=survey.pk)):
        response = post(secret, body)
        assert (response.status_code, fields_of(response)) == (422, ["survey", "wave"])


def test_needed_fields_are_named(db: Any, secret: str) -> None:
    assert fields_of(post(secret, {})) == ["key", "score"]
    assert fields_of(post(secret, [1])) == [""]


def test_partners_answer_by_their_links(secret: str) -> None:
    wave = make_draft(audience=SurveyAudience.PARTNERS)
    assert fields_of(post(secret, body_of(wave))) == ["wave"]


BODIES: list[tuple[str | bytes, int]] = [
    ("{", 400),
    ('{"score": NaN}', 400),
    ("[" * 30_000, 400),
    (b"\xff\xfe\xfa", 400),
    ('{"score": ' + "9" * 5_000 + "}", 400),
    ('{"why": "' + "x" * 33_000 + '"}', 413),
    ("null", 422),
    ('"text"', 422),
]


def test_a_body_that_is_no_answer_is_refused(secret: str) -> None:
    told = [(response.status_code, fields_of(response)) for body, _status in BODIES if (response := post(secret, body))]
    assert told == [(status, [""]) for _body, status in BODIES]


def test_only_json_is_read_and_written(wave: Wave, secret: str) -> None:
    headers = {"Authorization": f"Bearer {secret}"}
    assert Browser(headers=headers).post(URL, {"score": 5}).status_code == 415
    assert post(secret, body_of(wave), Accept="text/html").status_code == 406
    assert post(secret, body_of(wave))["Content-Type"] == "application/json"
    assert (Browser(headers=headers).get(URL).status_code, Browser(headers=headers).put(URL).status_code) == (403, 405)


HEADERS = ("", "Bearer", "Bearer ", "Bearer x", "Basic {}", "{}", "Bearer {} {}", "Bearer {}x", "Bearer \0", "Bearer \xe9")


def test_without_a_working_token_nobody_comes_in(wave: Wave, secret: str) -> None:
    for header in HEADERS:
        response = post(secret, body_of(wave), Authorization=header.replace("{}", secret))
        assert (response.status_code, response["WWW-Authenticate"], fields_of(response)) == (401, "Bearer", [""])
    assert (Answer.objects.count(), ApiToken.objects.get().last_used_at) == (0, None)


def test_revoked_and_expired_tokens_do_not_work(wave: Wave, secret: str, owner: User) -> None:
    token, now = ApiToken.objects.get(), timezone.now()
    revoke_token(token=token, actor=owner, now=now)
    assert post(secret, body_of(wave)).status_code == 401
    ApiToken.objects.update(revoked_at=None, expires_at=now)
    assert post(secret, body_of(wave)).status_code == 401
    ApiToken.objects.update(expires_at=now + dt.timedelta(minutes=5))
    assert post(secret, body_of(wave)).status_code == 201


def test_a_signed_in_browser_needs_a_token_too(as_owner: Browser, wave: Wave) -> None:
    assert as_owner.post(URL, body_of(wave), content_type="application/json").status_code == 401


def test_a_token_without_the_scope_may_not_write(wave: Wave) -> None:
    request = APIRequestFactory().post(URL, body_of(wave), format="json")
    force_authenticate(request, token=ApiToken(pk=1, scopes=[]))  # type: ignore[arg-type]  # the stubs know the framework's own tokens only
    response = answer_create(request)
    assert (response.status_code, Answer.objects.count()) == (403, 0)


def test_a_token_that_sends_without_end_is_held_back(wave: Wave, secret: str) -> None:
    key = keyed_hash("api limit", f"{ApiToken.objects.get().pk}")
    PostWindow.objects.create(key=key, count=API_POSTS_IN_WINDOW - 1, ends_at=timezone.now() + dt.timedelta(minutes=5))
    assert post(secret, body_of(wave)).status_code == 201
    response = post(secret, body_of(wave, key="2"))
    assert (response.status_code, response["Retry-After"], Answer.objects.count()) == (429, "600", 1)


def test_refusals_speak_the_language_of_the_asker(wave: Wave, secret: str) -> None:
    response = post(secret, body_of(wave, score=11), **{"Accept-Language": "ru"})
    assert response.json() == {"errors": [{"field": "score", "reason": "Выберите число от 0 до 10."}]}


@pytest.mark.skipif(shutil.which("curl") is None, reason="the recipe is a command of curl")
@pytest.mark.django_db(transaction=True)
def test_the_recipe_of_the_document_works(live_server: Any, wave: Wave, irina: Client, secret: str) -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text()
    recipe, *_leavers = re.findall(r"```sh\n(curl .*?)```", text, re.DOTALL)
    recipe = recipe.replace("https://mayak.example.org", live_server.url).replace("YOUR_TOKEN", secret)
    recipe = recipe.replace('"wave": 12', f'"wave": {wave.pk}').replace("anna@example.org", irina.email)
    run = subprocess.run(["/bin/sh", "-c", recipe], capture_output=True, text=True, check=True, timeout=30)  # noqa: S603 - our own document
    assert json.loads(run.stdout) == {"id": Answer.objects.get().pk, "wave": wave.pk, "client_found": True}
    assert reverse("api:answer_create") in recipe
