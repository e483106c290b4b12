"""Results in a terminal: readable at 80 columns, without colour, and with wide characters in line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from matcher.presentation.words import OUTCOMES, answer, clip, mark, one_line, quotes, word
from matcher.ranking import Row
from matcher.schema import Assessment, MatchResult, Outcome, Position, Tier, Verdict

_WIDE = 108  # columns from which chips carry their words
_COLOURS = {
    Outcome.MEETS: "green",
    Outcome.FAILS: "red",
    Outcome.UNKNOWN: "yellow",
    Outcome.WAIVABLE: "cyan",
    Tier.PRIORITY: "bold green",
    Tier.VERIFY: "yellow",
    Tier.WAIVER: "cyan",
    Tier.RESERVE: "blue",
    Tier.NOT_MET: "red",
    Tier.NO_FIT: "bright_black",
}


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave the exit code to the command line."""
        raise BrokenPipeError


def console(file: Any = None, width: int | None = None, stderr: bool = False) -> Console:
    """A console without markup, highlighting or emoji: what a resume says is never taken for an instruction."""
    return _Console(file=file, width=width, stderr=stderr, markup=False, highlight=False, emoji=False)


def print_result(result: MatchResult, out: Console, name: str = "") -> None:
    """One resume: header, table of the top positions, reasons with evidence for each, warnings."""
    out.print(_header(result, name or result.name, out))
    if not result.matches or any(n.code == "no_position_fits" for n in result.notices):
        out.print(Text("无合适岗位：简历内容与全部岗位都不匹配。以下是最接近的岗位，供核对。", style="bold"))
    if result.matches:
        out.print(_overview(result.matches, out))
        out.print(Text(_legend(out), style="dim"))
        for rank, assessment in enumerate(result.matches, start=1):
            out.print()
            out.print(_details(result, rank, assessment, out))
    out.print(_remarks(result, out))


def print_shortlists(shortlists: Iterable[tuple[Position, Sequence[Row]]], out: Console) -> None:
    """The first candidates of each position; those whose resume speaks of another trade are left to the workbook."""
    for position, rows in shortlists:
        fitting = [row for row in rows if row.assessment.tier is not Tier.NO_FIT]
        title = Text(f"{position.position_id} {position.title}", style="bold")
        out.print(title if fitting else title.append("  没有匹配的候选人", style="dim not bold"))
        grid = Table.grid(padding=(0, 2, 0, 0))
        for width in (4, 14, 5, 12):  # the same for every position, so that columns stand in line
            grid.add_column(width=width, no_wrap=True, overflow="ellipsis", justify="right" if width < 6 else "left")
        grid.add_column(overflow="fold", style="dim")
        for row in fitting:
            tier = row.assessment.tier
            grid.add_row(
                f"{row.rank}.",
                candidate_name(row.result),
                f"{row.assessment.score:.1f}",
                Text(word("tier", tier.value), style=_COLOURS[tier]),
                one_line(row.result.name),
            )
        out.print(grid)


def print_positions(positions: Sequence[Position], domains: Mapping[str, str], out: Console) -> None:
    """The positions and what their rules ask for."""
    table = _table()
    for heading, more in (
        ("", {"justify": "right", "no_wrap": True}),
        ("岗位", {"overflow": "fold", "min_width": 14}),
        ("学历", {"no_wrap": True}),
        ("专业", {"overflow": "fold"}),
        ("经验", {"overflow": "fold"}),
        ("年限", {"no_wrap": True, "justify": "right"}),
        ("年龄", {"no_wrap": True}),
    ):
        table.add_column(heading, **more)
    for p in positions:
        degree = ("全日制" if p.full_time else "") + p.min_degree.value
        majors = "、".join(p.majors) + ("等" if p.majors_open else "")
        worked = "或".join(domains.get(d, d) for d in p.experience_domains)
        if p.needs_portfolio:
            worked += "（附作品）"
        age = f"≤{p.max_age}" if p.max_age is not None else "不限"
        table.add_row(str(p.position_id), p.title, degree, majors, worked, f"{p.min_years}年", age)
    out.print(table)


