"""The command line: output, exit codes and messages, with real files."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest

from matcher import Matcher, cli
from matcher.presentation.json_ import dumps, result_to_dict
from tests.support import AS_OF, ROOT

DAY = ["--as-of", "2026-11-24"]
SCHEMA = json.loads((ROOT / "docs" / "match.schema.json").read_text(encoding="utf-8"))
Ran = tuple[int, str, str]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command in this process: exit code, standard output, standard error."""

    def call(*arguments: str | Path) -> Ran:
        try:
            code = cli.main([str(a) for a in arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capfd.readouterr()
        return code, out, err

    return call


@pytest.fixture
def bad_files(tmp_path: Path) -> dict[str, Path]:
    """Inputs that cannot be read, by the code they give."""
    files = {c: tmp_path / n for c, n in (("empty", "空.txt"), ("unknown_format", "数据.bin"), ("too_large", "大.pdf"))}
    files["empty"].touch()
    files["unknown_format"].write_bytes(bytes(range(256)) * 40)
    with files["too_large"].open("wb") as stream:
        stream.truncate(50 * 2**20)
    files["not_found"] = tmp_path / "没有.pdf"
    return files


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


# --- match ----------------------------------------------------------------------------------------------------------


def test_match_table(run: Callable[..., Ran], resumes: Path) -> None:
    code, out, err = run("match", resumes / "p01_clear.docx", "--top", "2", *DAY)
    assert (code, err) == (0, "")
    assert "1. 互联网金融产品经理岗" in out
    assert "2. " in out
    assert "3. " not in out
    assert "截止日 2026-11-24" in out


def test_match_json_is_the_same_as_from_python(run: Callable[..., Ran], matcher: Matcher, resumes: Path) -> None:
    path = resumes / "p03_clear.pdf"
    code, out, err = run("match", path, "--json", *DAY)
    assert (code, err) == (0, "")
    assert json.loads(out) == json.loads(dumps(result_to_dict(matcher.match(path, as_of=AS_OF))))
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(out))
    assert run("match", path, "--json", *DAY)[1] == out


def test_match_several_gives_json_lines(run: Callable[..., Ran], resumes: Path, bad_files: dict[str, Path]) -> None:
    files = [resumes / "p01_clear.docx", *bad_files.values(), resumes / "p02_clear.pdf"]
    code, out, err = run("match", *files, "--json", "--top", "1", *DAY)
    found = lines(out)
    assert code == 1
    assert [f["file"] for f in found] == [str(f) for f in files]
    assert [f["error"]["code"] if "error" in f else f["matches"][0]["position_id"] for f in found] == [1, *bad_files, 2]
    validator = jsonschema.Draft202012Validator(SCHEMA)
    unreadable = jsonschema.Draft202012Validator({**SCHEMA["$defs"]["unreadable"], "$defs": SCHEMA["$defs"]})
    for line in found:
        assert next(iter(line)) == "file"
        (unreadable if "error" in line else validator).validate(line)
    for line, path in zip(err.splitlines(), bad_files.values(), strict=True):
        assert path.name in line


@pytest.mark.parametrize("code", ["empty", "unknown_format", "too_large", "not_found"])
def test_match_bad_input_is_named_with_its_mend(
    run: Callable[..., Ran], bad_files: dict[str, Path], resumes: Path, code: str
) -> None:
    status, out, err = run("match", bad_files[code], resumes / "p01_clear.docx", *DAY)
    assert status == 1
    assert bad_files[code].name in err
    assert "请" in err
    assert "lease" in err or "check" in err
    assert "Traceback" not in err
    assert "林样例" in out


def test_match_folder_names_each_file(run: Callable[..., Ran], resumes: Path, tmp_path: Path) -> None:
    (tmp_path / "内").mkdir()
    shutil.copy(resumes / "p06_clear.txt", tmp_path / "内" / "甲.txt")
    shutil.copy(resumes / "p07_clear.txt", tmp_path / "乙.txt")
    code, out, _ = run("match", tmp_path, "--json", *DAY)
    assert code == 0
    assert sorted(f["file"] for f in lines(out)) == sorted([f"{tmp_path}/乙.txt", f"{tmp_path}/内/甲.txt"])


def test_match_standard_input(run: Callable[..., Ran], resumes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def feed(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    feed((resumes / "p05_near.pdf").read_bytes())
    piped = run("match", "-", "--json", *DAY)
    assert piped == run("match", resumes / "p05_near.pdf", "--json", *DAY)
    feed(b"")
    code, out, err = run("match", "-", *DAY)
    assert (code, out) == (1, "")
    assert "空" in err


def test_fault_of_ours_stops_only_one_resume(
    run: Callable[..., Ran], resumes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import matcher.batch

    real = matcher.batch.match_resume

    def faulty(resume: Any, *more: Any) -> Any:
        if resume.name == "p01_trap.txt":
            raise ZeroDivisionError("13800000000")
        return real(resume, *more)

    monkeypatch.setattr(matcher.batch, "match_resume", faulty)
    code, out, err = run("match", resumes / "p01_trap.txt", resumes / "p06_clear.txt", "--json", *DAY)
    first, second = lines(out)
    assert code == 1
    assert first["error"]["code"] == "failed"
    assert "ZeroDivisionError" in err
    assert "13800000000" not in err + json.dumps(first)
    assert second["matches"][0]["position_id"] == 6


# --- rank -----------------------------------------------------------------------------------------------------------


def test_rank(run: Callable[..., Ran], resumes: Path, bad_files: dict[str, Path], tmp_path: Path) -> None:
    files = [resumes / "p02_clear.pdf", bad_files["empty"], resumes / "p01_clear.docx", bad_files["not_found"]]
    out_file, jsonl = tmp_path / "名单.xlsx", tmp_path / "结果.jsonl"
    code, out, err = run("rank", *files, "--out", out_file, "--jsonl", jsonl, "--workers", "1", *DAY)
    assert code == 1
    assert str(out_file) in out.replace("\n", "")
    assert [line.split(":")[0].split()[-1] for line in err.splitlines()] == ["空.txt", "没有.pdf"]
    found = lines(jsonl.read_text(encoding="utf-8"))
    assert [f["file"] for f in found] == [f.name for f in files]
    assert [len(f.get("matches", ())) for f in found] == [10, 0, 10, 0]
    for line in found:
        if "matches" in line:
            jsonschema.Draft202012Validator(SCHEMA).validate(line)
    book = openpyxl.load_workbook(out_file)
    assert [book["1 互联网金融产品经理岗"].cell(r, 2).value for r in (6, 7)] == ["林样例", "周示例"]
    assert [book["无法读取"].cell(r, 1).value for r in (4, 5)] == ["空.txt", "没有.pdf"]
    left = {"名单.xlsx", "结果.jsonl", *(p.name for p in bad_files.values())} - {"没有.pdf"}
    assert {p.name for p in tmp_path.iterdir()} == left


def test_rank_tells_files_of_the_same_name_apart(run: Callable[..., Ran], resumes: Path, tmp_path: Path) -> None:
    for folder, source in (("甲", "p06_clear.txt"), ("乙", "p07_clear.txt"), ("丙", "p08_near.txt")):
        (tmp_path / folder).mkdir()
        shutil.copy(resumes / source, tmp_path / folder / "简历.txt")
    jsonl = tmp_path / "r.jsonl"
    paths = [tmp_path / "甲" / "简历.txt", tmp_path / "乙" / "简历.txt", tmp_path / "丙"]
    code, *_ = run("rank", *paths, "--out", tmp_path / "a.xlsx", "--jsonl", jsonl, "--workers", "1", *DAY)
    assert code == 0
    assert [f["file"] for f in lines(jsonl.read_text(encoding="utf-8"))] == ["简历.txt", "乙/简历.txt", "丙/简历.txt"]


@pytest.mark.parametrize(
    ("target", "word"), [("a.csv", ".xlsx"), ("no/a.xlsx", "文件夹不存在"), ("folder.xlsx", "这是文件夹")]
)
def test_rank_refuses_a_target_before_the_work(
    run: Callable[..., Ran], resumes: Path, tmp_path: Path, target: str, word: str
) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    code, out, err = run("rank", resumes / "p01_clear.docx", "--out", tmp_path / target)
    assert (code, out) == (2, "")
    assert word in err


# --- the other commands ---------------------------------------------------------------------------------------------


def test_positions(run: Callable[..., Ran]) -> None:
    assert "界面及交互" in run("positions")[1]
    code, out, _ = run("positions", "--json")
    assert code == 0
    assert [p["position_id"] for p in json.loads(out)] == list(range(1, 11))


LABELLED = (
    "id,text,label_group\n"
    "a,负责手机银行产品规划、需求调研与上线，金融产品经理，撰写产品手册,1\n"
    "b,数据挖掘、统计建模、SQL、数据仓库，数据分析师,6\n"
    "c,产品原型设计、业务流程设计,2|3\n"
)


def test_evaluate(run: Callable[..., Ran], tmp_path: Path) -> None:
    path = tmp_path / "标注.csv"
    path.write_text(LABELLED, encoding="utf-8")
    code, out, err = run("evaluate", path, "--json", *DAY)
    report = json.loads(out)
    assert (code, err) == (0, "")
    assert report["overall"]["n"] == 3
    assert set(report["groups"]) == {"1", "6", "2|3"}
    assert 0 <= report["overall"]["top1"]["value"] <= report["overall"]["top3"]["value"] <= 1
    table = run("evaluate", path, *DAY)[1]
    assert "top-1" in table
    assert "6 大数据分析及运营岗" in table


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (None, "找不到文件"),
        ("id,text\n1,x\n", "label_group"),
        ("id,text,label_group\n1,x,甲\n", "第 2 行"),
        ("", "缺少列"),
    ],
)
def test_evaluate_bad_labels(run: Callable[..., Ran], tmp_path: Path, content: str | None, word: str) -> None:
    path = tmp_path / "标注.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    code, out, err = run("evaluate", path)
    assert (code, out) == (1, "")
    assert word in err
    assert "标注.csv" in err


def test_evaluate_screening(run: Callable[..., Ran], resumes: Path, tmp_path: Path) -> None:
    for name in ("p01_clear.docx", "p01_clear.json", "p06_clear.txt", "p06_clear.json"):
        shutil.copy(resumes / name, tmp_path)
    code, out, _ = run("evaluate-screening", tmp_path, "--json")
    report = json.loads(out)
    assert code == 0
    assert report["resumes"] == 2
    assert sum(c["n"] for cells in report["rules"].values() for c in cells) == report["verdicts"] > 100
    table = run("evaluate-screening", tmp_path)[1]
    assert "错判不符合" in table


@pytest.mark.parametrize("content", ["folder", "missing", "bad"])
def test_evaluate_screening_without_labels(run: Callable[..., Ran], tmp_path: Path, content: str) -> None:
    if content == "bad":
        (tmp_path / "a.json").write_text('{"file": "gone.txt", "verdicts": {}}', encoding="utf-8")
    code, out, err = run("evaluate-screening", tmp_path / "no" if content == "missing" else tmp_path)
    assert (code, out) == (2, "")
    assert err.startswith("错误 error:")


def test_fit_writes_a_model(run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import matcher.training

    real = matcher.training.fit
    monkeypatch.setattr(matcher.training, "fit", lambda ads_csv: real(models_dir=tmp_path, ads_csv=ads_csv))
    code, out, _ = run("fit")
    assert code == 0
    assert (tmp_path / "manifest.json").is_file()
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["data_hash"] in out


def test_serve_hands_over(run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    import service

    called = []
    monkeypatch.setattr(service, "run", lambda host, port: called.append((host, port)) or 0)
    assert run("serve", "--port", "8123")[0] == 0
    assert called == [("127.0.0.1", 8123)]


# --- usage ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["match"],
        ["what"],
        ["match", "a.txt", "--top", "0"],
        ["match", "a.txt", "--top", "三"],
        ["match", "a.txt", "--as-of", "2026-02-30"],
        ["match", "a.txt", "--as-of", "20261124"],
        ["rank", "a.txt"],
        ["rank", "--out", "a.xlsx"],
        ["rank", "a.txt", "--out", "a.xlsx", "--workers", "-1"],
        ["evaluate"],
        ["serve", "--port", "99999"],
        ["match", "a.txt", "--colour"],
    ],
)
def test_wrong_usage(run: Callable[..., Ran], arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "用法有误 wrong usage" in err


@pytest.mark.parametrize("arguments", [["--help"], *([c, "--help"] for c in ("match", "rank", "evaluate", "serve"))])
def test_help(run: Callable[..., Ran], arguments: list[str]) -> None:
    code, out, _ = run(*arguments)
    assert code == 0
    assert "usage: python -m matcher" in out


def test_version(run: Callable[..., Ran]) -> None:
    from matcher import __version__

    assert run("--version")[:2] == (0, f"matcher {__version__}\n")


def test_missing_model_says_what_to_do(
    run: Callable[..., Ran], resumes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import matcher.pipeline

    monkeypatch.setattr(matcher.pipeline, "MODELS_DIR", tmp_path)
    code, out, err = run("match", resumes / "p01_clear.docx")
    assert (code, out) == (2, "")
    assert "python -m matcher fit" in err


# --- as a process ---------------------------------------------------------------------------------------------------


def process(*arguments: str | Path, **more: Any) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more.pop("env", {})}
    return subprocess.Popen(
        [sys.executable, "-m", "matcher", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, **more,
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "ascii", "latin-1"])
def test_every_console_encoding(resumes: Path, encoding: str) -> None:
    child = process("match", resumes / "p01_near.pdf", *DAY, env={"PYTHONIOENCODING": encoding})
    out, err = child.communicate()
    assert (child.returncode, err) == (0, b"")
    text = out.decode("gbk" if encoding == "gbk" else "utf-8")
    assert "~经验" in text
    assert ("√学历" if encoding == "gbk" else "✓学历") in text
    assert "\x1b" not in text


def test_broken_pipe_is_quiet(resumes: Path) -> None:
    child = process("match", *sorted(resumes.glob("*.txt")) * 5, *DAY)
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.read(10)
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait() == 130


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_interrupt_is_quiet_and_leaves_no_half_file(resumes: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    child = process("rank", "-", "--out", tmp_path / "a.xlsx", "--jsonl", tmp_path / "r.jsonl", stdin=subprocess.PIPE)
    while not (tmp_path / "a.xlsx.part").exists():  # it now waits for standard input
        assert child.poll() is None
        time.sleep(0.02)
    time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate()
    assert (child.returncode, err) == (130, b"")
    assert [p.name for p in tmp_path.iterdir()] == ["pipe"]


def test_starting_loads_nothing_heavy() -> None:
    code = "import sys, matcher.cli; print({'numpy', 'scipy', 'rich', 'rjieba', 'xlsxwriter'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True, text=True)
    assert done.stdout.strip() == "set()"
