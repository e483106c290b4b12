"""The words of the pages in Chinese and English: web/texts.csv, and data/presentation.csv for the domain's own words."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from matcher.knowledge import read_table
from matcher.presentation.words import word

LANGUAGES = ("zh", "en")
_TABLE = Path(__file__).with_name("texts.csv")


@lru_cache
def _texts() -> dict[str, dict[str, str]]:
    return {row["key"]: row for _, row in read_table(_TABLE, ["key", *LANGUAGES])}


def text(language: str, key: str, /, default: str | None = None, **values: object) -> str:
    """The words for ``key``, with ``{name}`` replaced by ``values``; ``default`` or a KeyError when there are none."""
    row = _texts().get(key)
    if row is None:
        if default is None:
            raise KeyError(key)
        return default
    return row[language].format(**values) if values else row[language]


def domain_word(language: str, kind: str, key: str) -> str:
    """The word for a rule, an outcome, a tier …: Chinese from data/presentation.csv, English from web/texts.csv."""
    chinese = word(kind, key)
    return chinese if language == "zh" else text(language, f"{kind}.{key}", default=chinese)
