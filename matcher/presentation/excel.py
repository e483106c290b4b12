"""The workbook for HR: overview, candidates, each position, questions, waivers, unreadable files, settings.

Every string is written as text, so nothing a resume says can become a formula or a number (B213, B221). Rows beyond
what Excel holds are counted in the settings sheet; the JSON Lines output has them all.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from matcher.people import same_person_groups
from matcher.presentation.files import whole_file
from matcher.presentation.words import OUTCOMES, TIERS, answer, flat, one_line, plain, quotes, word
from matcher.ranking import OPEN_TIERS, Row, Totals, best_positions, count, shortlist
from matcher.schema import Assessment, Contribution, Fact, MatchResult, Outcome, Position, Tier, Unreadable, Verdict

MAX_ROWS = 1_048_576  # what a sheet of Excel holds
MAX_CELL = 32_767  # characters that a cell of Excel holds (B220)
_CUT = "……（内容过长，已截断；完整内容见 JSON）"
_FONT = "微软雅黑"
_FLUSH = ("center", "score", "count", "head", "title", "note", "section")  # cells without an indent

_FILL = {
    Outcome.MEETS: ("#E2F0D9", "#375623"),
    Outcome.FAILS: ("#F8D7DA", "#8B1A1A"),
    Outcome.UNKNOWN: ("#FFF2CC", "#7F6000"),
    Outcome.WAIVABLE: ("#DDEBF7", "#1F4E79"),
    Tier.PRIORITY: ("#A9D18E", "#1E3A0F"),
    Tier.VERIFY: ("#FFE699", "#5F4B00"),
    Tier.WAIVER: ("#BDD7EE", "#1F4E79"),
    Tier.RESERVE: ("#EDEDED", "#404040"),
    Tier.NOT_MET: ("#F8CBAD", "#843C0C"),
    Tier.NO_FIT: ("#F2F2F2", "#8C8C8C"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """What a workbook shows besides the results: when, with which positions, policy and model."""

    as_of: dt.date
    positions: Sequence[Position]
    policy: Mapping[str, Any]
    model_version: str
    data_hash: str
    program_version: str


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    width: float
    style: str = "text"


def write_workbook(
    path: Path,
    results: Sequence[MatchResult],
    unreadable: Sequence[Unreadable],
    run: Run,
    max_rows: int = MAX_ROWS,
    totals: Totals | None = None,
    most: int | None = None,
) -> None:
    """Write the workbook; the file appears whole or not at all. Same input, same bytes. Raises OSError.

    A large pool gives the results that its shortlists keep, the best ``most`` for each position, and the ``totals`` of
    all; the workbook says how many it does not list.
    """
    import xlsxwriter

    with whole_file(path) as temporary:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": _FONT, "font_size": 10},
        }
        book = xlsxwriter.Workbook(str(temporary), options)
        book.use_zip64()
        book.set_properties({"title": "简历匹配结果", "created": dt.datetime.combine(run.as_of, dt.time())})
        _Writer(book, results, unreadable, run, max_rows, totals or count(results), most).write()
        book.close()


def trimmed(result: MatchResult) -> MatchResult:
    """The result with only what a workbook shows of it, so that many fit in memory; the workbook is the same."""

    def verdict(v: Verdict, a: Assessment) -> Verdict:
        return replace(v, evidence=()) if a.tier is Tier.NO_FIT and v.outcome is Outcome.MEETS else v

    def assessment(a: Assessment) -> Assessment:
        best = max(_gains(a), key=lambda c: c.points, default=None)
        return replace(
            a,
            verdicts=tuple(verdict(v, a) for v in a.verdicts),
            preferred=tuple(replace(v, evidence=()) for v in a.preferred),
            contributions=() if best is None or a.tier is Tier.NO_FIT else (replace(best, evidence=()),),
            missing=() if a.tier is Tier.NO_FIT else a.missing,
        )

    old = result.candidate
    candidate = replace(
        old,
        education=tuple(
            replace(e, evidence=(), major_evidence=(), mode_evidence=(), period=None) for e in old.education
        ),
        jobs=(),
        skills=Fact(),
        certificates=Fact(),
        domain_months={},
        possible_domain_months={},
        notices=(),
    )
    return replace(result, candidate=candidate, matches=tuple(assessment(a) for a in result.matches))


def cell_text(text: str, most: int = MAX_CELL) -> str:
    """Text as a cell may hold it: no control characters (B215), cut with a note when too long (B220)."""
    text = plain(text).replace("\r", "")
    # Excel counts UTF-16 units, of which a rare character takes two.
    units = len(text) + sum(c > "\uffff" for c in text)
    if units <= most:
        return text
    return text[: most - len(_CUT) - (units - len(text))] + _CUT


def sheet_names(titles: Iterable[str]) -> list[str]:
    """Valid, distinct sheet names: at most 31 characters, no ``[ ] : * ? / \\``, no apostrophe at the ends (B217)."""
    names: list[str] = []
    for title in titles:
        base = re.sub(r"[\[\]:*?/\\]", " ", one_line(title)).strip("' ") or "表"
        base = "History_" if base.lower() == "history" else base
        name, number = base[:31].rstrip("' "), 1
        while name.lower() in {n.lower() for n in names}:
            number += 1
            suffix = f" ({number})"
            name = base[: 31 - len(suffix)] + suffix
        names.append(name)
    return names


class _Writer:
    """Holds the open workbook and its formats while the sheets are written, top to bottom, row by row."""

    def __init__(
        self,
        book: Any,
        results: Sequence[MatchResult],
        unreadable: Sequence[Unreadable],
        run: Run,
        max_rows: int,
        totals: Totals,
        most: int | None,
    ) -> None:
        self.book, self.results, self.unreadable, self.run, self.max_rows = book, results, unreadable, run, max_rows
        self.formats: dict[tuple[Any, ...], Any] = {}
        self.left_out: list[tuple[str, int]] = []
        self.number = {id(r): i for i, r in enumerate(results)}
        self.same = _same_person_notes(results)
        self.lists = {p.position_id: shortlist(results, p.position_id, most) for p in run.positions}
        self.totals = totals
        titles = [f"{p.position_id} {p.title}" for p in run.positions]
        fixed = ["总览", "候选人", "待核实", "可放宽", "无法读取", "说明"]
        names = sheet_names([*fixed, *titles])
        self.position_sheets = dict(zip((p.position_id for p in run.positions), names[len(fixed) :], strict=True))

    def write(self) -> None:
        """All sheets in the order a person reads them."""
        overview = self.book.add_worksheet("总览")
        candidates = self.book.add_worksheet("候选人")
        sheets = {
            p.position_id: self.book.add_worksheet(self.position_sheets[p.position_id]) for p in self.run.positions
        }
        questions = self._questions()
        waivers = self._waivers()
        self._overview(overview, len(questions), len(waivers))
        self._candidates(candidates)
        for position in self.run.positions:
            self._position(sheets[position.position_id], position)
        self._list(
            "待核实",
            "待核实：请询问候选人后再决定。只列匹配度够、答案会影响结果的；其余在各岗位表中。",
            [
                _Column("候选人", 12),
                _Column("要问的问题", 44),
                _Column("条件", 9, "center"),
                _Column("为什么要问", 44),
                _Column("涉及岗位", 30),
                _Column("最好匹配度", 11, "score"),
                _Column("文件", 26, "small"),
                _Column("核实结果", 18, "input"),
                _Column("核实人/日期", 14, "input"),
            ],
            questions,
            "#BF9000",
        )
        self._list(
            "可放宽",
            "可放宽：差距较小且比较优秀，建议由人决定是否适当放宽；程序不作决定。工作内容不匹配的不列在这里。",
            [
                _Column("候选人", 12),
                _Column("岗位", 24),
                _Column("条件", 9, "center"),
                _Column("差距与理由", 52),
                _Column("公告原文", 36, "small"),
                _Column("匹配度", 9, "score"),
                _Column("文件", 26, "small"),
                _Column("是否放宽（是/否）", 16, "input"),
                _Column("决定人", 12, "input"),
                _Column("日期", 12, "input"),
                _Column("说明", 20, "input"),
            ],
            waivers,
            "#2E75B6",
            choices=(7, ["是", "否"]),
        )
        self._list(
            "无法读取",
            "无法读取：这些文件没有参与排名，请人工查看或请应聘者重新发送。",
            [
                _Column("文件", 40),
                _Column("原因", 40),
                _Column("怎么办", 44),
                _Column("English", 60, "small"),
                _Column("代码", 16, "small"),
            ],
            [_unreadable_row(u) for u in self.unreadable],
            "#C00000",
        )
        self._settings()

    # --- helpers --------------------------------------------------------------------------------------------------

    def style(self, name: str = "text", colour: Outcome | Tier | None = None, grey: bool = False) -> Any:
        """The format of a kind of cell, made once."""
        key = (name, colour, grey)
        if key not in self.formats:
            look: dict[str, Any] = {
                "font_name": _FONT, "font_size": 10, "valign": "vcenter", "text_wrap": True, "num_format": "@",
                "border": 1, "border_color": "#D9D9D9", "indent": 0 if name in _FLUSH or colour is not None else 1,
            }  # fmt: skip
            styles: dict[str, dict[str, Any]] = {
                "text": {},
                "center": {"align": "center"},
                "small": {"font_size": 9, "font_color": "#595959"},
                "bold": {"bold": True},
                "score": {"num_format": "0.0", "align": "center"},
                "count": {"num_format": "0;-0;–", "align": "center"},
                "input": {"bg_color": "#FFFFF0"},
                "link": {"font_color": "#0563C1", "underline": 1},
                "head": {
                    "bold": True,
                    "bg_color": "#1F3864",
                    "font_color": "#FFFFFF",
                    "align": "center",
                    "valign": "vcenter",
                },
                "title": {
                    "bold": True,
                    "font_size": 15,
                    "border": 0,
                    "text_wrap": False,
                    "valign": "vcenter",
                    "font_color": "#1F3864",
                },
                "note": {"border": 0, "font_size": 9, "font_color": "#595959", "text_wrap": False},
                "section": {"bold": True, "border": 0, "font_size": 11, "font_color": "#1F3864", "text_wrap": False},
            }
            look |= styles[name]
            if grey:
                look["font_color"] = "#8C8C8C"
            if colour is not None:
                look["bg_color"], look["font_color"] = _FILL[colour]
                look |= {"align": "center", "bold": colour in (Tier.PRIORITY, Tier.VERIFY, Tier.WAIVER)}
            self.formats[key] = self.book.add_format(look)
        return self.formats[key]

    def text(self, sheet: Any, row: int, column: int, text: str, style: Any) -> None:
        """Write a string as text, whatever it looks like."""
        sheet.write_string(row, column, cell_text(text), style)

    def page(self, sheet: Any, columns: Sequence[_Column], head: int, colour: str, frozen: int = 1) -> None:
        """Widths, frozen header, print set-up: what every table has."""
        for i, column in enumerate(columns):
            sheet.set_column(i, i, column.width)
        sheet.freeze_panes(head + 1, frozen)
        sheet.repeat_rows(head)
        self.paper(sheet, colour)

    def paper(self, sheet: Any, colour: str) -> None:
        """Landscape A4, one page wide, page numbers."""
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L&8&A&R&8第 &P / &N 页")
        sheet.hide_gridlines(2)
        sheet.set_tab_color(colour)

    def heading(self, sheet: Any, row: int, columns: Sequence[_Column]) -> None:
        """A header row."""
        sheet.set_row(row, 24)
        for i, column in enumerate(columns):
            self.text(sheet, row, i, column.heading, self.style("head"))

    def fitting(self, name: str, rows: int, first: int, of: int | None = None) -> int:
        """How many of ``rows`` rows fit below ``first``; what is left of ``of`` is counted for the settings sheet."""
        fit = min(rows, max(0, self.max_rows - first))
        if (of or rows) > fit:
            self.left_out.append((name, (of or rows) - fit))
        return fit

    def source(self, result: MatchResult) -> str:
        """The file's display name."""
        return one_line(result.name) or "（文本）"

    # --- sheets ---------------------------------------------------------------------------------------------------

    def _overview(self, sheet: Any, questions: int, waivers: int) -> None:
        columns = [
            _Column("岗位", 30),
            *(_Column(word("tier", t.value), 12) for t in TIERS),
            _Column("合计", 9),
            _Column("第一名", 30),
        ]
        for i, column in enumerate(columns):
            sheet.set_column(i, i, column.width)
        self.paper(sheet, "#1F3864")
        sheet.set_row(0, 28)
        self.text(sheet, 0, 0, "简历匹配结果总览", self.style("title"))
        line = (
            f"简历 {self.totals.resumes} 份",
            f"无法读取 {len(self.unreadable)} 份",
            f"待核实 {questions} 项",
            f"可放宽建议 {waivers} 项",
        )
        self.text(sheet, 1, 0, "    ".join((f"截止日 {self.run.as_of}", *line)), self.style("note"))
        unlisted = self.totals.resumes - len(self.results)
        everybody = f"另有 {unlisted} 人排在各岗位名单之后，见 JSON Lines" if unlisted else "没有任何人被删除"
        note = f"无合适岗位 {self.totals.unmatched} 份；名单按分层、匹配度排列，{everybody}。点击岗位名称查看名单。"
        self.text(sheet, 2, 0, note, self.style("note"))
        head = 4
        self.heading(sheet, head, columns)
        for i, tier in enumerate(TIERS, start=1):
            self.text(sheet, head, i, word("tier", tier.value), self.style("head"))
        for n, position in enumerate(self.run.positions, start=head + 1):
            rows = self.lists[position.position_id]
            counts = [self.totals.tiers.get((position.position_id, t), 0) for t in TIERS]
            sheet.set_row(n, 20)
            name = self.position_sheets[position.position_id].replace("'", "''")
            sheet.write_url(
                n, 0, f"internal:'{name}'!A1", self.style("link"), cell_text(f"{position.position_id} {position.title}")
            )
            for i, (tier, number) in enumerate(zip(TIERS, counts, strict=True), start=1):
                sheet.write_number(n, i, number, self.style("count", tier) if number else self.style("count"))
            sheet.write_number(n, len(TIERS) + 1, sum(counts), self.style("count"))
            first = rows[0] if rows and rows[0].assessment.tier is not Tier.NO_FIT else None
            best = (
                f"{_name(first.result)}  {first.assessment.score:.1f}（{word('tier', first.assessment.tier.value)}）"
                if first
                else "—"
            )
            self.text(sheet, n, len(TIERS) + 2, best, self.style("text"))
        n = head + 2 + len(self.run.positions)
        self.text(sheet, n, 0, "怎么读", self.style("section"))
        for tier in TIERS:
            n += 1
            self.text(sheet, n, 0, word("tier", tier.value), self.style("center", tier))
            self.text(sheet, n, 1, word("tier_meaning", tier.value), self.style("note"))
        n += 1
        for outcome in OUTCOMES:
            n += 1
            self.text(sheet, n, 0, word("outcome", outcome.value), self.style("center", outcome))
            self.text(sheet, n, 1, word("outcome_meaning", outcome.value), self.style("note"))
        sheet.freeze_panes(head + 1, 1)

    def _candidates(self, sheet: Any) -> None:
        columns = [
            _Column("候选人", 12, "bold"),
            _Column("最合适岗位", 26),
            _Column("匹配度", 9, "score"),
            _Column("分层", 13),
            _Column("其次岗位", 32),
            _Column("学历与专业", 32),
            _Column("工作年限", 12, "center"),
            _Column("年龄", 8, "center"),
            _Column("疑似同一人", 26),
            _Column("提示", 40),
            _Column("文件", 26, "small"),
        ]
        head = 2
        self.page(sheet, columns, head, "#1F3864")
        sheet.set_row(0, 28)
        self.text(sheet, 0, 0, "候选人：每人最合适的岗位", self.style("title"))
        self.text(sheet, 1, 0, "疑似同一人：手机号或邮箱相同；只作提示，每份简历都保留。", self.style("note"))
        self.heading(sheet, head, columns)
        ordered = sorted(self.results, key=lambda r: (-_best_score(r), r.text, r.name))
        count = self.fitting("候选人", len(ordered), head + 1, self.totals.resumes)
        for n, result in enumerate(ordered[:count], start=head + 1):
            matches = best_positions(result.matches)
            best = matches[0] if matches else None
            none = _no_fit(result)
            second = (
                f"{matches[1].title} {matches[1].score:.1f}"
                if len(matches) > 1 and matches[1].tier is not Tier.NO_FIT
                else "—"
            )
            cells: list[str | float] = [
                _name(result),
                "无合适岗位" if none or best is None else f"{best.position_id} {best.title}",
                best.score if best else 0.0,
                word("tier", best.tier.value) if best else "",
                second,
                _education(result),
                _years(result),
                _age(result),
                self.same.get(self.number[id(result)], ""),
                "\n".join(_remarks(result)),
                self.source(result),
            ]
            self._row(sheet, n, columns, cells, grey=none, colours={3: best.tier} if best else {})
        sheet.autofilter(head, 0, head + max(count, 1), len(columns) - 1)

    def _position(self, sheet: Any, position: Position) -> None:
        rules = ["min_degree", *(["full_time"] if position.full_time else []), "major", "experience", "age", "kinship"]
        rules += ["portfolio"] if position.needs_portfolio else []
        rules += ["certificate"] if position.certificates else []
        columns = [
            _Column("排名", 6, "center"),
            _Column("候选人", 12, "bold"),
            _Column("匹配度", 8, "score"),
            _Column("分层", 12.5),
            *(_Column(word("rule", r), 8.6) for r in rules),
            _Column("优先条件", 9),
            _Column("理由", 52),
            _Column("要问的问题", 26),
            _Column("简历原文", 44, "small"),
            _Column("提示", 24, "small"),
            _Column("疑似同一人", 16, "small"),
            _Column("文件", 18, "small"),
        ]
        head = 4
        self.page(sheet, columns, head, "#548235", frozen=2)
        sheet.set_row(0, 28)
        self.text(sheet, 0, 0, f"{position.position_id} {position.title}", self.style("title"))
        asked = f"学历专业：{position.education_text}    经验：{position.experience_text}    年龄：{position.age_text}"
        self.text(sheet, 1, 0, one_line(asked), self.style("note"))
        self.text(sheet, 2, 0, one_line(f"优先：{position.preferred_text or '—'}"), self.style("note"))
        sheet.write_url(3, 0, "internal:'总览'!A1", self.style("note"), "← 返回总览")
        self.heading(sheet, head, columns)
        rows = self.lists[position.position_id]
        count = self.fitting(f"岗位 {position.position_id}", len(rows), head + 1, self.totals.resumes)
        for n, row in enumerate(rows[:count], start=head + 1):
            self._candidate(sheet, n, columns, rules, row)
        last = head + max(count, 1)
        sheet.autofilter(head, 0, last, len(columns) - 1)
        sheet.conditional_format(
            head + 1, 2, last, 2,
            {
                "type": "data_bar", "bar_color": "#BDD7EE",
                "min_type": "num", "max_type": "num", "min_value": 0, "max_value": 100,
            },
        )  # fmt: skip

    def _candidate(self, sheet: Any, n: int, columns: Sequence[_Column], rules: Sequence[str], row: Row) -> None:
        result, a = row.result, row.assessment
        grey = a.tier is Tier.NO_FIT
        verdicts = {v.rule: v for v in a.verdicts}
        met = any(v.outcome is Outcome.MEETS for v in a.preferred)
        colours: dict[int, Outcome | Tier] = {3: a.tier}
        cells: list[str | float] = [str(row.rank), _name(result), a.score, word("tier", a.tier.value)]
        for rule in rules:
            verdict = verdicts.get(rule)
            if verdict is not None:
                colours[len(cells)] = verdict.outcome
            cells.append(answer(verdict) if verdict else "")
        if met:
            colours[len(cells)] = Outcome.MEETS
        cells += [
            "符合" if met else "未见" if a.preferred else "—",
            _reasons(a),
            "\n".join(
                dict.fromkeys(one_line(v.question) for v in a.verdicts if v.question and v.outcome is Outcome.UNKNOWN)
            ),
            _proof(result, a),
            "\n".join(_remarks(result)),
            self.same.get(self.number[id(result)], ""),
            self.source(result),
        ]
        self._row(sheet, n, columns, cells, grey, colours)

    def _row(
        self, sheet: Any, n: int, columns: Sequence[_Column], cells: Sequence[str | float], grey: bool = False,
        colours: Mapping[int, Outcome | Tier] | None = None,
    ) -> None:  # fmt: skip
        sheet.set_row(n, _height(cells, columns))
        for i, (cell, column) in enumerate(zip(cells, columns, strict=True)):
            colour = (colours or {}).get(i)
            style = self.style("text", colour) if colour is not None else self.style(column.style, grey=grey)
            if isinstance(cell, str):
                self.text(sheet, n, i, cell, style)
            else:
                sheet.write_number(n, i, round(cell, 2), style)

    def _list(
        self, name: str, note: str, columns: Sequence[_Column], rows: Sequence[Sequence[str | float]], colour: str,
        choices: tuple[int, list[str]] | None = None,
    ) -> None:  # fmt: skip
        sheet = self.book.add_worksheet(name)
        head = 2
        self.page(sheet, columns, head, colour)
        sheet.set_row(0, 28)
        self.text(sheet, 0, 0, f"{name}（{len(rows)}）", self.style("title"))
        self.text(sheet, 1, 0, note, self.style("note"))
        self.heading(sheet, head, columns)
        count = self.fitting(name, len(rows), head + 1)
        for n, cells in enumerate(rows[:count], start=head + 1):
            self._row(sheet, n, columns, cells)
        if not rows:
            self.text(sheet, head + 1, 0, "没有", self.style("text"))
        sheet.autofilter(head, 0, head + max(count, 1), len(columns) - 1)
        if choices and count:
            sheet.data_validation(
                head + 1, choices[0], head + count, choices[0], {"validate": "list", "source": choices[1]}
            )

    def _questions(self) -> list[list[str | float]]:
        """One row for each candidate and question; the positions that hang on it are named together."""
        rows: list[tuple[float, str, list[str | float]]] = []
        for result in self.results:
            asked: dict[tuple[str, str], list[tuple[Assessment, Verdict]]] = {}
            for a in result.matches:
                if a.tier in OPEN_TIERS:
                    for v in a.verdicts:
                        if v.outcome is Outcome.UNKNOWN:
                            asked.setdefault((v.rule, v.question), []).append((a, v))
            for (rule, question), found in asked.items():
                found.sort(key=lambda f: -f[0].score)
                places = "\n".join(f"{a.position_id} {a.title}" for a, _ in found)
                cells: list[str | float] = [
                    _name(result), one_line(question), word("rule", rule), one_line(found[0][1].reason), places,
                    found[0][0].score, self.source(result), "", "",
                ]  # fmt: skip
                rows.append((-found[0][0].score, result.text, cells))
        return [cells for _, _, cells in sorted(rows, key=lambda r: r[:2])]

    def _waivers(self) -> list[list[str | float]]:
        rows: list[list[str | float]] = []
        for position in self.run.positions:
            for row in self.lists[position.position_id]:
                for v in row.assessment.verdicts:
                    if v.outcome is Outcome.WAIVABLE and row.assessment.tier is not Tier.NO_FIT:
                        title = f"{position.position_id} {position.title}"
                        why = [word("rule", v.rule), one_line(v.reason), one_line(v.clause)]
                        file = self.source(row.result)
                        rows.append([_name(row.result), title, *why, row.assessment.score, file, "", "", "", ""])
        return rows

    def _settings(self) -> None:
        sheet = self.book.add_worksheet("说明")
        columns = [_Column("项目", 44), _Column("值", 60)]
        self.page(sheet, columns, 1, "#7F7F7F", frozen=0)
        sheet.set_row(0, 28)
        self.text(sheet, 0, 0, "说明与设置", self.style("title"))
        self.heading(sheet, 1, columns)
        lines: list[tuple[str, str]] = [
            ("截止日（年龄、年限算到这一天）", self.run.as_of.isoformat()),
            ("简历", f"{self.totals.resumes} 份"),
            ("无法读取", f"{len(self.unreadable)} 份"),
            ("岗位", f"{len(self.run.positions)} 个"),
            ("程序版本", self.run.program_version),
            ("模型版本", self.run.model_version),
            ("数据指纹", self.run.data_hash),
            ("排序", "先按分层，再按匹配度；与文件名和输入顺序无关"),
            ("匹配度", "0–100，绝对分，与其他候选人无关；姓名、性别、民族、籍贯、婚姻、照片不参与任何判断"),
            ("近亲属回避", "简历无法判断，面试时照例询问；简历提到本行亲属的列为待核实"),
            ("岗位全称", "；".join(f"{p.position_id} {p.title}" for p in self.run.positions)),
        ]
        lines += [
            (f"{name}：排在后面、未列出", f"{n} 行；完整结果见 JSON Lines（rank --jsonl）") for name, n in self.left_out
        ]
        lines += [(word("policy", key), _shown(value)) for key, value in flat(self.run.policy)]
        for n, (name, value) in enumerate(lines, start=2):
            self._row(sheet, n, columns, [name, value])


