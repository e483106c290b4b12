"""The command line: ``python -m matcher``.

Exit codes: 0 done, 1 some inputs could not be read, 2 wrong usage, 130 stopped.

Heavy packages are imported inside the commands that need them, so that help, errors and ``match`` start quickly.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from matcher import __version__

if TYPE_CHECKING:
    from matcher.pipeline import Matcher
    from matcher.reading.base import Document, Source
    from matcher.schema import MatchResult, Unreadable

DONE, UNREAD, USAGE, STOPPED = 0, 1, 2, 130


class UsageError(Exception):
    """A command that cannot be carried out as given; the message is Chinese with English."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; bad input gives a message, never a traceback."""
    _set_streams()
    arguments = _parser().parse_args(argv)
    from matcher.knowledge import KnowledgeError

    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        # Nobody reads any more: point standard output at nothing, so that Python's own flush at exit is quiet too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return STOPPED
    except (UsageError, KnowledgeError) as error:
        return _fail(str(error))
    except OSError as error:
        name = Path(os.fsdecode(error.filename)).name if error.filename else ""
        return _fail(f"{name}：{_os_reason(error)} ({error.strerror or type(error).__name__})")
    except RuntimeError as error:
        if type(error).__name__ != "ModelError":  # imported late: numpy need not load for a usage error
            raise
        of = f" --notice {arguments.notice}" if getattr(arguments, "notice", None) else ""
        return _fail(f"{error}\n请先运行：python -m matcher fit{of} (please run it first)")


