"""Write the real output of the demo into README.md: ``python -m tests.update_readme`` (make readme)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
COMMAND = ["match", "tests/resumes/p01_clear.docx", "--as-of", "2026-11-24"]
_BLOCK = re.compile(r"(?<=<!-- output -->\n```\n).*?(?=\n```)", re.S)


def real_output() -> str:
    """What the command prints at 104 columns, up to the details of the second position."""
    environment = {**os.environ, "COLUMNS": "104", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "matcher", *COMMAND], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    lines = [line.rstrip() for line in done.stdout.decode("utf-8").splitlines()]
    end = next(i for i, line in enumerate(lines) if line.startswith("2. "))
    return "\n".join([f"$ python -m matcher {' '.join(COMMAND)}", *lines[:end], "…"])


def shown_output() -> str:
    """What README.md shows."""
    found = _BLOCK.search(README.read_text(encoding="utf-8"))
    return found[0] if found else ""


if __name__ == "__main__":
    text = README.read_text(encoding="utf-8")
    README.write_text(_BLOCK.sub(lambda _: real_output(), text), encoding="utf-8")