# --- what cells say -----------------------------------------------------------------------------------------------


def _name(result: MatchResult) -> str:
    return one_line(result.candidate.name.value or "")[:40] or "（未写姓名）"


def _best_score(result: MatchResult) -> float:
    return max((a.score for a in result.matches), default=0.0)


def _no_fit(result: MatchResult) -> bool:
    return all(a.tier is Tier.NO_FIT for a in result.matches)


def _education(result: MatchResult) -> str:
    degree = result.candidate.highest_degree.value
    if degree is None:
        return "未写明"
    best = next((e for e in result.candidate.education if e.degree is degree), None)
    return one_line(" ".join(p for p in (degree.value, *((best.school, best.major) if best else ())) if p))


def _years(result: MatchResult) -> str:
    span = result.candidate.total_months.value
    if span is None:
        return "未写明"
    if span.low == span.high or span.high >= 600:
        return f"{span.low / 12:.1f} 年"
    return f"{span.low / 12:.1f}–{span.high / 12:.1f} 年"


def _age(result: MatchResult) -> str:
    found = result.candidate.age_range
    if found is None:
        return "未写明"
    return str(found[0]) if found[0] == found[1] else f"{found[0]}–{found[1]}"


_ORDER = {Outcome.FAILS: 0, Outcome.WAIVABLE: 1, Outcome.UNKNOWN: 2}


