"""Long texts are matched apart: in a process of their own, with a time limit, so that none of them holds up the service.

Each web process forks a doorman before it has threads. For every long text the doorman forks a process that inherits the
loaded model, answers over the socket it was handed, and ends. Short texts are matched where they are: a fork costs more.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from matcher.pipeline import Matcher, match_resume, normalised
from matcher.reading import Document
from matcher.schema import MatchResult, Unreadable
from web.limits import TooLong, time_limit

LONG = 5_000  # characters; below, a text is matched in some hundredths of a second
_SLACK = 20.0  # seconds beyond the limit before the other side is given up


@dataclass(frozen=True, slots=True)
class _Job:
    document: Document
    as_of: dt.date


def here(document: Document, as_of: dt.date, matcher: Matcher) -> MatchResult:
    """A document against every position, in this process."""
    return match_resume(normalised(document), as_of, matcher.positions, matcher.policy, matcher.ranker)


def too_long(name: str) -> Unreadable:
    """What is said of a resume whose matching was stopped."""
    return Unreadable(
        name,
        "timeout",
        "匹配超时，已中止；请人工查看。",
        "Matching took too long and was stopped; please look at it by hand.",
    )


def start(matcher: Matcher, seconds: float, fork: Callable[[Callable[[], None]], int]) -> socket.socket:
    """Start the doorman (before there are threads); the socket that ``match`` needs. It ends when that is closed."""
    ours, theirs = socket.socketpair()

    def serve() -> None:
        ours.close()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who answer
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-c lets requests end
        while True:
            word, handed, _, _ = socket.recv_fds(theirs, 1, 1)
            if not word:
                return
            if os.fork() == 0:
                with contextlib.suppress(BaseException):
                    theirs.close()
                    _answer(socket.socket(fileno=handed[0]), matcher, seconds)
                os._exit(0)
            os.close(handed[0])

    fork(serve)
    theirs.close()
    return ours


def match(document: Document, as_of: dt.date, seconds: float, doorman: socket.socket) -> MatchResult | Unreadable:
    """A document against every position, apart. An Unreadable when it takes too long, or its process dies."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            socket.send_fds(doorman, [b"x"], [theirs.fileno()])  # one byte: threads need no lock
        ours.settimeout(seconds + _SLACK)
        answer = bytearray()
        with contextlib.suppress(OSError):
            ours.sendall(msgspec.json.encode(_Job(document, as_of)))
            ours.shutdown(socket.SHUT_WR)
            while part := ours.recv(1 << 20):
                answer += part
    if answer[-1:] != b"}":  # cut short, or nothing
        return too_long(document.name)
    return msgspec.json.decode(answer, type=MatchResult)


def _answer(link: socket.socket, matcher: Matcher, seconds: float) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    request = bytearray()
    while part := link.recv(1 << 20):
        request += part
    job = msgspec.json.decode(request, type=_Job)
    with contextlib.suppress(TooLong), time_limit(seconds):
        result = here(job.document, job.as_of, matcher)
        link.sendall(msgspec.json.encode(result))
