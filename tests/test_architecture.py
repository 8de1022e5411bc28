"""The shape of the code: which app may import which, which module may import which, and how long a file may be."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = [*settings.LOCAL_APPS, "config"]
# Left to right; a module imports only what stands to its left. Whatever has no rank is a leaf of its own app.
RANKS = {
    name: rank
    for rank, names in enumerate(
        (
            ("enums", "formulas"),
            ("models",),
            ("queries", "access"),
            ("services",),
            ("tasks", "forms", "serializers"),
            ("views", "api"),
            ("urls",),
        )
    )
    for name in names
}
SHARED = {"enums", "formulas", "models", "queries", "access", "services"}
LINES = 400
TEMPLATE_LINES = 250
SOURCES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def imported(path: Path) -> Iterator[str]:
    """Yield every imported name of ours as a dotted path, also from inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in APPS)


def place(dotted: str) -> tuple[str, str]:
    """Return (app, module) of a dotted path."""
    app, module, *_ = [*dotted.split("."), ""]
    return app, module


def of(path: Path) -> tuple[str, str]:
    """Return (app, module) of a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[0], parts[1]


def offences(path: Path) -> Iterator[str]:
    """Yield every import that the architecture forbids."""
    app, module = of(path)
    for name in imported(path):
        other, theirs = place(name)
        if other == app:
            if module != theirs and theirs in RANKS and module in RANKS and RANKS[theirs] >= RANKS[module]:
                yield f"{app}.{module} imports {name}: not to its left"
        elif APPS.index(other) > APPS.index(app):
            yield f"{app}.{module} imports {name}: a higher app"
        elif app != "config" and other != "common" and theirs not in SHARED:
            yield f"{app}.{module} imports {name}: a private module of another app"


@pytest.mark.parametrize("app", APPS)
def test_imports_follow_the_architecture(app: str) -> None:
    assert [line for path in SOURCES if of(path)[0] == app for line in offences(path)] == []


def test_imports_stand_at_the_top() -> None:
    inside = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_files_stay_short() -> None:
    long = [(str(path.relative_to(ROOT)), n) for path in SOURCES if (n := len(path.read_text().splitlines())) > LINES]
    templates = (ROOT / "templates").rglob("*.html")
    long += [(str(path.relative_to(ROOT)), n) for path in templates if (n := len(path.read_text().splitlines())) > TEMPLATE_LINES]
    assert long == []


def test_formulas_know_neither_django_nor_the_database() -> None:
    pure = [path for path in SOURCES if "formulas" in path.parts]
    names = {alias for path in pure for node in ast.walk(ast.parse(path.read_text())) for alias in roots(node)}
    assert names & {"django", "psycopg2"} == set()


def roots(node: ast.AST) -> set[str]:
    """Return the top-level packages an import statement names."""
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    return {node.module.split(".")[0]} if isinstance(node, ast.ImportFrom) and node.module else set()
