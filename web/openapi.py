"""The interface described (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any

RULES = ("min_degree", "full_time", "major", "experience", "age", "kinship", "portfolio")


def document() -> dict[str, Any]:
    """The OpenAPI document."""
    return {"openapi": "3.1.0", "info": {"title": "resume matcher", "version": "1"}, "paths": {}}


def page() -> str:
    """The document as a page."""
    return ""
