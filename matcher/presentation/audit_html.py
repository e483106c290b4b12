"""A fairness audit as one HTML file in Chinese: plots are inline SVG; no script, nothing from the network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from matcher import __version__
from matcher.fairness import (
    AGE,
    BINS,
    EVERY,
    UNKNOWN,
    AgeCost,
    Audit,
    Comparison,
    Distribution,
    Impact,
    RuleEffect,
    Swapped,
)
from matcher.presentation.words import TIERS, one_line, word
from matcher.schema import Tier

_STYLE = """
:root { --ink: #1b1c1e; --soft: #5c5f66; --faint: #8b8b84; --line: #e2e2dd; --sunk: #f4f4f1; --accent: #1f4fa3;
  --good: #1d6a45; --good-bg: #e6f2ea; --warn: #805200; --warn-bg: #fbf0d9; --bad: #a3281f; --bad-bg: #fbe9e6; }
* { box-sizing: border-box; }
body { margin: 0; background: #f6f6f4; color: var(--ink); font: 15px/1.65 -apple-system, "PingFang SC",
  "Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 40px 32px 64px; }
header p, .note { color: var(--soft); font-size: 13.5px; }
h1 { font-size: 28px; line-height: 1.3; margin: 0 0 4px; }
h2 { font-size: 19px; margin: 0 0 4px; }
h3 { font-size: 15px; margin: 24px 0 6px; }
p { margin: 4px 0; }
section { background: #fff; border: 1px solid var(--line); border-radius: 10px; padding: 24px 28px 28px; margin-top: 20px; }
nav { display: flex; flex-wrap: wrap; gap: 4px 20px; margin-top: 12px; font-size: 13.5px; }
a { color: var(--accent); text-underline-offset: 3px; text-decoration-thickness: 1px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; margin-top: 10px; font-variant-numeric: tabular-nums; }
th { font-weight: 600; text-align: left; color: var(--soft); border-bottom: 1px solid #c9c9c2; padding: 5px 8px; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: 5px 8px; }
th.n, td.n { text-align: right; white-space: nowrap; }
td.c, td:first-child { white-space: nowrap; }
td.c { text-align: center; }
th.c { text-align: center; }
tr.sum td { font-weight: 600; background: var(--sunk); }
svg { display: block; max-width: 100%; height: auto; }
svg text { font: 12.5px -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; fill: var(--ink); font-variant-numeric: tabular-nums; }
svg .soft { fill: var(--soft); } svg .small { font-size: 11px; } svg .bold { font-weight: 600; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 12px; margin-top: 20px; }
.card { background: #fff; border: 1px solid var(--line); border-top: 4px solid var(--faint); border-radius: 8px; padding: 14px 16px; }
.card b { display: block; font-size: 26px; line-height: 1.25; font-variant-numeric: tabular-nums; }
.card span { display: block; font-size: 13px; font-weight: 600; color: var(--soft); }
.card small { display: block; font-size: 12.5px; color: var(--soft); line-height: 1.5; margin-top: 4px; }
.card.good { border-top-color: var(--good); } .card.good b { color: var(--good); }
.card.warn { border-top-color: #c08a1e; } .card.warn b { color: var(--warn); }
.card.bad { border-top-color: var(--bad); } .card.bad b { color: var(--bad); }
.tag { display: inline-block; padding: 0 8px; border-radius: 9px; font-size: 12px; line-height: 19px; background: var(--sunk); color: var(--soft); white-space: nowrap; }
.tag.good { background: var(--good-bg); color: var(--good); } td.good { color: var(--good); }
.tag.warn { background: var(--warn-bg); color: var(--warn); } td.warn { color: var(--warn); }
.tag.bad, td.bad { background: var(--bad-bg); color: var(--bad); }
td.quiet { color: var(--faint); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 12.5px; color: var(--soft); margin: 8px 0 0; }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 6px; vertical-align: -1px; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(290px, 1fr)); gap: 20px 28px; margin-top: 14px; }
.grid h4 { font-size: 13.5px; margin: 0; } .grid p { font-size: 12.5px; color: var(--soft); margin: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; font-size: 13.5px; margin: 10px 0 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
ul { margin: 8px 0 0; padding-left: 20px; font-size: 13.5px; }
.scroll { overflow-x: auto; } .scroll > svg { min-width: 820px; }
@media (max-width: 640px) { main { padding: 24px 16px 40px; } section { padding: 18px 16px 20px; } .cards { grid-template-columns: 1fr 1fr; } }
@media print { body { background: #fff; } main { padding: 0; max-width: none; } section { break-inside: avoid; border-color: #ccc; } nav { display: none; } }
"""

_SEVERITY = ("low", "unsure", "fine")
_TONE = {"fine": "good", "low": "bad", "unsure": "warn"}
_INK = {"good": "#1d6a45", "warn": "#b57c10", "bad": "#a3281f", "": "#5c5f66"}
_TIER_INK = {
    Tier.PRIORITY: "#2f7d4f",
    Tier.VERIFY: "#d9a521",
    Tier.WAIVER: "#7a5cc0",
    Tier.RESERVE: "#8fb2e0",
    Tier.NOT_MET: "#d98b7f",
    Tier.NO_FIT: "#dcdcd6",
}


def audit_html(found: Audit) -> str:
    """The whole report."""
    sections = (
        ("groups", "各组的入选率", _groups(found)),
        ("positions", "逐个岗位", _by_position(found)),
        ("age", "年龄条件的代价", _age(found)),
        ("rules", "每条硬性条件的影响", _rules(found)),
        ("swaps", "反事实替换", _swaps(found)),
        ("scores", "匹配度分布", _scores(found)),
        ("notice", "公告是否写了依法不得写的条件", _notice(found)),
        ("method", "口径与局限", _method(found)),
    )
    links = "".join(f'<a href="#{key}">{title}</a>' for key, title, _ in sections)
    body = "".join(f'<section id="{key}"><h2>{title}</h2>{text}</section>' for key, title, text in sections)
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>公平性审计 {found.as_of}</title><style>{_STYLE}</style></head><body><main>"
        f"<header><h1>公平性审计报告</h1><p>{_subject(found)}</p><nav>{links}</nav></header>"
        f"{_cards(found)}{body}</main></body></html>\n"
    )


def _subject(found: Audit) -> str:
    unread = f"，另有 {len(found.unreadable)} 份无法读取" if found.unreadable else ""
    return (
        f"简历 {found.resumes} 份{unread} · 岗位 {len(found.positions)} 个 · 截止日 {found.as_of}"
        f" · 程序 {__version__} · 模型 {escape(found.model.version)}（数据 {escape(found.model.data_hash[:12])}）"
    )


# --- small pieces -------------------------------------------------------------------------------------------------


def _percent(value: float | None, digits: int = 0) -> str:
    return "—" if value is None else f"{value * 100:.{digits}f}%"


def _ratio(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def _tag(finding: str) -> str:
    return f'<span class="tag {_TONE.get(finding, "")}">{word("finding", finding)}</span>'


def _table(heads: Sequence[tuple[str, str]], rows: Iterable[str]) -> str:
    """``heads`` are (class, text); ``rows`` are finished ``<tr>``."""
    head = "".join(f'<th class="{kind}">{text}</th>' for kind, text in heads)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _row(cells: Sequence[tuple[str, str]], kind: str = "") -> str:
    inside = "".join(f'<td class="{c}">{text}</td>' for c, text in cells)
    return f'<tr class="{kind}">{inside}</tr>' if kind else f"<tr>{inside}</tr>"


def _title(found: Audit, position_id: int) -> str:
    if position_id == EVERY:
        return "至少一个岗位"
    position = next(p for p in found.positions if p.position_id == position_id)
    return f"{position_id} {escape(one_line(position.title))}"


def _svg(width: float, height: float, label: str, parts: Iterable[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img"'
        f' aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{colour}" stroke-width="{width:g}"{dashed}/>'


def _rect(x: float, y: float, width: float, height: float, colour: str, title: str = "", round_: float = 0) -> str:
    inside = f"<title>{escape(title)}</title>" if title else ""
    corner = f' rx="{round_:g}"' if round_ else ""
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{max(0.0, width):.2f}" height="{max(0.0, height):.2f}" fill="{colour}"{corner}>{inside}</rect>'


# --- the summary --------------------------------------------------------------------------------------------------


def _cards(found: Audit) -> str:
    cards = [_swap_card(found)]
    cards += [_impact_card(c, found) for c in found.comparisons if c.position_id == EVERY]
    every = next(c for c in found.age_costs if c.position_id == EVERY)
    cards.append(
        _card(
            "warn" if every.lost else "good",
            "年龄条件的代价",
            f"{every.lost} 人",
            "只因年龄条件而没有进入联系名单的人" if every.lost else "没有人只因年龄条件而落选",
        )
    )
    n = len(found.unlawful)
    cards.append(_card("bad" if n else "good", "公告违法条件", f"{n} 处", "见下文；不作为规则" if n else "未发现"))
    return f'<div class="cards">{"".join(cards)}</div>'


def _card(tone: str, title: str, figure: str, note: str) -> str:
    return f'<div class="card {tone}"><span>{escape(title)}</span><b>{escape(figure)}</b><small>{escape(note)}</small></div>'


def _swap_card(found: Audit) -> str:
    changed = sum(s.scores + s.verdicts for s in found.swaps)
    compared = sum(s.compared for s in found.swaps)
    note = f"改姓名、性别、民族、籍贯、婚育，比较 {compared:,} 次" + ("，有变化，须改正" if changed else "，无一变化")
    return _card("bad" if changed else "good", "反事实替换的变化", f"{changed}", note)


def _impact_card(comparison: Comparison, found: Audit) -> str:
    judged = [r for r in comparison.rows if r.finding in ("fine", "low", "unsure")]
    title = f"{comparison.dimension}：最低影响比"
    if not judged or not comparison.reference:
        return _card("", title, "—", "人数不足，无从比较")
    worst = min(judged, key=lambda r: (_SEVERITY.index(r.finding), r.ratio or 0.0))
    note = f"{worst.group}对{comparison.reference}；{word('finding', worst.finding)}"
    return _card(_TONE[worst.finding], title, _ratio(worst.ratio), note)


# --- groups -------------------------------------------------------------------------------------------------------

_WIDTH = 1020


def _groups(found: Audit) -> str:
    line = found.settings.line
    text = (
        f'<p class="note">入选＝对至少一个岗位进入“{"、".join(word("tier", t.value) for t in TIERS[:3])}”。'
        f"影响比＝本组入选率 ÷ 最高组入选率；虚线为五分之四线（{line:g}），横线为 95% 区间。"
        f"“{UNKNOWN}”的人单列，不作基准；少于 {found.settings.least} 人的组不下结论。</p>"
    )
    for comparison in found.comparisons:
        if comparison.position_id == EVERY:
            text += f"<h3>{escape(comparison.dimension)}</h3>{forest(comparison, line)}"
    return text + _finding_legend()


def _finding_legend() -> str:
    kinds = ("fine", "unsure", "low", "few")
    return "<ul>" + "".join(f"<li>{_tag(k)} {word('finding_meaning', k)}</li>" for k in kinds) + "</ul>"


def forest(comparison: Comparison, line: float) -> str:
    """A plot of rates (bars) and ratios (points with intervals), one row a group."""
    top, step = 34, 30
    height = top + step * len(comparison.rows) + 26
    rate_at, rate_width, ratio_at, ratio_width, most = 190.0, 240.0, 545.0, 310.0, 1.6
    parts = [
        _text(0, 16, "组", "soft small"),
        _text(176, 16, "人数", "soft small", "end"),
        _text(rate_at, 16, "入选率", "soft small"),
        _text(ratio_at, 16, "影响比（与最高组相比）", "soft small"),
        _text(_WIDTH, 16, "结论", "soft small", "end"),
    ]
    bottom = top + step * len(comparison.rows)

    def x(ratio: float) -> float:
        return ratio_at + ratio_width * min(ratio, most) / most

    for tick in (0.0, 0.4, line, 1.0, 1.4):
        dash, colour = ("4 3", "#a3281f") if tick == line else ("", "#c9c9c2" if tick == 1.0 else "#ecece7")
        parts.append(_line(x(tick), top - 6, x(tick), bottom, colour, 1, dash))
        parts.append(_text(x(tick), bottom + 16, f"{tick:g}", "soft small", "middle"))
    for i, row in enumerate(comparison.rows):
        y = top + step * i + step / 2
        parts.append(_line(0, y + step / 2, _WIDTH, y + step / 2, "#ecece7"))
        parts.append(_text(0, y + 4, row.group[:10], "bold"))
        parts.append(_text(176, y + 4, f"{row.n:,}", "soft", "end"))
        note = f"{row.group}：{row.called}/{row.n}，95% 区间 {_percent(row.rate_low)}–{_percent(row.rate_high)}"
        parts.append(_rect(rate_at, y - 7, rate_width, 14, "#f1f1ee", round_=2))
        parts.append(_rect(rate_at, y - 7, rate_width * row.rate, 14, "#9db7df", note, 2))
        low, high = (rate_at + rate_width * v for v in (row.rate_low, row.rate_high))
        parts.append(_line(low, y, high, y, "#1f4fa3", 1.5))
        parts.append(_text(rate_at + rate_width + 8, y + 4, f"{_percent(row.rate)} · {row.called}/{row.n}", "small"))
        parts += _point(row, x, y, most)
        parts.append(_finding_text(row, y))
    label = f"{comparison.dimension}各组的入选率和影响比"
    return f'<div class="scroll">{_svg(_WIDTH, height, label, parts)}</div>'


def _point(row: Impact, x: Callable[[float], float], y: float, most: float) -> list[str]:
    if row.ratio is None or row.ratio_low is None or row.ratio_high is None:
        return []
    colour = _INK[_TONE.get(row.finding, "")]
    parts = []
    if row.finding != "reference":
        parts.append(_line(x(row.ratio_low), y, x(row.ratio_high), y, colour, 2))
        if row.ratio_high > most:  # the interval goes on beyond the plot
            end = x(most)
            parts.append(f'<path d="M{end:g} {y - 4:g}l6 4l-6 4z" fill="{colour}"/>')
    note = f"{row.group}：影响比 {_ratio(row.ratio)}，95% 区间 {_ratio(row.ratio_low)}–{_ratio(row.ratio_high)}"
    hollow = row.finding in ("few", "unknown")
    fill = "#fff" if hollow else colour
    parts.append(
        f'<circle cx="{x(row.ratio):.2f}" cy="{y:g}" r="5" fill="{fill}" stroke="{colour}" stroke-width="2">'
        f"<title>{escape(note)}</title></circle>"
    )
    return parts


def _finding_text(row: Impact, y: float) -> str:
    colour = _INK[_TONE.get(row.finding, "")]
    shown = (
        f"{_ratio(row.ratio)} · {word('finding', row.finding)}"
        if row.ratio is not None
        else word("finding", row.finding)
    )
    return (
        f'<text x="{_WIDTH}" y="{y + 4:g}" text-anchor="end" class="small" style="fill:{colour}">{escape(shown)}</text>'
    )


# --- positions ----------------------------------------------------------------------------------------------------


def _by_position(found: Audit) -> str:
    count = sum(1 for c in found.comparisons if c.position_id != EVERY for r in c.rows if r.finding in _TONE)
    text = (
        f'<p class="note">每格：入选率与影响比；鼠标停留可见人数。共比较 {count} 次，'
        f"每二十次里会有一次只因偶然而显得异常，请先看上面的总表。</p>"
    )
    for dimension, groups in found.dimensions.items():
        text += f"<h3>{escape(dimension)}</h3>"
        rows = []
        for comparison in found.comparisons:
            if comparison.dimension != dimension:
                continue
            by_group = {r.group: r for r in comparison.rows}
            cells = [("", _title(found, comparison.position_id))] + [_impact_cell(by_group.get(g)) for g in groups]
            rows.append(_row(cells, "sum" if comparison.position_id == EVERY else ""))
        text += _table([("", "岗位"), *(("c", escape(g)) for g in groups)], rows)
    return text


def _impact_cell(row: Impact | None) -> tuple[str, str]:
    if row is None:
        return "c quiet", "—"
    tone = _TONE.get(row.finding, "quiet")
    ratio = f" <small>×{_ratio(row.ratio)}</small>" if row.ratio is not None else ""
    note = f"{row.called}/{row.n}；{word('finding', row.finding)}"
    return f"c {tone}", f'<span title="{escape(note)}">{_percent(row.rate)}{ratio}</span>'


# --- age ----------------------------------------------------------------------------------------------------------


def _age(found: Audit) -> str:
    every, *rest = found.age_costs
    text = (
        f'<p class="note">同一批简历，去掉年龄条件再算一遍（其余不变）。有年龄条件时 {every.called} 人入选，'
        f"没有时 {every.without} 人：{every.lost} 人只因年龄条件而落选。</p>{_age_plot(rest, found)}"
    )
    bands = next((c for c in found.comparisons if c.dimension == AGE and c.position_id == EVERY), None)
    if bands is not None:
        heads = [
            ("", "年龄段"),
            ("n", "人数"),
            ("n", "入选（有年龄条件）"),
            ("n", "入选（没有）"),
            ("n", "影响比（有）"),
            ("n", "影响比（没有）"),
        ]
        rows = [
            _row(
                [
                    ("", escape(r.group)), ("n", f"{r.n}"), ("n", f"{r.called}（{_percent(r.rate)}）"),
                    ("n", f"{r.called_without_age}（{_percent(r.called_without_age / r.n)}）"),
                    ("n", _ratio(r.ratio)), ("n", _ratio(r.ratio_without_age)),
                ]
            )
            for r in bands.rows
        ]  # fmt: skip
        text += _table(heads, rows)
    return text + (
        '<p class="note">《就业促进法》第三条没有列举年龄（列举之后有“等”字）；“35 岁以下”是否为岗位所必需，应由招聘单位说明理由并留存'
        "（docs/impact-assessment.md）。没有年龄条件时影响比仍低的年龄段，差别来自其他条件或经历。</p>"
    )


def _age_plot(costs: Sequence[AgeCost], found: Audit) -> str:
    step, top, left, right = 26, 24, 250.0, 120.0
    most = max((c.without for c in costs), default=0) or 1
    wide = _WIDTH - left - right
    parts = [
        _text(0, 12, "岗位（年龄上限）", "soft small"),
        _text(left, 12, "入选人数：深色为有年龄条件，浅色为去掉后增加的", "soft small"),
    ]
    for i, cost in enumerate(costs):
        y = top + step * i
        position = next(p for p in found.positions if p.position_id == cost.position_id)
        limit = "不限" if cost.max_age is None else f"{cost.max_age}"
        parts.append(_text(0, y + 14, f"{cost.position_id} {one_line(position.title)[:15]}（{limit}）"))
        parts.append(_rect(left, y + 3, wide * cost.called / most, 15, "#5f86c4", f"{cost.called} 人"))
        parts.append(
            _rect(left + wide * cost.called / most, y + 3, wide * cost.lost / most, 15, "#e0a26a", f"多 {cost.lost} 人")
        )
        shown = f"{cost.called}" + (f" + {cost.lost}" if cost.lost else "")
        parts.append(
            _text(left + wide * cost.without / most + 8, y + 15, shown, "small" if not cost.lost else "small bold")
        )
    return f'<div class="scroll">{_svg(_WIDTH, top + step * len(costs) + 4, "年龄条件的代价", parts)}</div>'


# --- rules --------------------------------------------------------------------------------------------------------


def _rules(found: Audit) -> str:
    text = (
        '<p class="note">只看简历内容与岗位同行的“人×岗位”（不计硬性条件的扣分，匹配度够得上“不匹配”以上）。浅色为这一条判不符合的比例，'
        "括号内和深色为只有这一条不符的比例：去掉它就没有硬性条件不符。大专学历同时不符“学历”和“全日制”，所以不算“只有一条”。</p>"
    )
    for dimension, groups in found.dimensions.items():
        effects = {(e.rule, e.group): e for e in found.rules if e.dimension == dimension}
        rules = list(dict.fromkeys(e.rule for e in found.rules))
        shown = [g for g in groups if effects[rules[0], g].pairs]
        # one scale for the table; a group of few pairs must not press all the others flat
        scale = max((e.fails / e.pairs for e in effects.values() if e.pairs >= 20), default=1.0)
        heads = [("", escape(dimension)), ("n", "人×岗位"), *(("c", word("rule", r)) for r in rules)]
        rows = []
        for group in shown:
            cells = [("", escape(group)), ("n", f"{effects[rules[0], group].pairs}")]
            cells += [("c", _effect(effects[r, group], max(scale, 0.05))) for r in rules]
            rows.append(_row(cells))
        text += f"<h3>{escape(dimension)}</h3>{_table(heads, rows)}"
    return text


def _effect(effect: RuleEffect, scale: float) -> str:
    """Two bars, failed and failed alone; ``scale`` is the share that fills the width."""
    if not effect.pairs:
        return "—"
    share, alone = effect.fails / effect.pairs, effect.alone / effect.pairs
    note = f"不符 {effect.fails}/{effect.pairs}，仅此 {effect.alone}/{effect.pairs}"
    parts = [
        _rect(0, 4, 56, 12, "#f1f1ee", note, 2),
        _rect(0, 4, 56 * min(1.0, share / scale), 12, "#eec4bd", note, 2),
        _rect(0, 4, 56 * min(1.0, alone / scale), 12, "#b9493d", note, 2),
        _text(
            62,
            14,
            f"{effect.fails}（{effect.alone}） {_percent(share)}" if effect.fails else "0",
            "small" if effect.fails else "small soft",
        ),
    ]
    return _svg(150, 20, note, parts)


# --- swaps --------------------------------------------------------------------------------------------------------


def _swaps(found: Audit) -> str:
    text = (
        f'<p class="note">抽 {found.swapped_resumes} 份简历（按内容的哈希抽取，每次相同），只改一项，其余一字不动，'
        "与全部岗位重新比对。简历没有写这一项的，各补一行不同的内容再互相比较。必须全部为 0。</p>"
    )
    heads = [
        ("", "改什么"),
        ("", "换成"),
        ("n", "原文写明"),
        ("n", "补写"),
        ("n", "比较次数"),
        ("n", "分数变化"),
        ("n", "判断变化"),
        ("n", "分层变化"),
        ("n", "最大分差"),
    ]
    rows = [_row(_swap_cells(s)) for s in found.swaps]
    text += _table(heads, rows)
    changes = [(s, c) for s in found.swaps for c in s.changes]
    if changes:
        text += "<h3>变化的例子（须改正的缺陷）</h3>"
        text += _table(
            [("", "改什么"), ("", "简历"), ("", "岗位"), ("n", "分数"), ("", "判断")],
            (
                _row(
                    [
                        ("", s.title), ("", escape(one_line(c.file))), ("", _title(found, c.position_id)),
                        ("n", f"{c.score_before:.2f} → {c.score_after:.2f}"), ("", escape(one_line(c.what)) or "—"),
                    ]
                )
                for s, c in changes
            ),
        )  # fmt: skip
    return text


def _swap_cells(s: Swapped) -> list[tuple[str, str]]:
    def count(n: int) -> tuple[str, str]:
        return ("n bad" if n else "n good"), f"{n}"

    return [
        ("", s.title), ("", escape("、".join(s.values))), ("n", f"{s.stated}"), ("n", f"{s.added}"),
        ("n", f"{s.compared:,}"), count(s.scores), count(s.verdicts), count(s.tiers), ("n", f"{s.largest:.2f}"),
    ]  # fmt: skip


# --- scores -------------------------------------------------------------------------------------------------------


def _scores(found: Audit) -> str:
    legend = "".join(
        f'<span><i style="background:{_TIER_INK[t]}"></i>{word("tier", t.value)}</span>' for t in TIERS[:-1]
    )
    plots = "".join(
        f"<div><h4>{_title(found, d.position_id)}</h4><p>{_middle(d)}</p>{histogram(d)}</div>"
        for d in found.distributions
    )
    note = (
        '<p class="note">横轴为匹配度（每 10 分一格），纵轴为人数；“不匹配”（他行业的简历）太多，不画，只写人数。</p>'
    )
    return f'{note}<div class="legend">{legend}</div><div class="grid">{plots}</div>'


def _middle(d: Distribution) -> str:
    apart = sum(d.counts[Tier.NO_FIT])
    near = d.n - apart
    return (
        f"同行 {near} 人，中位数 {d.middle:.0f} 分；不匹配 {apart} 人"
        if d.middle is not None
        else f"没有同行的人；不匹配 {apart} 人"
    )


def histogram(d: Distribution) -> str:
    """Stacked bars of ten bins, coloured by tier."""
    width, height, left, base = 310.0, 130.0, 26.0, 108.0
    shown = [t for t in TIERS if t is not Tier.NO_FIT]
    most = max((sum(d.counts[t][i] for t in shown) for i in range(BINS)), default=0) or 1
    step = (width - left) / BINS
    parts = [_line(left, base, width, base, "#8b8b84"), _text(left - 5, 20, f"{most}", "soft small", "end")]
    parts += [_line(left, 16, width, 16, "#ecece7"), _text(left - 5, base + 3, "0", "soft small", "end")]
    for i in range(BINS):
        y = base
        for t in shown:
            n = d.counts[t][i]
            if n:
                tall = (base - 16) * n / most
                y -= tall
                note = f"{i * 10}–{i * 10 + 10} 分，{word('tier', t.value)} {n} 人"
                parts.append(_rect(left + step * i + 1.5, y, step - 3, tall, _TIER_INK[t], note))
        if i % 2 == 0:
            parts.append(_text(left + step * i, base + 15, f"{i * 10}", "soft small", "middle"))
    parts.append(_text(width, base + 15, "100", "soft small", "end"))
    return _svg(width, height, "匹配度分布", parts)


# --- the notice and the method ------------------------------------------------------------------------------------


def _notice(found: Audit) -> str:
    if not found.unlawful:
        return (
            "<p>未发现。检查了各岗位的学历、能力、经验、年龄、优先、放宽条件和共同要求；词语见 <code>data/forbidden_rules.csv</code>。"
            "没有发现不等于没有：请法务再看一遍。</p>"
        )
    text = "<p>下列内容依法不得作为招聘条件：<b>程序不把它们当作规则</b>，请从公告中删去。</p>"
    heads = [("", "岗位"), ("", "类别"), ("", "公告原文"), ("", "词语"), ("", "依据"), ("", "怎么改")]
    rows = (
        _row(
            [
                ("", f"{u.position_id or ''} {escape(one_line(u.title))}".strip()), ("", word("unlawful", u.found.kind)),
                ("", escape(one_line(u.clause))), ("bad", escape(one_line(u.found.words))),
                ("", escape(u.found.law)), ("", escape(u.found.mend)),
            ]
        )
        for u in found.unlawful
    )  # fmt: skip
    return text + _table(heads, rows)


def _method(found: Audit) -> str:
    points = [
        "性别只在本报告中读取（简历所写，或 --groups 给出的表），任何打分和判断都不读它；年龄只通过公告的年龄条件起作用。",
        f"入选率的区间用 Wilson 法；影响比的区间用对数法，各加半例（Walter 1975）。五分之四线 {found.settings.line:g} 来自美国"
        "《雇员选拔程序统一指南》（1978），中国法没有规定数值：低于线是查明原因的信号，不是违法的结论，高于线也不是合法的证明。",
        "分母是这一批全部可读的简历，不是“有资格的人”；各组的学历、专业、经历不同，入选率就会不同。先看“每条硬性条件的影响”，再下结论。",
        f"“{UNKNOWN}”的人多时，各组比例只代表写明的人。职位的比较很多，个别低于线的可能是偶然。",
        "反事实替换只证明程序不读这些内容，不证明经历、学校等与它们无关（间接影响看上面的入选率）。",
    ]
    if found.ungrouped:
        points.append(
            f"分组表中有 {len(found.ungrouped)} 个文件不在这一批简历中：{escape('、'.join(map(one_line, found.ungrouped[:10])))}"
        )
    facts = [
        ("生成方式", "python -m matcher audit（没有写入生成时刻：同样的输入得到同样的字节）"),
        ("截止日", found.as_of.isoformat()),
        ("程序版本", __version__),
        ("模型", f"{found.model.version}，数据指纹 {found.model.data_hash}"),
        ("无法读取", "；".join(f"{one_line(u.name)}（{u.code}）" for u in found.unreadable[:20]) or "无"),
    ]
    return (
        "<ul>" + "".join(f"<li>{p}</li>" for p in points) + "</ul>"
        "<dl>" + "".join(f"<dt>{k}</dt><dd>{escape(v)}</dd>" for k, v in facts) + "</dl>"
    )
