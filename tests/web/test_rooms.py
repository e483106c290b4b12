"""Who may use what inside ``web``: SQL in one place, the framework not in the worker's, nothing of ours below ``web``."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "web").rglob("*.py"))
ONLY = {  # package: the modules that may import it
    "sqlalchemy": {
        "tables",
        "store",
        "service",
        "backup",
        "worker",
        "serve",
        "admin",
        "env",
        "__init__",
        "exports",
        "0001_first_tables",
        "0002_exports",
    },
    "alembic": {"__init__", "env", "backup", "0001_first_tables", "0002_exports"},
    "argon2": {"auth"},
    "flask_limiter": {"auth", "app"},
    "flask_wtf": {"auth", "app"},
    "prometheus_client": {"metrics"},
    "waitress": {"serve"},
    "msgspec": {"store", "apart"},
}
NO_FLASK = {"tables", "store", "worker", "apart", "limits", "backup", "config", "exports", "openapi"}


def imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.relative_to(ROOT).as_posix())
def test_packages_stay_in_their_rooms(file: Path) -> None:
    packages = {name.split(".")[0] for name in imported(file)}
    assert {p for p in packages & set(ONLY) if file.stem not in ONLY[p]} == set()
    if file.stem in NO_FLASK:
        assert "flask" not in packages


@pytest.mark.parametrize("file", sorted((ROOT / "matcher").rglob("*.py")), ids=lambda f: f.name)
def test_the_matcher_does_not_know_the_service(file: Path) -> None:
    assert "web" not in {name.split(".")[0] for name in imported(file)}
