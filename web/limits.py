"""A time limit for work in the main thread of a process that may be ended."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
from collections.abc import Iterator

HARD = 15.0  # seconds after which code that does not heed the limit is ended with its process


class TooLong(BaseException):
    """The time is over. Not an Exception: nothing on the way may take it for a fault of its own."""


@contextlib.contextmanager
def time_limit(seconds: float, hard: float = HARD) -> Iterator[None]:
    """Raise TooLong in this, the main, thread after so many seconds; end the process when even that is not heeded."""

    def ring(*_: object) -> None:
        raise TooLong

    with open(os.devnull, "w") as nowhere:
        old = signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        faulthandler.dump_traceback_later(seconds + hard, exit=True, file=nowhere)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            faulthandler.cancel_dump_traceback_later()
            signal.signal(signal.SIGALRM, old)
