"""The Dockerfile and the unit name what is there. ``deploy/check_dockerfile`` carries the steps out (not in CI: it installs)."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from web.config import SETTINGS


def test_what_the_image_copies_is_there_and_not_ignored(root: Path) -> None:
    text = (root / "Dockerfile").read_text(encoding="utf-8")
    copied = [s for line in re.findall(r"^COPY (.*)$", text, re.M) for s in line.split()[:-1]]
    assert {"service.py", "matcher", "web", "data", "models", "requirements.txt"} <= set(copied)
    assert [s for s in copied if not (root / s).exists()] == []
    kept = {line[1:] for line in (root / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[0] == "!"}
    assert kept == set(copied)
    user, command = text.index("\nUSER matcher"), text.index("\nCMD ")
    assert text.index("\nRUN pip") < user < command


def test_the_unit_starts_what_there_is(root: Path) -> None:
    text = (root / "deploy" / "resume-matcher.service").read_text(encoding="utf-8")
    start = re.search(r"^ExecStart=\S+/python (.*)$", text, re.M)
    assert start
    assert start[1].startswith("-m web serve --host ${HOST} --port ${PORT}")
    named = set(re.findall(r"MATCHER_([A-Z_]+)", text)) - {"NAME"}
    assert named <= {s.name for s in SETTINGS}
    for setting in ("DynamicUser=yes", "ProtectSystem=strict", "NoNewPrivileges=yes", "Restart=on-failure"):
        assert setting in text.splitlines()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_unit(root: Path) -> None:
    unit = root / "deploy" / "resume-matcher.service"
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    wrong = [line for line in done.stderr.splitlines() if "resume-matcher" in line and "not executable" not in line]
    assert wrong == []