def print_figures(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], out: Console) -> None:
    """A table of figures: the first column to the left, the others to the right."""
    table = _table(title)
    for i, heading in enumerate(headings):
        table.add_column(heading, justify="right" if i else "left", no_wrap=bool(i))
    for row in rows:
        table.add_row(*row)
    out.print(table)


def candidate_name(result: MatchResult) -> str:
    """The candidate's name as it may be shown; （未写姓名） when the resume gives none."""
    return clip(one_line(result.candidate.name.value or ""), 20) or "（未写姓名）"


# --- parts --------------------------------------------------------------------------------------------------------


def _table(title: str | None = None) -> Table:
    from rich import box

    return Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False)


def _writes(out: Console, signs: str) -> bool:
    try:
        signs.encode(out.encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _header(result: MatchResult, name: str, out: Console) -> RenderableType:
    line = Text()
    line.append(candidate_name(result), style="bold")
    line.append(f"  {one_line(name)}" if name and one_line(name) != "-" else "  标准输入", style="cyan")
    line.append(f"  截止日 {result.as_of}", style="dim")
    facts = Text("  ".join(_summary(result)), style="dim")
    top = Rule(style="cyan", characters="━" if _writes(out, "━") else "=")
    return Group(top, line, facts) if facts.plain else Group(top, line)


def _summary(result: MatchResult) -> list[str]:
    """Degree, school, years of work, age: what a person looks for first."""
    profile, parts = result.candidate, []
    if profile.highest_degree.value:
        best = next((e for e in profile.education if e.degree is profile.highest_degree.value), None)
        parts.append(
            " ".join(p for p in (profile.highest_degree.value.value, *((best.school, best.major) if best else ())) if p)
        )
    if (span := profile.total_months.value) is not None:
        years = (
            f"{span.low / 12:.1f}"
            if span.low == span.high or span.high >= 600
            else f"{span.low / 12:.1f}–{span.high / 12:.1f}"
        )
        parts.append(f"工作约 {years} 年")
    if profile.age_range:
        low, high = profile.age_range
        parts.append(f"{low} 岁" if low == high else f"{low}–{high} 岁")
    return [one_line(p) for p in parts]


def _bar(score: float, cells: int, out: Console) -> str:
    full, empty = ("█", "·") if _writes(out, "█·") else ("#", ".")
    filled = min(cells, max(0, round(score / 100 * cells)))
    return full * filled + empty * (cells - filled)


def _chip(verdict: Verdict, out: Console, with_word: bool) -> Text:
    sign = mark(verdict.outcome, out.encoding)
    label = word("rule", verdict.rule)
    # No space inside: a chip is never broken over two lines.
    return Text(f"{sign}{label}{answer(verdict)}" if with_word else f"{sign}{label}", style=_COLOURS[verdict.outcome])


def _overview(matches: Sequence[Assessment], out: Console) -> Table:
    wide = out.width >= _WIDE
    table = _table()
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("岗位", overflow="fold", min_width=10)
    table.add_column("匹配度", no_wrap=True)
    table.add_column("分层", no_wrap=True)
    table.add_column("硬性条件", overflow="fold")
    for rank, a in enumerate(matches, start=1):
        score = Text(f"{a.score:5.1f} ")
        score.append(_bar(a.score, 10 if wide else 6, out), style=_COLOURS[a.tier])
        tier = Text(word("tier", a.tier.value), style=_COLOURS[a.tier])
        chips = Text(" ").join(_chip(v, out, wide) for v in a.verdicts)
        table.add_row(str(rank), a.title, score, tier, chips)
    return table


def _legend(out: Console) -> str:
    return "  ".join(f"{mark(o, out.encoding)} {word('outcome', o.value)}" for o in OUTCOMES)


def _quote(result: MatchResult, verdict: Verdict, room: int) -> str:
    """Quotes of the resume that fit in two lines of ``room`` cells, and how many more there are."""
    found = quotes(result.text, verdict.evidence)
    shown: list[str] = []
    used = 0
    for quote in found:
        size = Text(quote).cell_len + 5
        if shown and used + size > 2 * room - 12:
            break
        shown.append(f"“{quote}”")
        used += size
    rest = len(found) - len(shown)
    return " ".join(shown) + (f" 等{len(found)}处" if rest else "")


# Marks that may not begin a line, and marks that may not end one.
_NOT_FIRST = "，。、；：？！）】》”’…%％·～—,.;:?!)]}"
_NOT_LAST = "（【《“‘([{"


def wrapped(text: str, cells: int) -> str:
    """``text`` broken into lines of at most ``cells`` columns as Chinese is set: anywhere between wide characters, not
    inside a Latin word or a number, no closing mark at the start of a line."""
    pieces = re.findall(rf"[{re.escape(_NOT_LAST)}]*(?:[!-~]+|.)[{re.escape(_NOT_FIRST)}]*", text)
    lines, line = [], ""
    for piece in pieces:
        if line and cell_len(line) + cell_len(piece) > cells:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return "\n".join([*lines, line.rstrip()] if line.strip() else lines)


def listed(items: Sequence[str], separator: str, cells: int) -> str:
    """Items in lines of at most ``cells`` columns, broken between items only."""
    lines: list[str] = []
    for i, item in enumerate(items):
        piece = item + (separator if i + 1 < len(items) else "")
        if lines and cell_len(lines[-1]) + cell_len(piece) <= cells:
            lines[-1] += piece
        else:
            lines.append(piece)
    return "\n".join(lines)


def _details(result: MatchResult, rank: int, a: Assessment, out: Console) -> RenderableType:
    head = Text(f"{rank}. {a.title}", style="bold")
    head.append(f"  {a.score:.1f} 分 ", style="bold")
    head.append(word("tier", a.tier.value), style=_COLOURS[a.tier])
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True, width=1)
    grid.add_column(no_wrap=True, width=6)
    grid.add_column(overflow="fold")
    room = max(20, out.width - 11)
    shown = (*a.verdicts, *(p for p in a.preferred if p.outcome is Outcome.MEETS))
    if rank > 1 and a.tier is Tier.NO_FIT:  # a position far off needs no proof of what is met
        shown = tuple(v for v in a.verdicts if v.outcome is not Outcome.MEETS)
        if not shown:
            grid.add_row("", "说明", "硬性条件没有不符，但工作内容与该岗位不匹配")
    for verdict in shown:
        special = verdict in a.preferred
        sign = ("★" if _writes(out, "★") else "*") if special else mark(verdict.outcome, out.encoding)
        label = "优先" if special else word("rule", verdict.rule)
        body = Text(wrapped(one_line(verdict.reason), room))
        if verdict.evidence:
            body.append("\n" + wrapped(_quote(result, verdict, room), room), style="dim")
        style = "magenta" if special else _COLOURS[verdict.outcome]
        grid.add_row(Text(sign, style=style), Text(label, style=style), body)
    points = sorted(
        (c for c in a.contributions if c.feature != "base" and abs(c.points) >= 0.5), key=lambda c: -abs(c.points)
    )
    if points:
        made = listed([f"{word('feature', c.feature)} {c.points:+.1f}" for c in points[:6]], "，", room)
        grid.add_row("", "得分", Text(made, style="dim"))
    if a.missing:
        grid.add_row("", "未见", Text(listed([one_line(m) for m in a.missing], "、", room), style="dim"))
    for verdict in a.verdicts:
        if verdict.outcome is Outcome.UNKNOWN and verdict.question:
            grid.add_row(
                Text("→", style="yellow"), Text("要问", style="yellow"), wrapped(one_line(verdict.question), room)
            )
    return Group(head, Padding(grid, (0, 0, 0, 2)))


def _remarks(result: MatchResult, out: Console) -> RenderableType:
    """What holds for the whole resume: warnings, and what to ask every candidate."""
    lines: list[Text] = []
    for notice in result.notices:
        if notice.code == "no_position_fits":
            continue
        line = Text("! ", style="bold yellow")
        line.append(one_line(notice.message), style="yellow")
        found = quotes(result.text, notice.evidence)
        if found:
            line.append(
                " " + " ".join(f"“{q}”" for q in found[:2]) + (f" 等{len(found)}处" if len(found) > 2 else ""),
                style="dim",
            )
        lines.append(line)
    always = dict.fromkeys(
        v.question for a in result.matches for v in a.verdicts if v.question and v.outcome is not Outcome.UNKNOWN
    )
    lines += [Text(f"面试照例询问：{one_line(q)}", style="dim") for q in always]
    return Group("", *lines, "") if lines else Group("")
