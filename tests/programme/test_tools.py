"""The page of a tool: who looks after it, evidence, vouching; and what a change may be called."""

import datetime as dt
import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.utils import timezone
from PIL import Image

from clients.models import Channel, Client, ClientSum, Recommender
from common.periods import add_months, month_of
from company.models import Company, Employee, User
from metrics.models import ChannelMonth, LtvVersion
from programme import queries
from programme.enums import EvidenceKind, SurpriseKind, Tool, ToolStatus
from programme.formulas.progress import is_seen, sign_test
from programme.models import BeaconVersion, PlaybookUse, Praise, ToolCare, ToolEvidence, WordingDocument, WordingRun
from programme.models.playbooks import WORDS
from programme.queries.effects import Change, Unit, effects, share_effect
from programme.services.path import NoEvidenceError, confirm_tool
from programme.services.playbooks import write_playbook
from surveys.models import StaffGroup, StaffWave
from touchpoints.models import Action

PAGE = "/path/beacon/"


def status(tool: Tool) -> ToolStatus:
    """Return how far a tool is."""
    return queries.path(timezone.localdate()).states[list(Tool).index(tool)].status


def filled(**fields: object) -> dict[str, object]:
    """Fill in the form of evidence."""
    return {"words": "Висит у кассы", "request_key": uuid.uuid4(), **fields}


def photo() -> SimpleUploadedFile:
    """Make a photo as a phone would."""
    body = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(body, "PNG")
    return SimpleUploadedFile("evil.html", body.getvalue(), "text/html")


def test_owner_makes_a_tool_under_way(as_manager: Browser, manager: User) -> None:
    assert status(Tool.BEACON) == ToolStatus.AHEAD
    as_manager.post(f"{PAGE}owner/", {"owner": manager.pk})
    assert ToolCare.objects.get().owner == manager
    assert status(Tool.BEACON) == ToolStatus.GOING


def test_stranger_cannot_look_after_a_tool(as_manager: Browser) -> None:
    as_manager.post(f"{PAGE}owner/", {"owner": 10**6})
    assert ToolCare.objects.count() == 0


def test_number_is_evidence_and_a_word_on_it_makes_the_tool_work(as_manager: Browser, manager: User) -> None:
    form = filled(number="88 %")
    as_manager.post(f"{PAGE}evidence/", form)
    as_manager.post(f"{PAGE}evidence/", form)
    assert ToolEvidence.objects.get().kind == EvidenceKind.NUMBER
    as_manager.post(f"{PAGE}confirm/")
    assert ToolCare.objects.get().confirmed_by == manager
    assert status(Tool.BEACON) == ToolStatus.WORKING
    as_manager.post(f"{PAGE}confirm/", {"withdraw": "1"})
    assert status(Tool.BEACON) == ToolStatus.AHEAD


def test_nobody_vouches_without_evidence(manager: User) -> None:
    with pytest.raises(NoEvidenceError):
        confirm_tool(tool=Tool.BEACON, actor=manager)
    assert ToolCare.objects.count() == 0


def test_a_word_lasts_a_year(manager: User) -> None:
    ToolEvidence.objects.create(tool=Tool.BEACON, kind=EvidenceKind.NUMBER, number="1", words="One")
    confirm_tool(tool=Tool.BEACON, actor=manager)
    ToolCare.objects.update(confirmed_at=timezone.now() - dt.timedelta(days=370))
    assert status(Tool.BEACON) == ToolStatus.AHEAD


def test_photo_is_written_anew_and_shown_as_a_picture(as_manager: Browser) -> None:
    as_manager.post(f"{PAGE}evidence/", filled(photo=photo()))
    evidence = ToolEvidence.objects.get()
    answer = as_manager.get(f"/path/evidence/{evidence.pk}/")
    assert answer["Content-Type"] == "image/jpeg"
    assert b"".join(answer.streaming_content)[:3] == b"\xff\xd8\xff"  # type: ignore[attr-defined]  # the answer streams
    as_manager.post(f"/path/evidence/{evidence.pk}/remove/")
    assert ToolEvidence.objects.count() == 0


def test_last_evidence_takes_the_word_along(as_manager: Browser, manager: User) -> None:
    evidence = ToolEvidence.objects.create(tool=Tool.BEACON, kind=EvidenceKind.NUMBER, number="1", words="One")
    confirm_tool(tool=Tool.BEACON, actor=manager)
    as_manager.post(f"/path/evidence/{evidence.pk}/remove/")
    assert ToolCare.objects.get().confirmed_at is None


