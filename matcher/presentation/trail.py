"""The paper trail in a terminal: what a replay or a changed data folder moves, and why. No name, no text of a resume."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from matcher.comparison import Move, Moved, PartMove, Replay, Trial, VerdictMove
from matcher.presentation.terminal import print_figures
from matcher.presentation.words import one_line, word

_PARTS = 3  # parts of a score that are told; the rest is counted


def move_lines(move: Move) -> Iterator[str]:
    """One position in Chinese: the step from tier to tier and score to score, then each reason on a line."""
    tiers = word("tier", move.tier_before) if move.tier_before else "未列出"
    if move.tier_before != move.tier_after:
        tiers += f" → {word('tier', move.tier_after) if move.tier_after else '未列出'}"
    before, after = (f"{v:.2f}" if v is not None else "—" for v in (move.before, move.after))
    yield f"{move.position_id} {one_line(move.title)}：{tiers}，{before if before == after else f'{before} → {after}'} 分"
    yield from (f"  {_verdict(v)}" for v in move.verdicts)
    if move.parts:
        rest = len(move.parts) - _PARTS
        yield "  得分：" + "，".join(map(_part, move.parts[:_PARTS])) + (f"，另 {rest} 项" if rest > 0 else "")


def _verdict(move: VerdictMove) -> str:
    before, after = (word("outcome", o) if o else "不适用" for o in (move.before, move.after))
    reason = f"（{one_line(move.reason)}）" if move.reason else ""
    return f"{word('rule', move.rule)}：{before} → {after}{reason}"


def _part(part: PartMove) -> str:
    return f"{word('feature', part.feature)} {part.before:+.2f} → {part.after:+.2f}"


def print_moves(moves: Iterable[Move], out: Console, indent: str = "  ") -> None:
    """Every move in lines."""
    for move in moves:
        for i, line in enumerate(move_lines(move)):
            out.print(Text(indent + line, style="dim" if i else ""), soft_wrap=True)


def print_replay(found: Replay, out: Console) -> None:
    """What a replay found for one result."""
    name = one_line(found.file) or "结果"
    if found.exact:
        out.print(Text(f"{name}：重算结果逐字节相同", style="green"), soft_wrap=True)
        return
    if found.same:
        said = "结果相同，只有版本记录不同" if found.made_with else "内容相同，只有 JSON 的排版不同"
        out.print(Text(f"{name}：{said}", style="green"), soft_wrap=True)
    else:
        out.print(Text(f"{name}：重算结果不同（截止日 {found.as_of}）", style="bold red"), soft_wrap=True)
    for d in found.made_with:
        before, after = (shortened(v) or "（未记录）" for v in (d.before, d.after))
        out.print(f"  {word('made_with', d.what)}：{before} → {after}", soft_wrap=True)
    if found.text:
        out.print("  原文：程序读出的文字与存下的不同（读取或规范化的程序改过）", soft_wrap=True)
    if found.fields:
        out.print(f"  提取的内容不同：{'、'.join(word('field', f) for f in found.fields)}", soft_wrap=True)
    if found.warnings:
        out.print(f"  提示不同：{'、'.join(found.warnings)}", soft_wrap=True)
    print_moves(found.moved, out)
    if not found.same and not (found.moved or found.fields or found.warnings or found.text):
        out.print("  分数与判断没有变化，只有依据或说明的文字不同", soft_wrap=True)


def shortened(text: str, length: int = 12) -> str:
    """A fingerprint's beginning; versions stay whole."""
    return text if len(text) <= 30 else f"{text[:length]}…"


_SHOWN = 40  # people whose moves are told one by one; --json has all


def print_trial(trial: Trial, out: Console) -> None:
    """What a changed data folder would do: a table of the positions, then everybody who changes tier, and why."""
    out.print(
        f"改动的数据文件：{'、'.join(trial.changed) or '无'}{'（已在临时目录重新训练）' if trial.refitted else ''}"
    )
    stepped = [m for m in trial.moved if m.stepped()]
    gaps = [
        abs(m.after - m.before)
        for one in trial.moved
        for m in one.moves
        if m.after is not None and m.before is not None
    ]
    largest = f"，最大分差 {max(gaps):.2f}" if gaps else ""
    out.print(
        f"简历 {trial.resumes} 份（截止日 {trial.as_of}）：分层变化 {len(stepped)} 人，"
        f"另有 {len(trial.moved) - len(stepped)} 人只有分数或提取内容变化{largest}",
        soft_wrap=True,
    )
    if trial.apart:
        out.print(f"只有一边能读的文件：{'、'.join(map(one_line, trial.apart))}", soft_wrap=True)
    rows = _position_rows(stepped)
    if rows:
        print_figures("", ("岗位", "进入联系名单", "退出联系名单", "其他分层变化"), rows, out)
    for one in stepped[:_SHOWN]:
        out.print(Text(one_line(one.file) or "（文本）", style="bold"), soft_wrap=True)
        if one.fields:
            out.print(f"  提取的内容不同：{'、'.join(word('field', f) for f in one.fields)}", soft_wrap=True)
        print_moves(one.stepped(), out)
    if len(stepped) > _SHOWN:
        out.print(f"另有 {len(stepped) - _SHOWN} 人，见 --json 的输出")


_CALLED = ("priority", "verify", "waiver")


def _position_rows(stepped: Iterable[Moved]) -> list[list[str]]:
    counts: dict[tuple[int, str], list[int]] = {}
    for move in (m for one in stepped for m in one.stepped()):
        was, now = move.tier_before in _CALLED, move.tier_after in _CALLED
        at = 0 if now and not was else 1 if was and not now else 2
        counts.setdefault((move.position_id, move.title), [0, 0, 0])[at] += 1
    return [[f"{i} {one_line(title)}", *map(str, n)] for (i, title), n in sorted(counts.items())]
