"""The notebooks run from top to bottom, quietly, and are committed with their outputs."""

from __future__ import annotations

from collections import Counter

import nbformat
import pytest

from notebooks.refresh import HERE, run

NOTEBOOKS = sorted(HERE.glob("*.ipynb"))


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def kinds(notebook: nbformat.NotebookNode) -> list[Counter[str]]:
    """For each code cell, what it shows: pictures, printed text, tables."""
    shown = []
    for cell in code_cells(notebook):
        outputs = [o for o in cell.outputs if o.output_type != "stream" or o.text.strip()]
        shown.append(Counter("image" if "image/png" in o.get("data", {}) else o.output_type for o in outputs))
    return shown


def test_all_three_are_there() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == ["1-", "2-", "3-"]


# A label in a font without Chinese, or anything else that warns, would write to stderr.
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_runs_quietly_and_shows_what_is_committed(path) -> None:  # type: ignore[no-untyped-def]
    committed, fresh = nbformat.read(path, as_version=4), run(path)
    streams = [o for cell in code_cells(fresh) for o in cell.outputs if o.output_type == "stream"]
    assert [o.text for o in streams if o.name == "stderr"] == []
    assert kinds(fresh) == kinds(committed), "run: python -m notebooks.refresh"
    assert sum(k["image"] for k in kinds(committed)) >= 4


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_defines_nothing_that_matcher_needs_and_imports_little(path) -> None:  # type: ignore[no-untyped-def]
    """matcher, what draws, and the standard library: nothing of tests/ or bench/, no scikit-learn, no pandas."""
    allowed = {"matcher", "matplotlib", "numpy", "datetime", "json", "pathlib"}
    lines = [line for cell in code_cells(nbformat.read(path, as_version=4)) for line in cell.source.splitlines()]
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= allowed