def test_document_is_a_pdf_sent_as_a_download(as_manager: Browser) -> None:
    as_manager.post(f"{PAGE}evidence/", filled(document=SimpleUploadedFile("plan.pdf", b"%PDF-1.7 body")))
    answer = as_manager.get(f"/path/evidence/{ToolEvidence.objects.get().pk}/")
    assert answer["Content-Disposition"] == 'attachment; filename="document.pdf"'
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 body"  # type: ignore[attr-defined]  # the answer streams


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"number": "1", "document": SimpleUploadedFile("a.pdf", b"%PDF-1.7")},
        {"document": SimpleUploadedFile("a.pdf", b"<script>alert(1)</script>")},
        {"photo": SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>")},
        {"number": "1", "words": ""},
    ],
)
def test_anything_else_is_refused(as_manager: Browser, given: dict[str, object]) -> None:
    assert as_manager.post(f"{PAGE}evidence/", filled(**given)).status_code == 422
    assert ToolEvidence.objects.count() == 0


def test_unknown_tool_is_not_found(as_manager: Browser) -> None:
    assert as_manager.get("/path/nothing/").status_code == 404


def test_database_refuses_evidence_of_nothing(company: Company) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ToolEvidence.objects.create(tool=Tool.BEACON, kind=EvidenceKind.PHOTO, words="Nothing")


@pytest.mark.parametrize("tool", list(Tool))
def test_every_tool_has_its_page(as_staff: Browser, tool: Tool) -> None:
    page = as_staff.get(f"/path/{tool.value}/")
    assert page.status_code == 200
    assert str(tool.label) in page.content.decode()


def test_sign_test_is_exact() -> None:
    assert sign_test(0, 0) == 1.0
    assert sign_test(5, 5) == 1.0
    assert sign_test(8, 1) == pytest.approx(20 / 512)
    assert not is_seen(5, 0)
    assert is_seen(6, 0)


def test_first_price_has_nothing_before_it(company: Company, owner: User) -> None:
    LtvVersion.objects.create(purchases_per_year="20", average_check="500", years="5", revenue_cents=4_130_000, created_by=owner)
    effect = effects(today=timezone.localdate(), company=company, sees_all=True)[Tool.LTV]
    assert (effect.unit, effect.before, effect.after) == (Unit.MONEY, None, 4_130_000)
    LtvVersion.objects.create(purchases_per_year="20", average_check="500", years="5", revenue_cents=4_860_000, created_by=owner)
    effect = effects(today=timezone.localdate(), company=company, sees_all=True)[Tool.LTV]
    assert (effect.before, effect.after) == (4_130_000, 4_860_000)


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        ((9, 9), (5, 10), None),
        ((5, 10), (4, 9), Change.EARLY),
        ((55, 100), (50, 100), Change.CHANCE),
        ((90, 100), (50, 100), Change.BETTER),
    ],
)
def test_share_is_called_better_only_beyond_chance(after: tuple[int, int], before: tuple[int, int], expected: Change | None) -> None:
    effect = share_effect(*after, *before)
    assert (effect.change if effect else None) == expected


def test_more_leaving_is_worse() -> None:
    effect = share_effect(90, 100, 50, 100, more_is_better=False)
    assert effect is not None
    assert effect.change == Change.WORSE


def test_few_actions_say_nothing(company: Company, owner: User) -> None:
    Action.objects.create(title="Repaint", owner=owner, due_on=timezone.localdate() - dt.timedelta(days=3))
    assert Tool.ACTIONS not in effects(today=timezone.localdate(), company=company, sees_all=True)


def effect_of(tool: Tool, company: Company) -> tuple[float, float | None, Change] | None:
    """Return a share after and before, in per cent, and what may be said of it."""
    found = effects(today=timezone.localdate(), company=company, sees_all=True).get(tool)
    return (round(100 * found.after), None if found.before is None else round(100 * found.before), found.change) if found else None


def days_ago(days: int) -> dt.date:
    return timezone.localdate() - dt.timedelta(days=days)


def check_documents(owner: User, days: int, right: int, wrong: int) -> None:
    """Write down documents checked so many days ago."""
    run = WordingRun.objects.create(started_by=owner)
    WordingRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - dt.timedelta(days=days))
    found = [0] * right + [1] * wrong
    WordingDocument.objects.bulk_create(WordingDocument(run=run, name="a.txt", right=1, wrong=small) for small in found)


