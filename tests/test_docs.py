"""What the documents say exists: commands, files, links and variables."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMES = [str(path.relative_to(ROOT)) for path in DOCS]


def words_of_make() -> set[str]:
    """Return the commands of the Makefile."""
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("path", DOCS, ids=NAMES)
def test_commands_exist(path: Path) -> None:
    text = path.read_text()
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE)) - words_of_make() == set()
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) - set(get_commands()) == set()


@pytest.mark.parametrize("path", DOCS, ids=NAMES)
def test_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text())
    assert [target for target in targets if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", DOCS, ids=NAMES)
def test_named_files_exist(path: Path) -> None:
    named = re.findall(r"`([\w./-]+/[\w.-]+\.(?:py|md|toml|yaml|po|html|css|txt))`", path.read_text())
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", DOCS, ids=NAMES)
def test_variables_are_in_the_example(path: Path) -> None:
    listed = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert set(re.findall(r"`([A-Z]+_[A-Z_]+)`", path.read_text())) - listed - {"LOCAL_APPS"} == set()


def test_readme_is_short() -> None:
    assert all(len((ROOT / name).read_text().splitlines()) <= 120 for name in ("README.md", "README.ru.md"))


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs" / "architecture.md").read_text()
    assert [path.name for path in (ROOT / "docs" / "adr").glob("*.md") if path.name not in listed] == []


def test_adr_names_the_rules_that_exist() -> None:
    rules = re.findall(r"^(public|\w+_only)\b", (ROOT / "company" / "access.py").read_text(), re.MULTILINE)
    text = (ROOT / "docs" / "adr" / "0006-access-rules-and-the-matrix.md").read_text()
    assert [rule for rule in rules if f"`{rule}`" not in text] == []