def _set_streams() -> None:
    """A console that cannot show a character shows a stand-in instead of failing; one without Chinese gets UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            try:
                "符合".encode(stream.encoding)
                stream.reconfigure(errors="replace")
            except (UnicodeEncodeError, LookupError):
                stream.reconfigure(encoding="utf-8", errors="replace")


def _fail(message: str) -> int:
    print(f"错误 error: {message}", file=sys.stderr)
    return USAGE


def _os_reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "没有权限写入或读取；若文件正在 Excel 中打开，请先关闭"
    if isinstance(error, FileNotFoundError):
        return "找不到文件或文件夹；请检查路径"
    if isinstance(error, IsADirectoryError):
        return "这是文件夹，不是文件"
    return "读写失败；请检查磁盘空间和路径"


# --- arguments ----------------------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"用法有误 wrong usage: {message}\n查看帮助 help: {self.prog} --help\n")


def _date(text: str) -> dt.date:
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期“{text}”应写成 2026-11-24 这样 (use YYYY-MM-DD)") from None


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}”应为 1 以上的整数 (a whole number from 1)")
    return int(text)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"“{text}”不是端口号 (a port from 0 to 65535)")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m matcher",
        description="把简历匹配到岗位：打分、逐条核对硬性条件、给出简历原文依据。"
        " Match resumes to positions: scores, verdicts on each hard rule, evidence in the resume's own words.",
        epilog="退出码 exit codes: 0 完成 done · 1 有输入无法读取 some inputs could not be read"
        " · 2 用法有误 wrong usage",
    )
    parser.add_argument("--version", action="version", version=f"matcher {__version__}")
    commands = parser.add_subparsers(title="命令 commands", required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    def as_of(made: argparse.ArgumentParser) -> None:
        made.add_argument(
            "--as-of",
            type=_date,
            metavar="YYYY-MM-DD",
            help="年龄、年限的截止日，默认今天 count ages and years to this date",
        )

    def notice(made: argparse.ArgumentParser) -> None:
        made.add_argument(
            "--notice",
            metavar="NAME",
            help="用 notices/NAME 的岗位，默认 data/ 的 positions of the notice notices/NAME",
        )

    def blind(made: argparse.ArgumentParser) -> None:
        made.add_argument(
            "--blind",
            action="store_true",
            help="隐去姓名、性别、照片、出生、年龄和联系方式，按读入顺序编号为候选人 001… hide who it is",
        )

    match = command("match", run_match, "一份或几份简历各适合哪些岗位 the best positions for each resume")
    match.add_argument(
        "files", nargs="+", metavar="FILE", help="简历文件；- 为标准输入 resumes; - reads standard input"
    )
    match.add_argument("--top", type=_count, default=3, metavar="K", help="列出前 K 个岗位，默认 3 how many positions")
    as_of(match)
    notice(match)
    match.add_argument("--json", action="store_true", help="输出 JSON；多份时每行一个 JSON, one line each when several")
    blind(match)

    rank = command("rank", run_rank, "给一批简历排名，写出 Excel rank many resumes, write an Excel shortlist")
    rank.add_argument(
        "paths", nargs="+", metavar="PATH", help="文件或文件夹；- 为标准输入 files or folders; - reads standard input"
    )
    rank.add_argument(
        "--out", required=True, type=Path, metavar="SHORTLIST.xlsx", help="写到哪个 Excel 文件 the Excel file"
    )
    rank.add_argument(
        "--jsonl", type=Path, metavar="RESULTS.jsonl", help="同时写出全部结果 all results as JSON Lines too"
    )
    as_of(rank)
    notice(rank)
    rank.add_argument(
        "--parquet",
        type=Path,
        metavar="RESULTS.parquet",
        help="同时写出每人每岗一行的表 a row a candidate and position",
    )
    rank.add_argument(
        "--top", type=_count, default=5000, metavar="N", help="每个岗位最多列多少人，默认 5000 candidates a position"
    )
    rank.add_argument("--workers", type=_count, metavar="N", help="进程数，默认全部核 processes, all cores by default")
    blind(rank)
    rank.add_argument(
        "--key", type=Path, metavar="KEY.csv", help="与 --blind 同用：编号对应的文件，由专人保管 which file a number is"
    )
    rank.add_argument("--resume", action="store_true", help="从上次中断的地方接着做 go on where a run was interrupted")

    positions = command(
        "positions",
        run_positions,
        "列出岗位和条件；读入公告、检查规则 list the positions; import a notice, check rules",
    )
    positions.add_argument("--json", action="store_true", help="输出 JSON print JSON")
    notice(positions)
    _notice_commands(positions)

    evaluate = command("evaluate", run_evaluate, "用有标注的文本衡量排序 measure ranking on labelled texts")
    evaluate.add_argument("labelled", type=Path, metavar="LABELLED.csv", help="列 columns: id,text,label_group")
    as_of(evaluate)
    evaluate.add_argument("--json", action="store_true", help="输出 JSON print JSON")

    screening = command(
        "evaluate-screening", run_screening, "用有标注的简历衡量提取与筛选 measure extraction and screening"
    )
    screening.add_argument(
        "folder", nargs="?", type=Path, default=Path("tests/gold"), metavar="FOLDER", help="默认 tests/gold"
    )
    screening.add_argument("--json", action="store_true", help="输出 JSON print JSON")

    fit = command("fit", run_fit, "重新训练并写入 models/ fit the ranker and write models/")
    fit.add_argument(
        "--ads", type=Path, metavar="CSV", help="先用招聘广告重算词频表 recompute the tables that adverts teach"
    )
    notice(fit)

    audit = command("audit", run_audit, "一批简历的公平性审计，写出 HTML 报告 a fairness audit of a pool of resumes")
    audit.add_argument("paths", nargs="+", metavar="POOL", help="文件或文件夹，同 rank files or folders, as for rank")
    audit.add_argument(
        "--out", required=True, type=Path, metavar="REPORT.html", help="写到哪个 HTML 文件 the HTML file"
    )
    audit.add_argument("--json", type=Path, metavar="REPORT.json", help="同时写出全部数字 all figures as JSON too")
    audit.add_argument(
        "--groups",
        type=Path,
        metavar="GROUPS.csv",
        help="分组表：file 和每种分组一列，如 性别 file, then a column a grouping",
    )
    audit.add_argument(
        "--swaps",
        type=_count,
        default=60,
        metavar="N",
        help="对多少份做反事实替换，默认 60 how many resumes to swap in",
    )
    as_of(audit)
    notice(audit)

    check = command(
        "check-data",
        run_check_data,
        "检查数据文件，逐个说明哪行有误、怎么改 every fault of the data files, with its mend",
    )
    check.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="DIR",
        help="默认 data/；可以只放改过的文件 data/ by default; may hold changed files only",
    )
    check.add_argument("--json", action="store_true", help="输出 JSON print JSON")

    trial = command(
        "diff", run_diff, "改动后的数据会让谁的结论变化、为什么 what a changed data folder would do to a pool, and why"
    )
    trial.add_argument(
        "--against", required=True, type=Path, metavar="DIR", help="改动后的数据；可以只放改过的文件 changed data files"
    )
    trial.add_argument("paths", nargs="+", metavar="POOL", help="简历文件或文件夹 files or folders")
    as_of(trial)
    trial.add_argument("--json", action="store_true", help="输出全部变化的 JSON print all moves as JSON")

    again = command(
        "replay", run_replay, "用存下的原文重算存下的结果，说明有什么不同 make stored results again, say what differs"
    )
    again.add_argument(
        "result", type=Path, metavar="RESULT.json", help="match --json 或 rank --jsonl 的输出 their output"
    )
    notice(again)

    serve = command("serve", run_serve, "启动网页与 HTTP 接口 start the web page and HTTP interface")
    serve.add_argument("--host", default="127.0.0.1", help="默认 127.0.0.1，只限本机 this machine only by default")
    serve.add_argument("--port", type=_port, default=8000, help="默认 8000")
    return parser


def _notice_commands(positions: argparse.ArgumentParser) -> None:
    """``positions import`` and ``positions check``; without either, ``positions`` lists."""
    positions.epilog = "positions import NOTICE --out DIR [--force] · positions check [DIR]"
    steps = positions.add_subparsers(title="公告 notices", metavar="STEP", parser_class=_Parser)
    text = "读入一份招聘公告，写出岗位和规则 read a recruitment notice into positions.csv"
    imported = steps.add_parser("import", help=text, description=text)
    imported.add_argument("notice_file", type=Path, metavar="NOTICE", help="txt、docx、doc、html、pdf、xlsx")
    imported.add_argument(
        "--out", required=True, type=Path, metavar="DIR", help="写到哪个文件夹，如 notices/名称 the folder to write"
    )
    imported.add_argument(
        "--force", action="store_true", help="覆盖文件夹里已有的岗位表 overwrite the positions that are there"
    )
    imported.set_defaults(run=run_import)
    text = "检查岗位表，用中文说明每条规则 check positions.csv and explain every rule"
    checked = steps.add_parser("check", help=text, description=text)
    checked.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="默认 data/")
    checked.set_defaults(run=run_check)


# --- reading ------------------------------------------------------------------------------------------------------


def _load(notice: str | None = None) -> Matcher:
    from matcher.pipeline import Matcher

    return Matcher.load(notice=notice)


def _standard_input() -> Iterator[Document | Unreadable]:
    from matcher.reading import Source, read_source
    from matcher.reading.limits import DEFAULT

    data = sys.stdin.buffer.read(DEFAULT.max_bytes + 1)  # one byte more shows that there is too much
    yield from read_source(Source(data, "-"))


def _display(path: str, name: str) -> str:
    """The path as the user gave it, with the way inside a folder or container that the reader's name adds."""
    if path == "-":
        return name
    given = Path(path)
    return str(given / name) if given.is_dir() else str(given.parent / name)


