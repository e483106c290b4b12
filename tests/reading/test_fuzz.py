"""A short run of ``tests.reading.fuzz``; ``make fuzz`` makes the long one."""

from __future__ import annotations

import random

import pytest

from matcher.reading.base import Source
from tests.reading import fuzz


def test_every_sound_seed_is_read() -> None:
    restore = fuzz.without_slow_tools()
    try:
        for name, data in fuzz.seeds(office=False).items():
            assert "document" in set(fuzz.strictly(Source(data, name))), name
    finally:
        restore()


def test_mutations_differ_and_are_the_same_for_the_same_seed() -> None:
    data = fuzz.seeds(office=False)["docx"]
    first, again, other = (fuzz.mutate(data, data, random.Random(seed)) for seed in (1, 1, 2))
    assert first == again != other
    assert first != data


@pytest.mark.parametrize("seed", [11, 12])
def test_damaged_files_end_in_text_or_in_a_reason(seed: int) -> None:
    records = fuzz.run(90, seed, office=False)
    assert len(records) == 90
    assert len({r["format"] for r in records}) >= 17
    assert [r for r in records if r["outcome"] in ("HANG", "UNEXPECTED", "nothing")] == []