def _reasons(a: Assessment) -> str:
    """What is against first, then what is open, then what is met in one run; kinship only when it is open."""
    open_ones = sorted((v for v in a.verdicts if v.outcome is not Outcome.MEETS), key=lambda v: _ORDER[v.outcome])
    lines = [f"【{word('rule', v.rule)}{answer(v)}】{one_line(v.reason)}" for v in open_ones]
    if a.tier is Tier.NO_FIT:
        return "\n".join([*lines, "工作内容与该岗位不匹配"])
    met = "；".join(one_line(v.reason) for v in a.verdicts if v.outcome is Outcome.MEETS and v.rule != "kinship")
    if met:
        lines.append(f"【符合】{met}")
    best = max(_gains(a), key=lambda c: c.points, default=None)
    if best is not None:
        lines.append(f"【匹配】{one_line(best.detail)}")
    if a.missing:
        lines.append(f"【未见】{one_line('、'.join(a.missing))}")
    return "\n".join(lines)


def _gains(a: Assessment) -> list[Contribution]:
    return [c for c in a.contributions if c.feature.startswith("text_") and c.points >= 1]


def _proof(result: MatchResult, a: Assessment) -> str:
    """The resume's own words for the rules that a person checks, contacts masked; no quote twice."""
    lines: list[str] = []
    for v in a.verdicts:
        found = quotes(result.text, v.evidence)
        fresh = [q for q in found if not any(q in line for line in lines)]
        if fresh and (a.tier is not Tier.NO_FIT or v.outcome is not Outcome.MEETS):
            rest = f"等{len(found)}处" if len(fresh) > 3 else ""
            lines.append(f"{word('rule', v.rule)}：" + " ".join(f"“{q}”" for q in fresh[:3]) + rest)
    return "\n".join(lines)