def _inputs(files: Sequence[str]) -> Iterator[tuple[str, Document | Unreadable]]:
    """What each file holds, read in this process, with the name to show."""
    from matcher.reading import read_path

    for file in files:
        for item in _standard_input() if file == "-" else read_path(file):
            yield _display(file, item.name), item


def _entries(paths: Sequence[str]) -> Iterator[tuple[Path, str] | Source | Unreadable]:
    """The files behind paths with their display names, which tell apart files of the same name."""
    from matcher.reading import Source, entries
    from matcher.reading.limits import DEFAULT

    seen: set[str] = set()
    for path in paths:
        if path == "-":
            yield Source(sys.stdin.buffer.read(DEFAULT.max_bytes + 1), "-")  # one byte more shows that it is too much
            continue
        base, folder = Path(path).name, Path(path).is_dir()
        prefix = ""
        if folder and len(paths) > 1:
            prefix = f"{base}/"
        elif not folder and base in seen:
            prefix = f"{Path(path).resolve().parent.name}/"
        seen.add(base)
        for entry in entries(path):
            if isinstance(entry, tuple):
                yield entry[0], f"{prefix}{entry[1]}"
            else:
                yield replace(entry, name=f"{prefix}{entry.name}")


def _complain(name: str, problem: Unreadable) -> None:
    from matcher.presentation.words import one_line

    print(
        f"无法读取 cannot read {one_line(name)}: {one_line(problem.reason)} {one_line(problem.reason_en)}",
        file=sys.stderr,
    )


# --- match --------------------------------------------------------------------------------------------------------


def run_match(arguments: argparse.Namespace) -> int:
    """``match``: results as they come, in the order of the files."""
    from matcher.pipeline import top
    from matcher.schema import Unreadable

    matcher = _load(arguments.notice)
    as_of = arguments.as_of or matcher.as_of or dt.date.today()
    unread = 0
    found: Iterator[tuple[str, MatchResult | Unreadable]] = _match_all(matcher, arguments.files, as_of, arguments.blind)
    several = False
    if arguments.json:
        first = list(islice(found, 2))
        several = len(first) > 1 or len(arguments.files) > 1
        found = chain(first, found)
    for name, result in found:
        if isinstance(result, Unreadable):
            unread += 1
            _complain(name, result)
            if arguments.json:
                _write_json({"file": name, "error": _error(result)})
        elif arguments.json:
            from matcher.presentation.json_ import result_to_dict

            value = result_to_dict(top(result, arguments.top))
            _write_json({"file": name, **value} if several else value, None if several else 2)
        else:
            from matcher.presentation.terminal import console, print_result

            print_result(top(result, arguments.top), console(), name)
    return UNREAD if unread else DONE


