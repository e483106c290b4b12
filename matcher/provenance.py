"""What a result was made with, as fingerprints: the program, all data files, the policy. Stored with every result."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from matcher import __version__
from matcher.knowledge import DATA_DIR, data_file, data_hash

_DATA = (".csv", ".txt", ".toml")
_CODE = Path(__file__).resolve().parent


@lru_cache
def program(folder: Path = _CODE) -> str:
    """Version and a fingerprint of the program's own text: ``0.1.0+4f0c…``; edited code is another program."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        digest.update(f"{file.relative_to(folder).as_posix()}\0".encode() + file.read_bytes() + b"\0")
    return f"{__version__}+{digest.hexdigest()[:16]}"


@lru_cache
def knowledge_hash(data_dir: Path = DATA_DIR) -> str:
    """SHA-256 over every data file that a matcher of ``data_dir`` reads; a notice's folder lies over data/."""
    names = {f.name for folder in (DATA_DIR, data_dir) for f in folder.iterdir() if f.suffix in _DATA}
    return data_hash(data_dir, [name for name in sorted(names) if data_file(data_dir, name).is_file()])


@lru_cache
def policy_hash(data_dir: Path = DATA_DIR) -> str:
    """SHA-256 of the policy."""
    return data_hash(data_dir, ["policy.toml"])
