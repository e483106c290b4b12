"""Settings: where they come from, which wins, what is refused; and the table in the guide."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from web import config
from web.config import ConfigError, load


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("TLS", "true", True),
        ("TLS", "0", False),
        ("PROXIES", "2", 2),
        ("READ_SECONDS", "2.5", 2.5),
        ("READ_SECONDS", "2", 2.0),
        ("TRUSTED_HOSTS", "hr.example.com, localhost", ["hr.example.com", "localhost"]),
        ("TRUSTED_HOSTS", '["hr.example.com"]', ["hr.example.com"]),
        ("TRUSTED_HOSTS", "[::1]", ["[::1]"]),
        ("LOGIN", "always", "always"),
    ],
)
def test_values_of_the_environment(name: str, text: str, value: Any) -> None:
    found = load(environment={f"MATCHER_{name}": text})[name]
    assert (found[: len(value)] if isinstance(value, list) else found) == value


@pytest.mark.parametrize(
    ("name", "text"), [("TLS", "perhaps"), ("PROXIES", "two"), ("PROXIES", "1.5"), ("LOGIN", "no")]
)
def test_a_bad_value_names_the_setting(name: str, text: str) -> None:
    with pytest.raises(ConfigError, match=name):
        load(environment={f"MATCHER_{name}": text})


@pytest.mark.parametrize("line", ["tls = 1", 'proxies = "2"', "proxies = true", "nonsense", "keep_dais = 3"])
def test_a_bad_file_names_what_is_wrong(tmp_path: Path, line: str) -> None:
    file = tmp_path / "matcher.toml"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(ConfigError):
        load(environment={"MATCHER_CONFIG": str(file)})


def test_the_caller_wins_over_the_environment_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "matcher.toml"
    file.write_text("keep_days = 1\nthreads = 1\nworkers = 1\nread_seconds = 1\n", encoding="utf-8")
    found = load({"THREADS": 3}, {"MATCHER_CONFIG": str(file), "MATCHER_THREADS": "2", "MATCHER_WORKERS": "2"})
    assert (found["THREADS"], found["WORKERS"], found["KEEP_DAYS"], found["READ_SECONDS"]) == (3, 2, 1, 1.0)


@pytest.mark.parametrize(
    ("environment", "home"),
    [
        ({"MATCHER_HOME": "/srv/hr"}, "/srv/hr"),
        ({"XDG_DATA_HOME": "/data"}, "/data/resume-matcher"),
        ({}, str(Path("~/.local/share/resume-matcher").expanduser())),
    ],
)
def test_where_data_lies(environment: dict[str, str], home: str) -> None:
    found = load(environment=environment)
    assert (found["HOME"], found["DATABASE"]) == (home, f"sqlite:///{home}/service.db")


def test_the_guide_has_every_setting(root: Path) -> None:
    text = (root / "docs" / "service.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `MATCHER_([A-Z_]+)` \| ([^|]*) \| ([^|]*) \|$", text, re.M)
    shown = {name: (default.strip(), meaning.strip()) for name, default, meaning in rows}
    assert shown == {s.name: (config.shown_default(s), s.meaning) for s in config.SETTINGS}
