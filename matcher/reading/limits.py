"""What a reader may spend; every bound names what it guards against."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on input. Sizes in bytes, times in seconds of wall clock."""

    max_bytes: int = 20 * 2**20  # one file (B232)
    max_depth: int = 4  # containers in containers
    max_items: int = 5_000  # files out of one path or container
    max_total_bytes: int = 400 * 2**20  # unpacked out of one container
    max_pages: int = 50  # of a pdf; pages behind are named in a notice
    max_characters: int = 400_000  # text of one document; a resume has some thousands
    seconds: float = 60.0  # one file in a worker
    memory: int = 3 * 2**30  # address space of a worker (OCR needs about 1.5 GB)


DEFAULT = Limits()

# Parts of office files: an honest resume's document.xml is below 2 MB; lxml needs some 10 times the size (B233).
MAX_PART = 20 * 2**20
MAX_PARTS_TOTAL = 100 * 2**20
MAX_RATIO = 200  # unpacked over packed, for parts above 1 MB
