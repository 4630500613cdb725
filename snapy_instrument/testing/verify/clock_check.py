"""The present moment in a trace: a value that is stable only as long as the clock does not move on.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["clock_of_the_system", "present_moment"]

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from snapy_instrument.errors import TraceError
from snapy_instrument.trace.diff.parse import parse_trace
from snapy_instrument.trace.text.scrubbers import scrubbers
from snapy_instrument.trace.trace import Trace

_NEAR = 7200.0
_SCALES = (1, 10**3, 10**6, 10**9)


def clock_of_the_system() -> float:
    """The present moment, in seconds since 1970, whatever clock a fixture has put in place of ``time.time``."""
    with tempfile.TemporaryFile() as file:
        return os.fstat(file.fileno()).st_mtime


def present_moment(trace: Trace, now: float) -> tuple[str, str, str] | None:
    """The first value in the text that is a moment within two hours of ``now``.

    Args:
        trace: The trace.
        now: Seconds since 1970.

    Returns:
        The name of the call, the value and the name of the scrubber that finds it; None where there is none.
    """
    try:
        nodes = parse_trace(str(trace)).walk()
    except TraceError:
        return None
    finders = scrubbers(["datetime", "epoch"])
    for node in nodes:
        for text in (node.args or "", node.outcome):
            for finder in finders:
                for found in finder.pattern.finditer(text):
                    if any(abs(moment - now) < _NEAR for moment in _moments(found[0], finder.name)):
                        return node.name, found[0], finder.name
    return None


def _moments(text: str, name: str) -> Iterator[float]:
    """What the text may mean, in seconds since 1970: a time without a zone is local time, or UTC."""
    if name == "epoch":
        yield from (float(text) / scale for scale in _SCALES)
        return
    moment = _read(text)
    if moment is not None and 1971 < moment.year < 9000:
        yield moment.timestamp()
        yield moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()


def _read(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except ValueError:
            continue
    return None
