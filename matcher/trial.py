"""What a changed data folder would do to a pool, before it is kept: who moves from tier to tier, and why.

Most words are loaded once a process, so the changed folder gets a copy of the program of its own, with its data and its
fitted model in a temporary folder; both programs then match the same files, and nothing of one leaks into the other.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from matcher.checking import SUFFIXES, check_data, overlay
from matcher.comparison import Moved, Trial, fields_moved, moves
from matcher.knowledge import DATA_DIR
from matcher.scoring import MODELS_DIR, fitted_hash

Json = dict[str, Any]

_ROOT = Path(__file__).resolve().parent.parent
_ALL = "1000000"  # positions: every one


class TrialError(RuntimeError):
    """The changed folder cannot be run; the message is the program's own, Chinese with English."""


def try_folder(folder: Path, files: Sequence[str], as_of: dt.date) -> Trial:
    """Match ``files`` with data/ and with ``folder`` over it. Raises TrialError, KnowledgeError and OSError."""
    if bad := [f for f in check_data(folder) if f.stops and not f.note]:
        first = bad[0]
        raise TrialError(f"{first.file} 第 {first.row} 行：{first.what}；{first.mend}（共 {len(bad)} 处错误）")
    with _program(folder) as (root, refitted):
        after = {_key(r): r for r in _results(root, files, as_of)}
    found: list[Moved] = []
    apart: list[str] = []
    count = 0
    for before in _results(_ROOT, files, as_of):
        now = after.pop(_key(before), None)
        if now is None or ("error" in before) != ("error" in now):
            apart.append(_key(before))
        elif "error" not in before:
            count += 1
            one = Moved(_key(before), moves(before, now), fields_moved(before, now))
            if one.moves or one.fields:
                found.append(one)
    return Trial(as_of, changed_files(folder), refitted, count, tuple(found), (*apart, *after))


def changed_files(folder: Path) -> tuple[str, ...]:
    """Data files of ``folder`` that are not those of data/, byte for byte."""
    theirs = sorted(f for f in folder.iterdir() if f.suffix in SUFFIXES and f.is_file())
    ours = {f.name: DATA_DIR / f.name for f in theirs}
    return tuple(f.name for f in theirs if not ours[f.name].is_file() or ours[f.name].read_bytes() != f.read_bytes())


def _key(result: Json) -> str:
    return str(result.get("file", ""))


@contextmanager
def _program(folder: Path) -> Iterator[tuple[Path, bool]]:
    """A copy of the program whose data is ``folder`` over data/; whether its model had to be fitted again."""
    with tempfile.TemporaryDirectory(prefix="matcher-trial-") as temporary:
        root = Path(temporary)
        shutil.copytree(_ROOT / "matcher", root / "matcher", ignore=shutil.ignore_patterns("__pycache__"))
        (root / "data").mkdir()
        overlay(folder, root / "data")
        manifest = json.loads((MODELS_DIR / "manifest.json").read_text(encoding="utf-8"))
        refit = fitted_hash(root / "data") != manifest["data_hash"]
        (root / "models").mkdir()
        for file in MODELS_DIR.iterdir():
            if file.is_file():
                shutil.copyfile(file, root / "models" / file.name)
        if refit:
            list(_output(root, ["fit"]))
        yield root, refit


def _output(root: Path, arguments: Sequence[str]) -> Iterator[str]:
    """Lines that the program under ``root`` prints; we stay in the folder where we are, so names mean the same."""
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONSAFEPATH": "1", "PYTHONIOENCODING": "utf-8"}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as messages:
        asked = [sys.executable, "-m", "matcher", *arguments]
        process = subprocess.Popen(asked, env=environment, stdout=subprocess.PIPE, stderr=messages, encoding="utf-8")
        assert process.stdout is not None
        try:
            yield from process.stdout
            if process.wait() not in (0, 1):
                messages.seek(0)
                raise TrialError(messages.read().strip() or f"exit code {process.returncode}")
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def _results(root: Path, files: Sequence[str], as_of: dt.date) -> Iterator[Json]:
    """What ``match --json`` of the program under ``root`` gives, without the texts."""
    lines = _output(root, ["match", *files, "--json", "--top", _ALL, "--as-of", as_of.isoformat()])
    for line in lines:
        # one result alone is spread over many lines
        value: Json = json.loads(line if line != "{\n" else line + "".join(lines))
        value.pop("text", None)
        yield value
