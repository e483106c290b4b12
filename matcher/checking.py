"""Every fault of a data folder with its file, row and mend, for whoever edits data/ without reading code.

The loaders themselves are the judges: a folder is copied, each loader is run on the copy, and a row that it rejects is
noted and emptied there, so that the loader goes on to the next fault. What no loader looks at (a key that no other file
knows, a limit out of its range) is checked here.
"""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from matcher.extraction.domains import domain_words
from matcher.extraction.lexicon import lexicon
from matcher.fairness import load_settings
from matcher.knowledge import (
    DATA_DIR,
    KnowledgeError,
    load_common_requirements,
    load_headings,
    load_ocr_confusions,
    load_policy,
    load_positions,
    load_radicals,
    load_words,
    read_table,
)
from matcher.lawfulness import ASKS, clauses, load_forbidden, unlawful
from matcher.majors import load_majors
from matcher.notice import check as check_notice
from matcher.presentation.words import knows
from matcher.schema import UNLISTED, JobKind, Outcome, Tier
from matcher.scoring import MODELS_DIR, ModelError, load, load_weights
from matcher.screening import domain_names
from matcher.training import load_background, load_learned, load_synonyms, load_terms

SUFFIXES = (".csv", ".txt", ".toml")
MOST = 200  # faults of one loader; a file with more is another file


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong: ``row`` is the line where the row begins, as an editor counts it; 0: the file as a whole.

    A ``note`` is doubtful or waits to be done. ``stops``: with it the program does not run, or judges wrongly.
    """

    file: str
    row: int
    what: str
    mend: str
    note: bool = False
    stops: bool = True


def check_data(folder: Path = DATA_DIR) -> tuple[Fault, ...]:
    """All faults, file by file. ``folder`` may hold changed files only: data/ lies under it. Raises OSError."""
    with tempfile.TemporaryDirectory(prefix="check-data-") as temporary:
        copy = Path(temporary)
        overlay(folder, copy)
        starts = {f.name: _starts(f) for f in copy.glob("*.csv")}
        found = _guarded(_law, copy)  # before rows are emptied
        found += [f for load_it in _LOADERS for f in _rejected(load_it, copy)]
        checks = list(_CHECKS)
        if any(f.file == "positions.csv" and f.stops for f in found):
            # Numbers of positions that could not be read would look unknown everywhere else.
            later = "position_terms.csv、learned_weights.csv、preferred.csv 中的岗位编号还没有查"
            found.append(Fault("positions.csv", 0, later, "改正 positions.csv 后再运行一次", note=True))
        else:
            found += [f for load_it in _LOADERS_BY_POSITION for f in _rejected(load_it, copy)]
            checks.append(_preferred)
        found += [f for check in checks for f in _guarded(check, copy)]
    found += _refit(folder)
    placed = (replace(f, row=starts.get(f.file, {}).get(f.row, f.row)) for f in found)
    return tuple(sorted(dict.fromkeys(placed), key=lambda f: (f.note, f.file, f.row)))


def overlay(folder: Path, target: Path) -> None:
    """data/ with the files of ``folder`` over it, copied into ``target``; a folder that holds most of them is whole."""
    ours, theirs = ({f.name for f in d.iterdir() if f.suffix in SUFFIXES and f.is_file()} for d in (DATA_DIR, folder))
    whole = len(theirs & ours) > len(ours) / 2
    for name in theirs if whole else ours | theirs:
        shutil.copyfile((folder if name in theirs else DATA_DIR) / name, target / name)


def _starts(path: Path) -> dict[int, int]:
    """The line where each record ends to the line where it begins; empty for a table that cannot be read."""
    try:
        reader = csv.reader(path.read_text(encoding="utf-8-sig").splitlines(keepends=True))
        ends = [0, *(reader.line_num for _ in reader)]
    except (UnicodeDecodeError, csv.Error):
        return {}
    return {end: before + 1 for before, end in pairwise(ends)}


# --- the loaders --------------------------------------------------------------------------------------------------


def _table(name: str) -> Callable[[Path], object]:
    def read(folder: Path) -> None:
        with (DATA_DIR / name).open(encoding="utf-8-sig", newline="") as handle:
            columns = next(csv.reader(handle), [])
        # A notice may leave out the columns that few notices need.
        needed = [c for c in columns if not (name == "positions.csv" and c in ("born_from", "age_by_degree"))]
        for _ in read_table(folder / name, needed):
            pass

    return read


def _words(name: str) -> Callable[[Path], object]:
    return lambda folder: load_words.__wrapped__(name, folder)


def _number(path: Path, line: int, column: str, value: str, parse: Callable[[str], float]) -> None:
    try:
        parse(value)
    except ValueError as error:
        raise KnowledgeError(f"{path.name}：第 {line} 行“{column}”列的值“{value}”无效 (row {line}: {error})") from error


def _background(folder: Path) -> None:
    path = folder / "background_df.csv"
    for line, row in read_table(path, ["word", "frequency"]):
        _number(path, line, "frequency", row["frequency"], int)
    load_background(folder)


def _learned(folder: Path) -> None:
    ids = [p.position_id for p in load_positions(folder)]
    path = folder / "learned_weights.csv"
    for line, row in read_table(path, ["word", *(f"p{i}" for i in ids)]):
        for column, value in row.items():
            if column != "word":
                _number(path, line, column, value, float)
    load_learned(ids, folder)


def _patterns(folder: Path) -> None:
    """Files whose words are regular expressions."""
    for name in ("instruction_phrases.csv", "notice_rules.csv"):
        path = folder / name
        for line, row in read_table(path, ["pattern"]):
            try:
                re.compile(row["pattern"])
            except re.error as error:
                raise KnowledgeError(f"{name}：第 {line} 行的写法有误：{error} (bad pattern)") from error


_SAID = re.compile(r"(?P<file>[\w.-]+?\.(?:csv|txt|toml))(?:：| row )(?:第 )?(?P<row>\d+)?")


def _rejected(load_it: Callable[[Path], object], folder: Path) -> Iterator[Fault]:
    """What a loader rejects, row after row; each rejected row is emptied in ``folder``."""
    restored: set[str] = set()
    for _ in range(MOST):
        try:
            load_it(folder)
            return
        except (KnowledgeError, ValueError, KeyError, TypeError, OSError) as error:
            fault = _fault(str(error) or type(error).__name__)
        keyed = re.match(r"\[(\w+)\] (\w+)", fault.what)
        if keyed and fault.file.endswith(".toml") and (folder / fault.file).is_file():
            fault = replace(fault, row=_line_of(folder / fault.file, keyed[1], keyed[2]))
        yield fault
        if fault.row and _empty(folder / fault.file, fault.row):
            continue
        # The file as a whole is bad: go on with the one in data/, if that is another.
        good = DATA_DIR / fault.file
        if not fault.file or fault.file in restored or not good.is_file():
            return
        shutil.copyfile(good, folder / fault.file)
        restored.add(fault.file)


def _fault(message: str) -> Fault:
    said = _SAID.search(message)
    if said is None:
        return Fault("", 0, message, _MEND)
    file, row = said["file"], int(said["row"] or 0)
    what = re.sub(
        r" \([^()]*(?:\([^()]*\)[^()]*)*\)$", "", message.partition("：")[2] or message[said.end() :].lstrip(": ")
    )
    what = re.sub(r"^第 \d+ 行的?", "", what)
    what, _, mend = what.partition("；")
    return Fault(file, row, what.strip(), mend.strip().removeprefix("请") or _mend(file, what))


_MEND = "对照 data/README.md 中该文件的说明改正"
_BY_WORDS = (
    ("列数与表头不符", "检查这一行的逗号；格内有逗号或换行时，整格要加英文双引号"),
    ("缺少列", "在表头补上这些列，列名见 data/README.md"),
    ("CSV 格式有误", "检查英文双引号是否成对"),
    ("重复", "删去其中一行"),
    ("找不到文件", "从项目的 data/ 目录恢复这个文件"),
    ("TOML", "检查等号、引号、方括号是否成对"),
    ("格式有误", "检查等号、引号、方括号是否成对"),
    ("应为数字", "写数字，不加引号"),
)
_BY_COLUMN = {
    "position_id": "写岗位编号，如 1",
    "min_degree": "写 高中及以下、大专、本科、硕士、博士 之一",
    "full_time": "写 yes 或 no",
    "majors_open": "写 yes 或 no",
    "waivable": "写 yes 或 no",
    "needs_portfolio": "写 yes 或 no",
    "min_years": "写整数年数，如 3；不要求写 0",
    "max_age": "写整数周岁，如 35；不限留空",
    "born_from": "写日期，如 1991-01-01；没有留空",
    "age_by_degree": "写 学历:年龄，多个用 | 分隔，如 硕士:30",
    "degree": "写 高中及以下、大专、本科、硕士、博士 之一",
    "mode": "写 全日制 或 非全日制；说的不是学习形式的留空",
    "frequency": "写整数；这个文件由 fit --ads 生成，不要手改",
    "pattern": "检查正则表达式的括号是否成对",
    "role": "写表中已有的 role 之一",
    "kind": "写表中已有的 kind 之一",
}


def _mend(file: str, what: str) -> str:
    for words, mend in _BY_WORDS:
        if words in what:
            return mend
    column = re.search(r"“(\w+)”列", what)
    if column and column[1] in _BY_COLUMN:
        return _BY_COLUMN[column[1]]
    return "写数字" if file == "learned_weights.csv" else _MEND


def _empty(path: Path, row: int) -> bool:
    """Empty the record that ends on line ``row``, keeping the numbers of all lines; False when there is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return False
    lines = text.splitlines()
    if path.suffix == ".toml":
        return False
    start = _starts(path).get(row, 0) - 1 if path.suffix == ".csv" else row - 1
    if not 0 < start < row <= len(lines) or not any(line.strip() for line in lines[start:row]):
        return False
    lines[start:row] = [""] * (row - start)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return True


