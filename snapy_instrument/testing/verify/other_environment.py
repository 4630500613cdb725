"""What surrounds the second run of a test, as far as a process can change it: its time zone, and the second.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["other_time_zone", "wait_for_next_second"]

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from snapy_instrument.trace.text.scrubbers import scrubbers

# Taken at import: a fixture of the session may replace them.
_now, _sleep = time.time, time.sleep
_EAST, _WEST = "<+14>-14", "<-12>+12"
"""The outermost time zones, as POSIX writes them: the sign says how to come back to UTC."""


@contextmanager
def other_time_zone() -> Iterator[None]:
    """Run the block in a time zone where another day has begun, so that today's date differs too.

    Windows cannot change the zone of a running process; the block runs in the same one there.
    """
    if sys.platform == "win32":
        yield
        return
    before = os.environ.get("TZ")
    _set_zone(_zone_of_other_day())
    try:
        yield
    finally:
        _set_zone(before)


def wait_for_next_second(texts: Iterable[str]) -> None:
    """Wait until the second is over, if a text contains anything like a moment.

    Twelve digits of ``time.time()`` are hundredths of a second, and two runs of a small test are done within one.
    """
    if any(scrubber.pattern.search(text) for scrubber in scrubbers(["datetime", "epoch"]) for text in texts):
        _sleep(1 - _now() % 1)


def _zone_of_other_day() -> str:
    """Return the zone in which the date differs from the local one; of the outermost two at least one does."""
    now = _now()
    today = time.localtime(now)[:3]
    return _EAST if time.gmtime(now + 14 * 3600)[:3] != today else _WEST


def _set_zone(zone: str | None) -> None:
    if sys.platform == "win32":
        return
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    time.tzset()
