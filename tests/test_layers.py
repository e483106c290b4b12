"""Imports point down only: the order of the house (CONTRIBUTING.md), read from the syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# From the bottom up. A module may import what stands on a lower line; modules on one line know nothing of one another.
ORDER = (
    ("schema",),
    ("knowledge",),
    ("terms", "majors", "people", "provenance", "comparison"),
    ("text",),
    ("lawfulness", "copied"),
    ("reading",),
    ("extraction",),
    ("screening", "scoring"),
    ("notice",),
    ("ranking",),
    ("evaluation", "screening_evaluation"),
    ("fairness", "blinding"),
    ("presentation",),
    ("pipeline",),
    ("training", "batch", "audit", "replay"),
    ("checking",),
    ("trial", "facts"),
    ("asked",),
    ("bounds",),
    ("distributed", "index"),
    ("service", "cli"),
    ("__main__",),
)
LEVEL = {room: level for level, rooms in enumerate(ORDER) for room in rooms}
# cli starts the server; service never calls cli.
ALLOWED = {("cli", "service")}
# Web frameworks and terminals belong to the doors and to presentation, fitting to training.
OUTER = {
    "flask": {"service"},
    "werkzeug": {"service"},
    "waitress": {"service"},
    "argparse": {"service", "cli", "distributed", "index"},
    "rich": {"presentation", "cli"},
    "xlsxwriter": {"presentation"},
    "pyarrow": {"presentation", "distributed"},
    "dask": {"distributed"},
    "distributed": {"distributed"},
}


def files() -> list[Path]:
    return [ROOT / "service.py", *sorted((ROOT / "matcher").rglob("*.py"))]


def room(file: Path) -> str:
    """The room a file belongs to: its module or package right below ``matcher``."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return parts[0] if parts[0] != "matcher" else parts[1]


def imported(tree: ast.AST) -> Iterator[str]:
    """Dotted names of everything imported, inside functions too; ``from a import b`` gives ``a`` and ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_in(names: Iterator[str]) -> set[str]:
    parts = (name.split(".") for name in names)
    return {p[0] if p[0] == "service" else p[1] for p in parts if p[0] == "service" or (p[0] == "matcher" and p[1:])}


def wrong(me: str, names: Iterator[str]) -> set[str]:
    """Rooms that a module of room ``me`` must not import."""
    others = {r for r in rooms_in(names) if r in LEVEL and r != me}
    return {r for r in others if LEVEL[r] >= LEVEL[me] and (me, r) not in ALLOWED}


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("file", [f for f in files() if room(f) != "__init__"], ids=name)
def test_imports_point_down(file: Path) -> None:
    assert room(file) in LEVEL, f"give {name(file)} its place in ORDER"
    assert wrong(room(file), imported(ast.parse(file.read_text(encoding="utf-8")))) == set()


@pytest.mark.parametrize("file", files(), ids=name)
def test_outer_packages_stay_at_the_door(file: Path) -> None:
    found = {n.split(".")[0] for n in imported(ast.parse(file.read_text(encoding="utf-8")))}
    assert {package for package in found & set(OUTER) if room(file) not in OUTER[package]} == set()


def test_importing_the_package_does_no_work() -> None:
    """``matcher/__init__`` imports nothing of the house when it is run; only type checkers follow its names."""
    tree = ast.parse((ROOT / "matcher" / "__init__.py").read_text(encoding="utf-8"))
    run = [n for n in tree.body if not (isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING")]
    top = [n for n in run if isinstance(n, (ast.Import, ast.ImportFrom))]
    assert {m for n in top for m in imported(n) if m.startswith("matcher")} == set()


@pytest.mark.parametrize(
    ("me", "code", "found"),
    [
        ("schema", "from matcher.knowledge import load_policy", {"knowledge"}),
        ("scoring", "def f():\n    from matcher import screening", {"screening"}),
        ("screening", "import matcher.scoring as s", {"scoring"}),
        ("reading", "from matcher.extraction.dates import months", {"extraction"}),
        ("pipeline", "import service", {"service"}),
        ("service", "from matcher import cli", {"cli"}),
        ("cli", "from service import run", set()),
        ("ranking", "from matcher.schema import Tier\nimport matcher", set()),
    ],
)
def test_the_check_sees_what_it_should(me: str, code: str, found: set[str]) -> None:
    assert wrong(me, imported(ast.parse(code))) == found