_LOADERS: Sequence[Callable[[Path], object]] = (
    *(_table(f.name) for f in sorted(DATA_DIR.glob("*.csv"))), *(_words(f.name) for f in sorted(DATA_DIR.glob("*.txt"))),
    load_positions, load_common_requirements, load_policy, load_weights, load_settings, load_headings, load_radicals,
    load_ocr_confusions, load_forbidden, lexicon, load_majors, domain_words, domain_names, load_synonyms, _background,
    _patterns,
)  # fmt: skip
_LOADERS_BY_POSITION: Sequence[Callable[[Path], object]] = (load_terms, _learned)


# --- what no loader looks at --------------------------------------------------------------------------------------


def _guarded(check: Callable[[Path], Iterator[Fault]], folder: Path) -> list[Fault]:
    """A check's faults; what it cannot go on from has been told by a loader already."""
    found: list[Fault] = []
    with suppress(KnowledgeError, ValueError, KeyError, TypeError, OSError):
        found.extend(check(folder))
    return found


def _rows(folder: Path, name: str, *columns: str) -> Iterator[tuple[int, dict[str, str]]]:
    return read_table(folder / name, columns)


def _positions(folder: Path) -> Iterator[Fault]:
    _, problems = check_notice(folder)
    for p in problems:
        # The law has a check of its own; what data/ knows is not what the folder's own files know.
        if p.file == "positions.csv" and "法律不允许" not in p.message and "不在 data/" not in p.message:
            yield Fault(p.file, p.row, p.message, "改正这一格，或请人核对原文", note=not p.severe)
    preferred = {row["key"] for _, row in _rows(folder, "preferred.csv", "key")}
    domains = set(domain_words(folder).domains)
    for line, row in _rows(folder, "positions.csv", "position_id", "preferred", "experience_domains", "majors"):
        for column, known, where in (
            ("preferred", preferred, "preferred.csv"),
            ("experience_domains", domains | {UNLISTED}, "experience_domains.csv"),
        ):
            for value in filter(None, row[column].split("|")):
                if value not in known:
                    what = f"“{column}”列的“{value}”不在 {where} 中"
                    yield Fault("positions.csv", line, what, f"改成 {where} 已有的名称，或先在那里增加；多个用 | 分隔")
        for column in ("majors", "experience_domains", "preferred"):
            if re.search(r"[｜、，,/]", row[column]):
                yield Fault(
                    "positions.csv", line, f"“{column}”列的多个值没有用 | 分隔", "用英文竖线 | 分隔，如 经济金融|管理"
                )


