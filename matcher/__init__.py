"""Match resumes to positions: ``from matcher import Matcher``. Importing does no work; names load when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matcher.pipeline import Matcher, UnreadableError
    from matcher.schema import MatchResult, Unreadable

__all__ = ["MatchResult", "Matcher", "Unreadable", "UnreadableError"]
__version__ = "0.1.0"

_HOMES = {"Matcher": "pipeline", "UnreadableError": "pipeline", "MatchResult": "schema", "Unreadable": "schema"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(f"matcher.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'matcher' has no attribute {name!r}")