def _match_all(
    matcher: Matcher, files: Sequence[str], as_of: dt.date, blind: bool = False
) -> Iterator[tuple[str, MatchResult | Unreadable]]:
    from matcher.batch import match_document
    from matcher.blinding import blinded, numbered
    from matcher.schema import Unreadable

    found = _inputs(files)
    if blind:
        found = ((item.name, item) for item in numbered(item for _, item in found))
    for name, item in found:
        result = item if isinstance(item, Unreadable) else match_document(matcher, item, as_of)
        yield name, blinded(result) if blind and not isinstance(result, Unreadable) else result


def _error(problem: Unreadable) -> dict[str, Any]:
    from matcher.presentation.json_ import unreadable_to_dict

    return unreadable_to_dict(problem)


def _write_json(value: object, indent: int | None = None) -> None:
    """JSON to standard output as UTF-8 whatever the console's encoding is."""
    from matcher.presentation.json_ import dumps

    data = (dumps(value, indent) + "\n").encode()
    if hasattr(sys.stdout, "buffer"):
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    else:
        sys.stdout.write(data.decode())


# --- rank ---------------------------------------------------------------------------------------------------------


def run_rank(arguments: argparse.Namespace) -> int:
    """``rank``: read and match in worker processes into a spool, then write the outputs from it."""
    from matcher.batch import SpoolError, gather, spooled, spooled_lines
    from matcher.presentation.excel import Run, write_workbook
    from matcher.presentation.files import whole_file
    from matcher.presentation.terminal import console, print_shortlists
    from matcher.ranking import shortlist

    for path, suffix in ((arguments.out, ".xlsx"), (arguments.jsonl, ""), (arguments.parquet, ""), (arguments.key, "")):
        _check_target(path, suffix)
    if arguments.key and (arguments.resume or not arguments.blind):
        raise UsageError("--key 要与 --blind 同用，且不能与 --resume 同用 (--key goes with --blind, not with --resume)")
    if arguments.parquet:
        from matcher.presentation.parquet import write_parquet
    matcher = _load(arguments.notice)
    spool = arguments.out.with_name(f"{arguments.out.name}.part")
    key: list[tuple[str, str]] = []
    try:
        stream, as_of = _fill(spool, matcher, arguments, key)
    except SpoolError as error:
        raise UsageError(str(error)) from error
    with stream:
        pool = gather(spooled(stream), arguments.top)
        for problem in pool.problems:
            _complain(problem.name, problem)
        run = Run(
            as_of,
            matcher.positions,
            matcher.policy,
            matcher.ranker.info.version,
            matcher.ranker.info.data_hash,
            __version__,
        )
        write_workbook(arguments.out, pool.results, pool.problems, run, totals=pool.totals, most=arguments.top)
        if arguments.jsonl:
            with whole_file(arguments.jsonl) as temporary, temporary.open("wb") as lines:
                lines.writelines(spooled_lines(stream))
        if arguments.parquet:
            with whole_file(arguments.parquet) as temporary, temporary.open("wb") as table:
                write_parquet(table, (result for chunk in spooled(stream) for result in chunk.results))
        if arguments.key:
            _write_key(arguments.key, key)
    spool.unlink()
    out = console()
    out.print(f"前三名（截止日 {as_of}；简历 {pool.totals.resumes} 份，无法读取 {len(pool.problems)} 份）")
    print_shortlists(((p, shortlist(pool.results, p.position_id, 3)) for p in matcher.positions), out)
    written = (
        ("名单 shortlist", arguments.out),
        ("全部结果 results", arguments.jsonl),
        ("数据表 table", arguments.parquet),
    )
    for name, path in written:
        if path:
            out.print(f"{name}: {path}", soft_wrap=True)
    return UNREAD if pool.problems else DONE


def _write_key(path: Path, key: Sequence[tuple[str, str]]) -> None:
    """Which file each number of a blind run is, for its owner's eyes only."""
    import csv
    import io

    from matcher.presentation.files import whole_file

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("number", "file"), *key])
    with whole_file(path, 0o600) as temporary:
        temporary.write_bytes(text.getvalue().encode("utf-8-sig"))  # so that Excel reads it


