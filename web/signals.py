"""How a process of the service hears that it is to end."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType


def ended_by(*heard: signal.Signals) -> Callable[[], bool]:
    """Listen for signals from now on; the answer says whether one of them has come.

    Ctrl-C reaches every process of a terminal: where SIGINT is not among them it is ignored, for the parent asks.
    """
    came: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        came.append(number)

    for number in heard:
        signal.signal(number, note)
    if signal.SIGINT not in heard:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    return lambda: bool(came)
