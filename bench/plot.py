"""The kept figures of bench/results/ as one picture: python -m bench.plot (needs matplotlib)."""

from __future__ import annotations

import json
from typing import Any

import matplotlib

from bench.report import RESULTS


def figures(name: str) -> dict[str, Any]:
    """A result by its name; empty when it was not measured."""
    file = RESULTS / f"{name}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def main() -> None:
    """Write bench/results/speed.png: text path beside peers, budget, growth, processes."""
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(2, 2, figsize=(12, 7), constrained_layout=True)
    _bars(axes[0, 0], figures("text").get("milliseconds", {}), "text path beside its peers, ms a resume")
    budget = figures("budget").get("microseconds", {})
    _bars(axes[0, 1], {k: v / 1e3 for k, v in budget.items()}, "budget of a 1,500-character resume, ms")
    rows = figures("growth_files").get("rows", [])
    if rows:
        axes[1, 0].plot([r[0] for r in rows], [r[1] for r in rows], marker="o", color="#1f4e9c")
        axes[1, 0].set(xscale="log", yscale="log", xlabel="resumes", ylabel="s")
        axes[1, 0].grid(True, which="both", alpha=0.25)
    axes[1, 0].set_title(
        f"growth, slope {figures('growth_files').get('slope', float('nan')):.2f}", loc="left", fontsize=10
    )
    dask = figures("dask").get("seconds", {})
    two = figures("processes")
    runs = {"rank, 1 process": two.get("one"), "rank, 2 processes": two.get("two")} | {
        f"Dask: {k}": v for k, v in dask.items()
    }
    _bars(axes[1, 1], {k: v for k, v in runs.items() if v}, "more processes, s")
    fig.suptitle(figures("text").get("machine", ""), fontsize=9, x=0.01, ha="left")
    fig.savefig(RESULTS / "speed.png", dpi=110)


def _bars(axis: Any, values: dict[str, float], title: str) -> None:
    names = list(values)[::-1]
    bars = axis.barh(names, [values[n] for n in names], color="#1f4e9c", height=0.6)
    axis.bar_label(bars, fmt="%.2f", padding=3, fontsize=8)
    axis.set_title(title, loc="left", fontsize=10)
    axis.spines[["top", "right"]].set_visible(False)
    axis.margins(x=0.15)
    axis.tick_params(labelsize=8)


if __name__ == "__main__":
    main()