def _fill(
    spool: Path, matcher: Matcher, arguments: argparse.Namespace, key: list[tuple[str, str]]
) -> tuple[BinaryIO, dt.date]:
    """Match every input into the spool, or what is left of it with ``--resume``; the spool and its date.

    A blind run adds its numbers and files to ``key``. An interruption leaves the spool, with all chunks that are done.
    """
    from matcher.batch import SpoolError, append, match_many, resume_spool, run_header, spooled, start_spool
    from matcher.reading import read_entries

    named = _entries([p for p in arguments.paths if p != "-"])
    as_of = arguments.as_of or matcher.as_of or dt.date.today()
    header, total = run_header(matcher, as_of, named, arguments.jsonl is not None, arguments.blind)
    total += arguments.paths.count("-")
    place = (0, 0)
    if arguments.resume:
        stream, old, place = resume_spool(spool)
        if arguments.as_of is None:
            header = replace(header, as_of=old.as_of)
        if old != header:
            stream.close()
            raise SpoolError(
                f"{spool.name}：文件、截止日、输出或设置与中断前不同，不能接着做；请去掉 --resume 重新开始"
                " (inputs or settings have changed)"
            )
    else:
        stream = start_spool(spool, header)
    workers = arguments.workers or len(os.sched_getaffinity(0))
    entry, items = place
    read = ((entry + n, item) for n, item in read_entries(islice(_entries(arguments.paths), entry, None), workers))
    try:
        with _progress(total, entry) as step:
            # Of the entry that was interrupted, the first items are done.
            documents: Iterator[tuple[int, Document | Unreadable]] = islice(read, items, None)
            if header.blind:
                done = sum(len(c.results) + len(c.problems) + c.passed.resumes for c in spooled(stream))
                documents = _numbered(documents, done + 1, key)
            chunks = match_many(
                documents, header.as_of, workers, header.with_lines, place,
                notice=arguments.notice or "", blind=header.blind, most=None if arguments.parquet else arguments.top,
            )  # fmt: skip
            for chunk in chunks:
                append(stream, chunk)
                step(chunk)
    except BaseException:
        stream.close()
        rest, _, reached = resume_spool(spool)
        rest.close()
        if reached == (0, 0):
            spool.unlink()
        else:
            print(
                f"已中断，做完的部分保存在 {spool.name}；加 --resume 接着做 (stopped; add --resume to go on)",
                file=sys.stderr,
            )
        raise
    return stream, header.as_of


def _numbered(
    items: Iterator[tuple[int, Document | Unreadable]], first: int, key: list[tuple[str, str]]
) -> Iterator[tuple[int, Document | Unreadable]]:
    """Items under numbers in place of their names, which go to ``key``."""
    from matcher.blinding import alias

    for number, (entry, item) in enumerate(items, start=first):
        key.append((alias(number), item.name))
        yield entry, replace(item, name=alias(number))


def _check_target(path: Path | None, suffix: str) -> None:
    """Find out before the work, not after it, that the output cannot be written."""
    if path is None:
        return
    if suffix and path.suffix.lower() != suffix:
        raise UsageError(f"{path.name}：文件名应以 {suffix} 结尾 (the name must end in {suffix})")
    if path.is_dir():
        raise UsageError(f"{path}：这是文件夹，请给出文件名 (a folder, not a file)")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent}：文件夹不存在，请先建立 (no such folder)")
    if not os.access(path.parent, os.W_OK):
        raise UsageError(f"{path.parent}：没有写入权限 (no permission to write)")