_NOTICE: Mapping[str, Sequence[str]] = {"positions.csv": tuple(ASKS), "common_requirements.csv": ("text",)}


def _law(folder: Path) -> Iterator[Fault]:
    """What the notice must not ask (data/forbidden_rules.csv), and such words where a rule or a score would read them."""
    texts = [(f, line, row.get(c, "")) for f in _NOTICE for line, row in _rows(folder, f) for c in _NOTICE[f]]
    for name, line, text in texts:
        for clause, u in clauses(text):
            what = f"“{clause}”中的“{u.words}”依法不得作为招聘条件（{u.law}）；程序没有把它当作规则"
            yield Fault(name, line, what, u.mend, stops=False)
    for name in ("preferred.csv", "position_terms.csv", "synonyms.csv"):
        for line, row in _rows(folder, name, "term"):
            for found in unlawful(row["term"]):
                what = f"词语“{row['term']}”涉及依法不得作为依据的内容（{found.law}）"
                yield Fault(name, line, what, "删去这一行", stops=False)


def _synonyms(folder: Path) -> Iterator[Fault]:
    seen: dict[str, tuple[int, str]] = {}
    for line, row in _rows(folder, "synonyms.csv", "term", "canonical"):
        term, canonical = row["term"].lower(), row["canonical"].lower()
        if not term or not canonical:
            yield Fault("synonyms.csv", line, "term 或 canonical 是空的", "填上词语，或删去这一行")
        elif term == canonical:
            yield Fault("synonyms.csv", line, f"“{term}”的同义词是它自己", "删去这一行")
        elif term in seen and seen[term][1] != canonical:
            what = f"“{term}”在第 {seen[term][0]} 行已归到“{seen[term][1]}”，这里又归到“{canonical}”"
            yield Fault("synonyms.csv", line, what, "只留一行")
        seen.setdefault(term, (line, canonical))
    for term, (line, canonical) in seen.items():
        if canonical in seen and seen[canonical][1] not in (canonical, term):
            what = f"“{term}”归到“{canonical}”，而“{canonical}”又归到“{seen[canonical][1]}”"
            yield Fault("synonyms.csv", line, what, f"直接归到“{seen[canonical][1]}”")


