"""The company's word on every page: the demo company is opened page by page as its owner sees it, and nobody is called a Client.

Pages are found as a person finds them, by following links from those whose address names nothing; addresses that are only sent
are tried with the tokens of the demo. One page of each address is looked at in each language.
"""

import html
import io
import re
import time
import zipfile
from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.test import Client as Browser
from django.urls import Resolver404, converters, resolve, reverse
from django.utils import timezone

from clients.models import ReferralLink
from company.enums import Role
from company.formulas.morphology import word_forms_of
from company.models import Company, User
from programme.models import BeaconRound, PraiseCode
from programme.services import load_demo
from surveys.models import Door, StaffWave, Wave
from tests.conftest import signed_in
from tests.test_access_matrix import ADDRESSES, CONVERTERS, matrix, url_of

WORDS = {"ru": word_forms_of("Гость"), "en": word_forms_of("Жилец", "Occupant")}
CLIENT_WORD = re.compile(r"(?<!\w)(?:Клиент(?:а|у|ом|е|ы|ов|ам|ами|ах)?|Clients?)(?!\w)")
# A percent sign is doubled where a text of a template stands outside of {% translate %}.
WRONG = {"the word": CLIENT_WORD, "percent": re.compile(r"\d\s?%%")}
LINK = re.compile(r"""\b(?:href|hx-get|src)="([^"#]+)""")
# Scripts are the same for every word; on the page of the word «Клиент» is one of those on offer.
SILENT = re.compile(r'<script\b.*?</script>|<style\b.*?</style>|<option value="Клиент"[^>]*>Клиент</option>', re.DOTALL)
FEWEST_PAGES = 320
COLUMNS_SQL = """
SELECT c.table_name, c.column_name, c.data_type
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
  AND c.data_type IN ('text', 'character varying', 'jsonb')
"""


def blot_out_what_is_kept() -> None:
    """Write something else into every row that says Client: what a page says then is said by Mayak itself."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(COLUMNS_SQL)
        for table, column, kind in cursor.fetchall():
            blotted = f"regexp_replace(\"{column}\"::text, 'Клиент|Client', 'Kept', 'g')::{kind}"
            cursor.execute(f'UPDATE "{table}" SET "{column}" = {blotted} WHERE "{column}"::text ~ \'Клиент|Client\'')
        cursor.execute("SET LOCAL session_replication_role = origin")


def count_from_one() -> None:
    """Let every key of the demo begin with one, whatever tests before it took: addresses of the first rows are tried by number."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


def owner_of_the_demo() -> Browser:
    """Return a browser of the owner, who has just given the password."""
    owner = User.objects.filter(role=Role.OWNER)[0]
    browser = signed_in(owner)
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "email": owner.email}]
    session.save()
    return browser


def first_addresses() -> Iterator[str]:
    """Yield the addresses to begin with: those that name nothing, those that are only sent, and the first rows of the others."""
    for name in sorted(ADDRESSES):
        if is_page(name) and not CONVERTERS[name]:
            yield url_of(name)
    yield from sent_addresses()
    for name in sorted(ADDRESSES):
        if is_page(name) and CONVERTERS[name] and all(isinstance(kind, converters.IntConverter) for kind in CONVERTERS[name].values()):
            yield from (reverse(name, kwargs=dict.fromkeys(CONVERTERS[name], pk)) for pk in (1, 2, 3))


def sent_addresses() -> Iterator[str]:
    """Yield addresses that stand in letters and on prints."""
    yield from (reverse("surveys:public_answer", args=[wave.public_token]) for wave in Wave.objects.order_by("-pk")[:3])
    for name in ("door_answer", "kiosk", "widget_script"):
        yield from (reverse(f"surveys:{name}", args=[door.token]) for door in Door.objects.all())
    for name in ("staff_promise", "staff_tablet"):
        yield from (reverse(f"surveys:{name}", args=[wave.public_token]) for wave in StaffWave.objects.all())
    yield from (reverse("programme:beacon_say", args=[call.token]) for call in BeaconRound.objects.all())
    yield from (reverse("programme:praise_box", args=[code.token]) for code in PraiseCode.objects.all())
    yield from (reverse("programme:seller_landing", args=[link.code]) for link in ReferralLink.objects.all()[:2])


def is_page(name: str) -> bool:
    """Say whether an address is there to be looked at."""
    return "GET" in matrix().get(name, ("", ""))[1].split(",") and name != "account_logout"


def view_of(address: str) -> str:
    """Return the name of what answers at an address; nothing where nobody does."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""


def pages(browser: Browser) -> Iterator[tuple[str, str]]:
    """Yield (address, what it says) of one page of each view that links lead to."""
    waiting = deque(first_addresses())
    known, opened = set(waiting), set()
    while waiting:
        address = waiting.popleft()
        view = view_of(address)
        if view in opened or not is_page(view):
            continue
        answer = browser.get(address)
        said = text_of(answer)
        if answer.status_code == 200:
            opened.add(view)
            yield address, said
        found = [answer["Location"]] if answer.status_code == 302 else list(links(address, said))
        waiting.extend(link for link in found if link not in known)
        known.update(found)


def links(address: str, said: str) -> Iterator[str]:
    """Yield the addresses of Mayak a page leads to."""
    for link in LINK.findall(said):
        parts = urlsplit(urljoin(address, link))
        if not parts.netloc:
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def text_of(answer: Any) -> str:
    """Return what a page or a spreadsheet says; a picture and a print say nothing here."""
    content, kind = b"".join(answer), answer.get("Content-Type", "")
    if "spreadsheet" in kind or "zip" in kind:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".csv", ".txt")))
    return html.unescape(SILENT.sub("", content.decode())) if kind.startswith(("text/", "application/json", "image/svg")) else ""


def complaints(address: str, said: str) -> Iterator[str]:
    """Yield what is wrong on a page, with the words around it."""
    for what, wrong in WRONG.items():
        if found := wrong.search(said):
            yield f"{address} {what}: …{said[max(found.start() - 60, 0) : found.end() + 40]}…"


@pytest.mark.django_db
@pytest.mark.timeout(300)
def test_no_page_says_client_when_the_company_says_another_word() -> None:
    count_from_one()
    load_demo(seed=7, now=timezone.localtime(), people=60)
    blot_out_what_is_kept()
    browser, found, counts = owner_of_the_demo(), [], []
    for language, word in WORDS.items():
        Company.objects.update(word_forms=word)
        browser.cookies["django_language"] = language
        opened = list(pages(browser))
        found += [f"{language} {complaint}" for address, said in opened for complaint in complaints(address, said)]
        counts.append(len(opened))
    assert found == [], "\n".join(found)
    assert min(counts) >= FEWEST_PAGES, counts
