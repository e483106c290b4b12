"""Run the notebooks and keep their outputs: ``python -m notebooks.refresh`` (after a change of data, model or figures)."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

HERE = Path(__file__).resolve().parent


def run(path: Path) -> nbformat.NotebookNode:
    """The notebook with the outputs of a fresh run from the repository's folder. Raises CellExecutionError."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(HERE.parent)}},
        record_timing=False,
        config=Config({"KernelManager": {"transport": "ipc"}}),  # no open port
    )
    client.execute()
    return notebook


if __name__ == "__main__":
    for each in [Path(p) for p in sys.argv[1:]] or sorted(HERE.glob("*.ipynb")):
        nbformat.write(run(each), each)