def _preferred(folder: Path) -> Iterator[Fault]:
    ids = {str(p.position_id) for p in load_positions(folder)}
    for line, row in _rows(folder, "preferred.csv", "key", "position_id", "role", "term"):
        for number in filter(None, row["position_id"].split("|")):
            if number not in ids:
                yield Fault("preferred.csv", line, f"岗位编号“{number}”不在 positions.csv 中", "改成已有的岗位编号")
        if row["role"] not in ("any", "all_a", "all_b", "not"):
            yield Fault("preferred.csv", line, f"role“{row['role']}”无效", "写 any、all_a、all_b、not 之一")
        if not row["key"] or not row["term"]:
            yield Fault("preferred.csv", line, "key 或 term 是空的", "填上，或删去这一行")


def _common(folder: Path) -> Iterator[Fault]:
    for line, row in _rows(folder, "common_requirements.csv", "text", "rule"):
        if row["rule"] not in ("", "kinship"):
            yield Fault("common_requirements.csv", line, f"rule“{row['rule']}”不是程序认识的规则", "写 kinship，或留空")


def _domains(folder: Path) -> Iterator[Fault]:
    names = domain_names(folder)
    missing: set[str] = set()
    for line, row in _rows(folder, "experience_domains.csv", "domain", "role", "term"):
        if row["role"] != "vague" and row["domain"] not in names and row["domain"] not in missing:
            missing.add(row["domain"])
            what = f"领域“{row['domain']}”在 domain_names.csv 中没有中文名"
            yield Fault("experience_domains.csv", line, what, "改正写法，或在 domain_names.csv 增加一行")