def _remarks(result: MatchResult) -> list[str]:
    return list(dict.fromkeys(one_line(x.message) for x in result.notices if x.code != "no_position_fits"))


def _same_person_notes(results: Sequence[MatchResult]) -> dict[int, str]:
    """For each resume of a group: which other files seem to be the same person."""
    numbers = same_person_groups(results)
    members: dict[int, list[int]] = {}
    for index, number in numbers.items():
        members.setdefault(number, []).append(index)
    return {
        index: f"第 {number} 组，同："
        + "、".join(one_line(results[i].name) or "（文本）" for i in members[number] if i != index)
        for index, number in numbers.items()
    }


def _unreadable_row(problem: Unreadable) -> list[str | float]:
    reason, _, mend = problem.reason.partition("；")
    return [
        one_line(problem.name),
        one_line(reason),
        one_line(mend) or "请人工查看。",
        one_line(problem.reason_en),
        problem.code,
    ]


def _cells(text: str) -> int:
    return sum(2 if c > "\u2e7f" or c in "“”‘’…—·（）【】✓" else 1 for c in text)


def _height(cells: Sequence[str | float], columns: Sequence[_Column]) -> float:
    """Points that the tallest cell needs; merged and filtered rows are not fitted by Excel itself."""
    lines = 1
    for cell, column in zip(cells, columns, strict=True):
        if isinstance(cell, str) and cell:
            room = max(4.0, column.width * (1.12 if column.style == "small" else 1.0) - 2)
            lines = max(lines, sum(max(1, -(-_cells(part) // int(room))) for part in cell.split("\n")))
    return min(409.0, 15.0 * lines + 4)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple)):
        return "、".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