@contextmanager
def _progress(total: int, done: int) -> Iterator[Callable[[bytes], None]]:
    """A bar on standard error: entries done, resumes a second, time left; ``step(chunk)`` moves it on."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from matcher.batch import unpacked
    from matcher.presentation.terminal import console

    columns = (
        TextColumn("匹配简历"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("剩余"),
        TimeRemainingColumn(elapsed_when_finished=False),
    )
    bar = console(stderr=True)
    with Progress(*columns, console=bar, transient=True, disable=not bar.is_terminal) as progress:
        task = progress.add_task("", total=total, completed=done, rate="")
        begun, resumes = time.monotonic(), 0

        def step(packed: bytes) -> None:
            nonlocal resumes
            if not bar.is_terminal:
                return
            chunk = unpacked(packed)
            resumes += len(chunk.results) + chunk.passed.resumes
            rate = f"{resumes / max(time.monotonic() - begun, 1e-9):.0f} 份/秒"
            progress.update(task, completed=chunk.entries, rate=rate)

        yield step


# --- the other commands -------------------------------------------------------------------------------------------


def run_positions(arguments: argparse.Namespace) -> int:
    """``positions``: a table, or every word of them as JSON."""
    from matcher.knowledge import DATA_DIR, load_positions, notice_dir

    positions = load_positions(notice_dir(arguments.notice) if arguments.notice else DATA_DIR)
    if arguments.json:
        from matcher.presentation.json_ import position_to_dict

        _write_json([position_to_dict(p) for p in positions], 2)
        return DONE
    from matcher.presentation.terminal import console, print_positions
    from matcher.schema import UNLISTED
    from matcher.screening import domain_names

    print_positions(positions, {**domain_names(), UNLISTED: "公告所写领域"}, console())
    return DONE


def run_import(arguments: argparse.Namespace) -> int:
    """``positions import``: a notice's folder, every rule in words, and what is left for a person."""
    from matcher.knowledge import DATA_DIR
    from matcher.notice import explain, import_notice, write

    out = arguments.out
    if out.resolve() == DATA_DIR.resolve():
        raise UsageError("data/ 是共同的数据，不能作为公告的文件夹 (data/ cannot be a notice's folder)")
    if (out / "positions.csv").exists() and not arguments.force:
        raise UsageError(f"{out / 'positions.csv'} 已存在；加 --force 覆盖，或换一个文件夹 (it exists; use --force)")
    found = import_notice(arguments.notice_file)
    write(found, out)
    print(f"{found.title or arguments.notice_file.name}：{len(found.positions)} 个岗位 → {out}")
    print(f"年龄、年限截止日：{found.as_of or '公告未写，按运行当天'}\n")
    for position in found.positions:
        print(explain(position))
    shown = [u for u in found.unread if u.kind in ("unlawful", "check")]
    print(f"\n需要人看的 for a person（{len(shown)}；全部见 {out / 'unread.csv'}）")
    for item in shown:
        place = f"{item.position_id} {item.title}" if item.position_id else "全部岗位"
        print(f"- {place}：“{' '.join(item.text.split())}”——{item.reason}")
    if (name := _notice_name(out)) is not None:
        print(f"\n核对后运行 next: python -m matcher fit --notice {name}")
    return DONE


def _notice_name(folder: Path) -> str | None:
    """The name by which ``--notice`` knows a folder; None for one that lies elsewhere."""
    from matcher.knowledge import NOTICES_DIR

    path = folder.resolve()
    return path.name if path.parent == NOTICES_DIR else None


def run_check(arguments: argparse.Namespace) -> int:
    """``positions check``: every rule in words, then problems with file and row; exit code 1 when one is severe."""
    from matcher.knowledge import DATA_DIR
    from matcher.notice import check, explain

    positions, problems = check(arguments.folder or DATA_DIR)
    for position in positions:
        print(explain(position))
    for problem in problems:
        row = f" 第 {problem.row} 行" if problem.row else ""
        print(f"{'错误 error' if problem.severe else '请核对 check'}: {problem.file}{row}：{problem.message}")
    if not problems:
        print("没有问题 no problems")
    return UNREAD if any(p.severe for p in problems) else DONE


def run_evaluate(arguments: argparse.Namespace) -> int:
    """``evaluate``: top-1, top-3, MRR, nDCG@3, overall and per position."""
    from matcher.evaluation import evaluate, load_rows
    from matcher.knowledge import KnowledgeError
    from matcher.pipeline import match_resume
    from matcher.presentation.terminal import console, print_figures
    from matcher.text import to_resume

    try:
        rows = load_rows(arguments.labelled)
    except (KnowledgeError, OSError) as error:
        reason = str(error) if arguments.labelled.is_file() else f"{arguments.labelled}：找不到文件 (file not found)"
        print(f"无法读取 cannot read {reason}", file=sys.stderr)
        return UNREAD
    matcher = _load()
    as_of = arguments.as_of or dt.date.today()

    def order(text: str) -> list[int]:
        result = match_resume(to_resume(text), as_of, matcher.positions, matcher.policy, matcher.ranker)
        return [a.position_id for a in result.matches]

    from rich.progress import track

    bar = console(stderr=True)
    report = evaluate(track(rows, "评估", console=bar, transient=True, disable=not bar.is_terminal), order)
    if arguments.json:
        _write_json({"as_of": as_of.isoformat(), **report.as_dict()}, 2)
        return DONE
    titles = {str(p.position_id): p.title for p in matcher.positions}

    def shown(name: str, m: Any) -> list[str]:
        return [name, str(m.n), *(f"{f.value:.3f}" for f in (m.top1, m.top3, m.mrr, m.ndcg3))]

    def label(group: str) -> str:
        return f"{group} {titles[group]}" if group in titles else group

    table = [shown("全部 overall", report.overall), shown("各组平均 macro", report.macro)]
    numbers = sorted(report.groups, key=lambda g: [int(i) for i in g.split("|")])
    table += [shown(label(g), report.groups[g]) for g in numbers]
    out = console()
    print_figures(f"排序评估（截止日 {as_of}）", ("组", "n", "top-1", "top-3", "MRR", "nDCG@3"), table, out)
    out.print("95% 区间 intervals:")
    for name, m in (("全部 overall", report.overall), ("各组平均 macro", report.macro)):
        spans = (("top-1", m.top1), ("top-3", m.top3), ("MRR", m.mrr), ("nDCG@3", m.ndcg3))
        out.print(f"  {name}: " + "  ".join(f"{key} {f.low:.3f}–{f.high:.3f}" for key, f in spans), soft_wrap=True)
    return DONE


