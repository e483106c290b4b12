"""diff: what a changed data folder would do to a pool, before it is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from matcher import cli
from matcher.comparison import Trial
from matcher.scoring import MODELS_DIR
from matcher.trial import TrialError, changed_files, try_folder
from tests.support import AS_OF, ROOT

DATA = ROOT / "data"
RESUMES = ROOT / "tests" / "resumes"
FILES = [str(RESUMES / n) for n in ("p01_clear.docx", "p02_clear.pdf", "p06_near.docx", "out_lawyer.txt")]
DAY = ["--as-of", "2026-11-24"]


def folder_with(tmp_path: Path, name: str, *pairs: tuple[str, str], more: str = "") -> Path:
    folder = tmp_path / "changed"
    folder.mkdir(exist_ok=True)
    text = (DATA / name).read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / name).write_text(text + more, encoding="utf-8", newline="\n")
    return folder


def tried(folder: Path, files: list[str]) -> Trial:
    return try_folder(folder, files, AS_OF)


def test_nothing_changed(tmp_path: Path) -> None:
    trial = tried(folder_with(tmp_path, "policy.toml"), FILES[:1])
    assert trial == Trial(AS_OF, (), False, 1, (), ())


def test_a_policy(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = folder_with(tmp_path, "policy.toml", ("priority_min = 60.0", "priority_min = 99.0"))
    (tmp_path / "bad.txt").write_bytes(b"")
    files = [*FILES, str(tmp_path / "bad.txt")]
    assert cli.main(["diff", "--against", str(folder), *files, *DAY, "--json"]) == cli.DONE
    value: dict[str, Any] = json.loads(capfd.readouterr().out)
    assert (value["changed"], value["refitted"], value["resumes"], value["apart"]) == (["policy.toml"], False, 4, [])
    moves = {one["file"]: one["moves"] for one in value["moved"]}
    assert FILES[3] not in moves  # the lawyer was nowhere and stays there
    assert {(m["tier_before"], m["tier_after"]) for ms in moves.values() for m in ms} == {("priority", "reserve")}
    assert all(m["before"] == m["after"] and not m["parts"] for ms in moves.values() for m in ms)
    assert moves[FILES[0]]


def test_fitted_data_are_fitted_again_elsewhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A word taken from a position's terms and a rule made stricter: scores and verdicts move, and say why."""
    before = {f.name: f.read_bytes() for f in MODELS_DIR.iterdir() if f.is_file()}
    folder = folder_with(
        tmp_path, "positions.csv", (",3,financial_product_manager,35,", ",20,financial_product_manager,20,")
    )
    assert cli.main(["diff", "--against", str(folder), FILES[0], *DAY]) == cli.DONE
    told = capfd.readouterr().out
    assert "positions.csv" in told
    assert "重新训练" in told
    assert "经验：符合 → 不符合" in told
    assert "年龄：符合 → 不符合" in told
    assert "退出联系名单" in told
    assert "对口年限" in told
    assert {f.name: f.read_bytes() for f in MODELS_DIR.iterdir() if f.is_file()} == before


def test_words_of_the_extraction_count(tmp_path: Path) -> None:
    """What extraction knows is loaded from the changed folder too."""
    rows = [r for r in (DATA / "degrees.csv").read_text(encoding="utf-8").splitlines() if ",本科," not in r]
    folder = tmp_path / "changed"
    folder.mkdir()
    (folder / "degrees.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    trial = tried(folder, FILES[:1])
    assert trial.changed == ("degrees.csv",)
    (one,) = trial.moved
    assert "highest_degree" in one.fields


@pytest.mark.parametrize("name", ["policy.toml", "degrees.csv"])
def test_a_folder_that_cannot_run(tmp_path: Path, name: str) -> None:
    with pytest.raises(TrialError, match=name):
        tried(folder_with(tmp_path, name, more="某学历\n"), FILES[:1])


@pytest.mark.parametrize("arguments", [["--against", "no such folder", "x.txt"], ["--against", ".", "-"]])
def test_wrong_usage(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["diff", *arguments]) == cli.USAGE
    assert "错误" in capfd.readouterr().err


def test_changed_files(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "policy.toml", ("60.0", "61.0"))
    (folder / "synonyms.csv").write_bytes((DATA / "synonyms.csv").read_bytes())
    (folder / "notes.md").write_text("x", encoding="utf-8")
    assert changed_files(folder) == ("policy.toml",)