def _presentation(folder: Path) -> Iterator[Fault]:
    rules = ("min_degree", "full_time", "major", "experience", "age", "kinship", "portfolio")
    needed = [("rule", r) for r in rules] + [("outcome", o.value) for o in Outcome] + [("tier", t.value) for t in Tier]
    for kind, key in needed:
        if not knows(kind, key, folder):
            yield Fault("presentation.csv", 0, f"缺少 {kind},{key} 的中文说法", f"增加一行 {kind},{key},中文说法,")


# Section, key: the least and the most of a number, or what else the value is.
_POLICY: Mapping[str, Mapping[str, tuple[float, float] | type]] = {
    "counting": {"inclusive": bool, "both_end_months": bool, "counted_kinds": list},
    "full_time": {"infer_regular_school": bool, "min_years_for_inference": (0, 10), "max_years_for_inference": (0, 12)},
    "waiver": {
        "max_years_short": (0, 10),
        "max_years_over_age": (0, 20),
        "min_score": (0, 100),
        "min_score_with_preferred": (0, 100),
    },
    "tiers": {"priority_min": (0, 100), "reserve_min": (0, 100), "no_fit_below": (0, 100)},
    "input": {"min_characters": (0, 1000), "stuffing_share": (0, 1), "stuffing_min_repeats": (1, 1000)},
}
_RISING = (
    ("tiers", "no_fit_below", "reserve_min"),
    ("tiers", "reserve_min", "priority_min"),
    ("waiver", "min_score_with_preferred", "min_score"),
    ("full_time", "min_years_for_inference", "max_years_for_inference"),
)


def _policy(folder: Path) -> Iterator[Fault]:
    path = folder / "policy.toml"
    policy = tomllib.loads(path.read_text(encoding="utf-8"))
    yield from _toml(path, policy, _POLICY)
    kinds = policy.get("counting", {}).get("counted_kinds", [])
    for kind in kinds if isinstance(kinds, list) else []:
        if kind not in [k.value for k in JobKind]:
            mend = f"写 {'、'.join(k.value for k in JobKind)} 中的几个"
            yield Fault(path.name, _line_of(path, "counting", "counted_kinds"), f"经历种类“{kind}”无效", mend)
    for section, low, high in _RISING:
        a, b = policy.get(section, {}).get(low), policy.get(section, {}).get(high)
        if isinstance(a, int | float) and isinstance(b, int | float) and a > b:
            what = f"[{section}] {low}（{a}）大于 {high}（{b}）"
            yield Fault(path.name, _line_of(path, section, low), what, f"{low} 应不大于 {high}")