def run_screening(arguments: argparse.Namespace) -> int:
    """``evaluate-screening``: fields and verdicts against labelled resumes."""
    from matcher.presentation.terminal import console, print_figures
    from matcher.presentation.words import word
    from matcher.screening_evaluation import OUTCOMES, evaluate_screening, load_gold, wilson

    if not arguments.folder.is_dir():
        raise UsageError(f"{arguments.folder}：找不到文件夹 (no such folder)")
    matcher = _load()
    try:
        cases = list(load_gold(arguments.folder))
    except ValueError as error:
        raise UsageError(f"{arguments.folder.name}：标注有误：{error} (bad label)") from error
    if not cases:
        raise UsageError(f"{arguments.folder.name}：没有标注好的简历 (no labelled resumes)")
    report = evaluate_screening(cases, lambda path, day: matcher.match(path, k=None, as_of=day))
    wrong = {answer: report.wrong(answer) for answer in ("fails", "meets")}
    if arguments.json:
        _write_json(
            {
                "resumes": report.resumes,
                "verdicts": report.verdicts,
                "wrong": wrong,
                "stated": report.stated,
                "unknown_though_stated": report.unknown_though_stated,
                "fields": {
                    name: {"right": c.right, "wrong": c.wrong, "missed": c.missed, "f1": round(c.f1, 4)}
                    for name, c in sorted(report.fields.items())
                },
                "rules": {
                    rule: [{"truth": t, "answer": a, "n": n} for (t, a), n in sorted(counts.items())]
                    for rule, counts in report.confusion.items()
                },
            },
            2,
        )
        return DONE
    out = console()
    fields = [[n, str(c.right), str(c.wrong), str(c.missed), f"{c.f1:.3f}"] for n, c in sorted(report.fields.items())]
    print_figures(f"字段（{report.resumes} 份简历）", ("字段", "对", "多", "漏", "F1"), fields, out)
    rules = []
    for rule, counts in report.confusion.items():
        total = sum(counts.values())
        right = sum(n for (t, a), n in counts.items() if t == a)
        low, high = wilson(right, total)
        cells = [f"{counts[t, a]}" for t in OUTCOMES for a in OUTCOMES]
        rules.append([word("rule", rule), *cells, f"{right / total:.3f} [{low:.3f}, {high:.3f}]"])
    short = {"meets": "符", "fails": "否", "unknown": "核"}
    headings = ("规则", *(f"{short[t]}→{short[a]}" for t in OUTCOMES for a in OUTCOMES), "正确率")
    print_figures("判断（标注→程序：符=符合，否=不符合，核=待核实；可放宽计入否）", headings, rules, out)
    out.print(f"错判不符合 {wrong['fails']}/{report.verdicts}，错判符合 {wrong['meets']}/{report.verdicts}")
    out.print(f"简历写明而判待核实 {report.unknown_though_stated}/{report.stated}")
    return DONE


def run_fit(arguments: argparse.Namespace) -> int:
    """``fit``: write models/ from data/."""
    from matcher.knowledge import notice_dir
    from matcher.scoring import MODELS_DIR
    from matcher.training import fit

    if arguments.notice and arguments.ads:
        raise UsageError("--ads 只用于 data/ 的岗位，不能与 --notice 同用 (--ads belongs to data/ itself)")
    models = MODELS_DIR / (arguments.notice or "")
    ranker = fit(notice_dir(arguments.notice), models) if arguments.notice else fit(ads_csv=arguments.ads)
    print(f"已写入 written: {models}\n模型 model {ranker.info.version}，数据指纹 data {ranker.info.data_hash}")
    return DONE


