"""A real server process and Debian's Chromium, driven by playwright. Screenshots go to out/screenshots."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SHOTS = ROOT / "out" / "screenshots"

CHROMIUM = shutil.which("chromium")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (requirements-dev.txt)")


@contextlib.contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of a server process of its own with one web process, stopped at the end."""
    environment = {**os.environ, "MATCHER_HOME": str(home), "MATCHER_WEB_PROCESSES": "1"}
    command = [sys.executable, "service.py", "--port", "0"]
    log = home.with_name(home.name + ".log")
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline().strip()
        assert re.fullmatch(r"http://[\d.]+:\d+/", line), log.read_text(encoding="utf-8")
        yield line.rstrip("/")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        process.stdout.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[playwright.Browser]:
    """Debian's Chromium."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (Debian: chromium)")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


class Visitor:
    """Somebody with a browser window; what went wrong in it and every address it asked for is kept."""

    def __init__(self, browser: playwright.Browser, base: str, **options: object) -> None:
        self.base = base
        self.context = browser.new_context(base_url=base, locale="zh-CN", **{"viewport": SIZES["desk"], **options})
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda e: self.wrong.append(str(e)))
        self.page.on("request", lambda r: self.asked.append(r.url))

    def shot(self, name: str) -> None:
        """Keep how the page looks."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")


SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}


@pytest.fixture
def visitor(browser: playwright.Browser) -> Iterator[Callable[..., Visitor]]:
    """Opens windows and closes them at the end; nothing may have gone wrong in any, or been asked of another host."""
    opened: list[Visitor] = []

    def visit(base: str, **options: object) -> Visitor:
        opened.append(Visitor(browser, base, **options))
        return opened[-1]

    yield visit
    for one in opened:
        one.context.close()
    for one in opened:
        assert one.wrong == []
        assert [u for u in one.asked if not u.startswith((one.base, "data:", "blob:"))] == []
