"""Pages of the wording check."""

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from company.models import User
from mailing.enums import TemplateKind
from mailing.models import LetterTemplate
from programme.demo.wording import CHECKS, create_wording
from programme.enums import KitKind, SurpriseKind
from programme.models import SellerKit, WordingDocument, WordingRun
from programme.queries.wording import company_lexicon, kept_texts, wording_months
from programme.services.playbooks import write_playbook
from programme.services.wording import settle_wording, start_wording

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def start(actor: User, *documents: tuple[str, str]) -> WordingRun:
    """Check texts."""
    bodies = [(name, text.encode()) for name, text in documents]
    return start_wording(documents=bodies, lexicon=company_lexicon(), actor=actor, now=timezone.now())


def test_a_pasted_text_is_checked_and_its_places_are_shown(as_manager: Browser) -> None:
    answer = as_manager.post(reverse("programme:wording"), {"text": "Каждый клиент важен. Клиенту рады."}, follow=True)
    assert answer.status_code == 200
    assert "Каждый <mark>клиент</mark> важен" in answer.content.decode()
    document = WordingDocument.objects.get()
    assert (document.wrong, document.right) == (1, 1)


def test_skipped_places_stay_and_the_others_are_mended(as_manager: Browser, manager: User) -> None:
    run = start(manager, ("a.txt", "клиент и клиентка, клиенты"))
    document = run.documents.get()
    as_manager.post(reverse("programme:wording_run", args=[run.pk]), {f"take-{document.pk}": ["1"]})
    answer = as_manager.get(reverse("programme:wording_zip", args=[run.pk]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.read("a.txt").decode() == "клиент и клиентка, Клиенты"


def test_files_of_one_name_do_not_replace_each_other_and_lead_to_no_folder(as_manager: Browser, manager: User) -> None:
    run = start(manager, ("../x/a.txt", "клиент"), ("a.txt", "клиенты"))
    answer = as_manager.get(reverse("programme:wording_zip", args=[run.pk]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["a.txt", "a (2).txt"]


@pytest.mark.usefixtures("company")
def test_nothing_brought_comes_back_with_what_to_do(as_manager: Browser) -> None:
    answer = as_manager.post(reverse("programme:wording"), {"text": "  "})
    assert answer.status_code == 422
    assert not WordingRun.objects.exists()


def test_too_many_files_are_refused(as_manager: Browser) -> None:
    files = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(51)]
    assert as_manager.post(reverse("programme:wording"), {"papers": files}).status_code == 422
    assert not WordingRun.objects.exists()


def test_a_file_that_does_not_open_says_why_beside_those_that_do(as_manager: Browser) -> None:
    files = [SimpleUploadedFile("a.docx", b"not a zip"), SimpleUploadedFile("b.txt", "клиент".encode()), SimpleUploadedFile("c.txt", b"")]
    as_manager.post(reverse("programme:wording"), {"papers": files})
    assert list(WordingDocument.objects.values_list("name", "refusal", "wrong")) == [
        ("a.docx", "broken", 0),
        ("b.txt", "", 1),
        ("c.txt", "empty", 0),
    ]


def test_nobody_opens_the_documents_of_another(as_owner: Browser, manager: User) -> None:
    run = start(manager, ("a.txt", "клиент"))
    assert as_owner.get(reverse("programme:wording_run", args=[run.pk])).status_code == 404
    assert as_owner.get(reverse("programme:wording_zip", args=[run.pk])).status_code == 404


def test_contents_are_forgotten_after_a_day_and_figures_stay(as_manager: Browser, manager: User) -> None:
    run = start(manager, ("a.txt", "клиент"))
    WordingRun.objects.update(started_at=timezone.now() - dt.timedelta(hours=25))
    start(manager, ("b.txt", "Клиент"))
    document = run.documents.get()
    assert (document.body, document.wrong) == (None, 1)
    assert as_manager.get(reverse("programme:wording_run", args=[run.pk])).status_code == 200


def test_history_counts_documents_and_the_share_that_was_right(manager: User) -> None:
    start_wording(
        documents=[("a.txt", "клиент Клиент Клиент Клиент".encode()), ("b.exe", b"x")], lexicon=company_lexicon(), actor=manager, now=NOW
    )
    (month,) = wording_months()
    assert (month.month, month.documents, month.right, month.wrong, month.percent) == (dt.date(2026, 11, 1), 1, 3, 1, 75)


def test_a_later_decision_replaces_an_earlier_one(manager: User) -> None:
    run = start(manager, ("a.txt", "клиент, клиенты"))
    document = run.documents.get()
    settle_wording(run=run, skipped={document.pk: [0]}, now=NOW)
    settle_wording(run=run, skipped={document.pk: [1]}, now=NOW)
    document.refresh_from_db()
    assert document.skipped == [1]


def test_a_refused_document_counts_nothing(manager: User) -> None:
    run = WordingRun.objects.create(started_by=manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        WordingDocument.objects.create(run=run, name="a.txt", refusal="empty", wrong=1)


@pytest.mark.usefixtures("company")
def test_texts_of_the_programme_are_walked(manager: User) -> None:
    words = {"title": "Жалоба", "trigger": "Злой клиент", "first_hour": "Слушать", "decides": "Старший", "tell": "", "afterwards": ""}
    memo = write_playbook(kind=SurpriseKind.BAD, words=words, actor=manager, now=timezone.now())
    SellerKit.objects.create(kind=KitKind.CLIENT, speech="У нас каждый клиент важен", told="Спасибо")
    found = {text.url: text.contexts[0].word for text in kept_texts(company_lexicon())}
    assert found == {
        reverse("programme:playbook_edit", args=[memo.pk]): "клиент",
        reverse("programme:seller_kit_edit", args=[KitKind.CLIENT]): "клиент",
    }


@pytest.mark.usefixtures("company")
def test_letters_kept_in_mayak_are_walked_and_lead_to_their_form(as_manager: Browser) -> None:
    LetterTemplate.objects.create(kind=TemplateKind.values[0], locale="ru", subject="Дорогой клиент", text="Здравствуйте, {name}!")
    (text,) = kept_texts(company_lexicon())
    assert text.url == reverse("mailing:template_edit", args=[TemplateKind.values[0], "ru"])
    assert text.contexts[0].word == "клиент"
    assert "Дорогой <mark>клиент</mark>" in as_manager.get(reverse("programme:wording_kept")).content.decode()


def test_a_form_is_told_softly(as_manager: Browser) -> None:
    answer = as_manager.post(reverse("programme:wording_hint"), {"subject": "Дорогой клиент", "text": "Клиент прав"})
    assert "<mark>клиент</mark>" in answer.content.decode()
    assert as_manager.post(reverse("programme:wording_hint"), {"text": "Клиент прав"}).content.decode().strip() == ""


def test_the_company_speaks_its_own_word(manager: User, company: Any) -> None:
    company.word_forms = {
        "ru": {"client": "Гость", "client_gen": "Гостя", "clients": "Гости"},
        "en": {"client": "Guest", "clients": "Guests"},
    }
    company.save()
    run = start(manager, ("a.txt", "Наш гость и клиент, a guest; пойти в гости"))
    assert run.documents.get().wrong == 2


@pytest.mark.usefixtures("manager")
def test_the_demo_company_writes_better_month_by_month(as_manager: Browser) -> None:
    create_wording(NOW)
    shares = [month.percent for month in wording_months()]
    assert shares == sorted(shares, reverse=True)
    assert sum(month.documents for month in wording_months()) == sum(len(documents) for _days, documents in CHECKS)
    assert as_manager.get(reverse("programme:wording")).status_code == 200