def run_audit(arguments: argparse.Namespace) -> int:
    """``audit``: impact ratios, what rules cost, swaps; HTML and JSON."""
    from rich.progress import Progress

    from matcher.audit import audit
    from matcher.fairness import audit_to_dict, load_groups, load_settings
    from matcher.presentation.audit_html import audit_html
    from matcher.presentation.files import whole_file
    from matcher.presentation.json_ import dumps
    from matcher.presentation.terminal import console
    from matcher.reading import read_entries

    _check_target(arguments.out, ".html")
    _check_target(arguments.json, ".json")
    settings = load_settings()
    groups = load_groups(arguments.groups) if arguments.groups else ((), {})
    matcher = _load(arguments.notice)
    bar = console(stderr=True)
    with Progress(console=bar, transient=True, disable=not bar.is_terminal) as progress:
        task = progress.add_task("审计", total=None)
        found = audit(
            ((item.name, item) for _, item in read_entries(_entries(arguments.paths), 1)),
            matcher,
            arguments.as_of or matcher.as_of or dt.date.today(),
            settings,
            groups,
            arguments.swaps,
            lambda: progress.advance(task),
        )
    for problem in found.unreadable:
        _complain(problem.name, problem)
    if not found.resumes:
        raise UsageError("没有一份可读的简历，无从审计 (no readable resume)")
    with whole_file(arguments.out) as temporary:
        temporary.write_bytes(audit_html(found).encode())
    if arguments.json:
        with whole_file(arguments.json) as temporary:
            temporary.write_bytes((dumps(audit_to_dict(found), 2) + "\n").encode())
    for clause in found.unlawful:
        print(f"公告违法条件 unlawful: {clause.position_id or '共同要求'} “{clause.found.words}”（{clause.found.law}）")
    changed = sum(s.scores + s.verdicts for s in found.swaps)
    out = console()
    out.print(f"简历 {found.resumes} 份；反事实替换的变化 {changed} 次；报告 report: {arguments.out}", soft_wrap=True)
    return UNREAD if found.unreadable else DONE


def run_check_data(arguments: argparse.Namespace) -> int:
    """``check-data``: 0 when there is no fault, 1 when there is one; notes alone are none."""
    from dataclasses import asdict

    from matcher.checking import check_data
    from matcher.knowledge import DATA_DIR

    folder = arguments.folder or DATA_DIR
    if not folder.is_dir():
        raise UsageError(f"{folder}：找不到文件夹 (no such folder)")
    found = check_data(folder)
    faults = [f for f in found if not f.note]
    if arguments.json:
        _write_json([asdict(f) for f in found], 2)
        return UNREAD if faults else DONE
    for f in found:
        place = f"{f.file} 第 {f.row} 行" if f.row else f.file
        print(f"{'提示' if f.note else '错误'} {place}：{f.what}\n     怎么改：{f.mend}")
    print(f"错误 {len(faults)} 处，提示 {len(found) - len(faults)} 处" if found else "没有发现错误 no fault found")
    return UNREAD if faults else DONE


def run_diff(arguments: argparse.Namespace) -> int:
    """``diff``: who moves from tier to tier under a changed data folder, and by what."""
    from dataclasses import asdict

    from matcher.presentation.terminal import console
    from matcher.presentation.trail import print_trial
    from matcher.trial import TrialError, try_folder

    if not arguments.against.is_dir():
        raise UsageError(f"{arguments.against}：找不到文件夹 (no such folder)")
    if "-" in arguments.paths:
        raise UsageError("diff 要读两遍，不能用标准输入 (standard input cannot be read twice)")
    try:
        trial = try_folder(arguments.against, arguments.paths, arguments.as_of or dt.date.today())
    except TrialError as error:
        raise UsageError(
            f"改动后的数据不能运行；请先运行 check-data：{error} (cannot run with the changed data)"
        ) from error
    if arguments.json:
        _write_json({**asdict(trial), "as_of": trial.as_of.isoformat()}, 2)
    else:
        print_trial(trial, console())
    return UNREAD if trial.apart else DONE


def run_replay(arguments: argparse.Namespace) -> int:
    """``replay``: 0 when every result comes out the same but for the versions it names, 1 when something moved."""
    from matcher.presentation.terminal import console
    from matcher.presentation.trail import print_replay
    from matcher.replay import ReplayError, replay, stored_results

    matcher = _load(arguments.notice)
    out = console()
    count = same = 0
    try:
        for stored, own in stored_results(arguments.result.read_bytes()):
            found = replay(stored, own, matcher)
            count, same = count + 1, same + found.same
            print_replay(found, out)
    except ReplayError as error:
        raise UsageError(f"{arguments.result.name}：{error}") from error
    out.print(f"结果 {count} 份，重算相同 {same} 份")
    return DONE if count == same else UNREAD


def run_serve(arguments: argparse.Namespace) -> int:
    """``serve``: the HTTP door on waitress."""
    try:
        from service import run
    except ImportError as error:
        raise UsageError(
            f"缺少组件 {error.name}；请安装 requirements.txt，并在项目目录中运行 (missing {error.name})"
        ) from error
    return run(arguments.host, arguments.port)