_WEIGHTS: Mapping[str, Mapping[str, tuple[float, float] | type]] = {
    "text": dict.fromkeys(
        ("scale", "notice_share", "part_share", "max_count", "min_norm", "none_scale", "learned_share", "max_idf"), (0, 1000)
    ),
    "fields": dict.fromkeys(("title", "duty", "tool", "term", "anti"), (0, 100)),
    "zones": dict.fromkeys(
        ("default", "work", "older_work", "internship", "copied_clause", "copied_notice", "beside_role"), (0, 10)
    ),
    "score": {
        "base": (-20, 20),
        **dict.fromkeys(
            (
                "text", "text_max", "text_max_without_jobs", "text_max_bare", "rival", "rival_max", "experience",
                "experience_more", "text_beyond_work", "experience_possible", "major", "major_near", "preferred", "preferred_max",
            ),
            (0, 100),
        ),
    },
    "penalty": dict.fromkeys(
        (
            "min_degree_fails", "full_time_fails", "major_fails", "experience_fails", "age_fails", "portfolio_fails",
            "kinship_fails", "waivable_share", "total_max",
        ),
        (0, 100),
    ),
}  # fmt: skip


def _weights(folder: Path) -> Iterator[Fault]:
    path = folder / "weights.toml"
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    ours = tomllib.loads((DATA_DIR / path.name).read_text(encoding="utf-8"))
    more = {section: set(values) for section, values in ours.items() if isinstance(values, Mapping)}
    more["zones"] = more.get("zones", set()) | set(found.get("zones", {}))  # a zone is any section's kind
    yield from _toml(path, {k: v for k, v in found.items() if k != "cues"}, _WEIGHTS, more)


def _toml(
    path: Path,
    found: Mapping[str, Any],
    wanted: Mapping[str, Mapping[str, tuple[float, float] | type]],
    allowed: Mapping[str, set[str]] | None = None,
) -> Iterator[Fault]:
    """Sections and keys that lack, that nobody knows, or whose value is none."""
    for section, keys in wanted.items():
        values = found.get(section)
        if not isinstance(values, Mapping):
            yield Fault(path.name, 0, f"缺少 [{section}] 一节", "从项目的 data/ 目录恢复这一节")
            continue
        for key, kind in keys.items():
            at = _line_of(path, section, key)
            if key not in values:
                yield Fault(path.name, at, f"[{section}] 缺少 {key}", f"在 [{section}] 下补一行 {key} = …")
            elif isinstance(kind, tuple):
                low, high = kind
                value = values[key]
                if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                    yield Fault(
                        path.name, at, f"[{section}] {key} 的值“{value}”无效", f"写 {low:g} 到 {high:g} 之间的数字"
                    )
            elif not isinstance(values[key], kind):
                mend = {bool: "写 true 或 false", list: '写列表，如 ["全职"]'}[kind]
                yield Fault(path.name, at, f"[{section}] {key} 的值“{values[key]}”无效", mend)
        for key in values:
            if key not in keys and key not in (allowed or {}).get(section, ()):
                what = f"[{section}] {key} 不是程序认识的项，不会起作用"
                yield Fault(path.name, _line_of(path, section, key), what, "检查写法，或删去")


def _line_of(path: Path, section: str, key: str) -> int:
    """The line of a key inside its section, the section's own when there is none, 0 when that lacks too."""
    inside, at = False, 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.lstrip().startswith("["):
            inside = line.split("#")[0].strip() == f"[{section}]"
            at = number if inside else at
        elif inside and re.match(rf"\s*{re.escape(key)}\s*=", line):
            return number
    return at


_CHECKS: Sequence[Callable[[Path], Iterator[Fault]]] = (
    _law, _positions, _synonyms, _common, _domains, _presentation, _policy, _weights,
)  # fmt: skip


def _refit(folder: Path) -> Iterable[Fault]:
    """Whether the committed model still belongs to data/."""
    if folder.resolve() != DATA_DIR:
        return ()
    try:
        load(MODELS_DIR, DATA_DIR)
    except (ModelError, KnowledgeError) as error:
        said = str(error).partition("；")[0]
        return (Fault("models/", 0, said, "数据改正后运行 python -m matcher fit", note=True),)
    return ()