def test_documents_are_worded_better(company: Company, owner: User) -> None:
    check_documents(owner, 20, 9, 0)
    WordingDocument.objects.create(run=WordingRun.objects.get(), name="no word.txt")
    assert effect_of(Tool.WORD, company) is None
    check_documents(owner, 10, 20, 1)
    assert effect_of(Tool.WORD, company) == (97, None, Change.EARLY)
    check_documents(owner, 120, 10, 20)
    assert effect_of(Tool.WORD, company) == (97, 33, Change.BETTER)


def test_memos_help_within_chance(company: Company, owner: User) -> None:
    words = dict.fromkeys(WORDS, "x")
    memo = write_playbook(kind=SurpriseKind.BAD, words=words, actor=owner, now=timezone.now())
    for days, helped in ((30, 6), (200, 5)):
        PlaybookUse.objects.bulk_create(
            PlaybookUse(playbook=memo, used_on=days_ago(days), happened="x", outcome="helped" if n < helped else "not") for n in range(10)
        )
    assert effect_of(Tool.PLAYBOOKS, company) == (60, 50, Change.CHANCE)


def test_more_new_clients_are_sent_by_a_person(company: Company) -> None:
    channel, partner = Channel.objects.create(name="Вывеска"), Recommender.objects.create(kind="partner", name="Аптека")
    for days, sent in ((10, 25), (100, 5)):
        for n in range(30):
            source = {"brought_by": partner} if n < sent else {"channel": channel}
            client = Client.objects.create(name=f"{days} {n}", **source)
            ClientSum.objects.create(
                client=client, n_purchases=1, n_days=1, cents=1, first_cents=1, first_day=days_ago(days), last_day=days_ago(days)
            )
    assert effect_of(Tool.SELLERS, company) == (83, 17, Change.BETTER)


def test_fewer_calls_become_clients(company: Company) -> None:
    channel, this = Channel.objects.create(name="Карты"), month_of(timezone.localdate())
    for months, bought in ((1, 20), (4, 60), (0, 99), (7, 99)):
        ChannelMonth.objects.create(channel=channel, month=add_months(this, -months), contacts=100, new_clients=bought)
    ChannelMonth.objects.create(channel=channel, month=add_months(this, -2), contacts=900)
    assert effect_of(Tool.CHAIN, company) == (20, 60, Change.WORSE)


@pytest.mark.parametrize(("praised", "expected"), [(5, Change.CHANCE), (6, Change.BETTER)])
def test_the_same_colleagues_are_praised_more(company: Company, praised: int, expected: Change) -> None:
    team = [Employee.objects.create(name=f"{n}", hired_on=days_ago(900)) for n in range(10)]
    new = Employee.objects.create(name="New", hired_on=days_ago(20))
    for employee in (*team[:praised], new):
        Praise.objects.create(
            about=employee,
            author_name="x",
            way="code",
            words="x",
            state="shown",
            request_key=uuid.uuid4(),
            made_at=timezone.now() - dt.timedelta(5),
        )
    assert effect_of(Tool.MANNERS, company) == (10 * praised, 0, expected)


def pulse(version: BeaconVersion, days: int, right: int, others: str = "b") -> None:
    """Write down a tallied pulse of forty."""
    moment = timezone.now() - dt.timedelta(days=days)
    wave = StaffWave.objects.create(
        name=f"{days}",
        kind="pulse",
        options=[version.text, others],
        public_token=f"t{days}",
        state="closed",
        question="?",
        subject="?",
        public_key=b"k" * 32,
        invited=40,
        answered=40,
        starts_at=moment - dt.timedelta(days=7),
        closes_at=moment,
        tallied_at=moment,
    )
    StaffGroup.objects.create(wave=wave, dimension="", status="exact", invited=40, answered=40, counts=[40 - right, right])


def test_more_people_know_the_definition(company: Company) -> None:
    version = BeaconVersion.objects.create(number=1, text="a")
    assert effect_of(Tool.BEACON, company) is None
    pulse(version, 300, 1, others="another question")
    pulse(version, 200, 18)
    assert effect_of(Tool.BEACON, company) == (45, None, Change.EARLY)
    pulse(version, 100, 30)
    assert effect_of(Tool.BEACON, company) == (75, 45, Change.BETTER)
    assert Tool.BEACON not in effects(today=timezone.localdate(), company=company, sees_all=False)
