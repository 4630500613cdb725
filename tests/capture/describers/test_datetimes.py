"""Dates and times."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import zoneinfo
from typing import Any

import pytest

from snapy_instrument.capture.capture import Capture

UTC = dt.UTC


class Zone(dt.tzinfo):
    """A time zone of the user's."""

    def utcoffset(self, moment: Any) -> Any:
        """Must not be asked."""
        raise SystemExit

    tzname = dst = utcoffset


class Frozen(dt.datetime):
    """A datetime with code of its own, as clocks for tests make them."""

    def isoformat(self, *args: Any) -> str:
        """Must not be called."""
        raise AssertionError("called")

    __str__ = __repr__ = isoformat


class Fine(dt.datetime):
    """A Timestamp as pandas has it, with nanoseconds in C."""

    nanosecond = vars(dt.datetime)["microsecond"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (dt.datetime(2024, 1, 2, 3, 4, 5), "datetime('2024-01-02T03:04:05')"),
        (dt.datetime(2024, 1, 2, 3, 4, 5, 6, UTC), "datetime('2024-01-02T03:04:05.000006+00:00')"),
        (
            dt.datetime(2024, 1, 2, tzinfo=zoneinfo.ZoneInfo("UTC")),
            "datetime('2024-01-02T00:00:00', tzinfo=ZoneInfo('UTC'))",
        ),
        (dt.datetime(2024, 1, 2, tzinfo=Zone()), "datetime('2024-01-02T00:00:00', tzinfo=<Zone#1>)"),
        (dt.datetime(2024, 1, 2, fold=1), "datetime('2024-01-02T00:00:00', fold=1)"),
        (Frozen(2024, 1, 2), "Frozen('2024-01-02T00:00:00')"),
        (Fine(2024, 1, 2), "Fine('2024-01-02T00:00:00')"),
        (Fine(2024, 1, 2, 0, 0, 0, 7), "Fine('2024-01-02T00:00:00.000007', nanosecond=7)"),
        (dt.date(2024, 1, 2), "date('2024-01-02')"),
        (dt.time(1, 2, 3), "time('01:02:03')"),
        (dt.time(1, tzinfo=dt.timezone(dt.timedelta(hours=-3, minutes=-30))), "time('01:00:00-03:30')"),
        (dt.time(1, tzinfo=dt.timezone(dt.timedelta(seconds=3661))), "time('01:00:00+01:01:01')"),
        (dt.timedelta(days=-1, seconds=3), "timedelta(days=-1, seconds=3)"),
        (dt.timedelta(0), "timedelta(0)"),
        (UTC, "timezone.utc"),
        (dt.timezone(dt.timedelta(hours=1)), "timezone(timedelta(seconds=3600))"),
        (zoneinfo.ZoneInfo("UTC"), "ZoneInfo('UTC')"),
    ],
)
def test_moments(value: Any, expected: str) -> None:
    """Text in ISO form; a time zone that is code is not asked."""
    assert repr(Capture().value(value)) == expected


def test_a_clock_frozen_before_the_import() -> None:
    """Even if a frozen clock has replaced datetime when capture is imported, real and frozen dates are recognised."""
    code = (
        "import datetime; real = datetime.datetime\n"
        "class Frozen(real): pass\n"
        "datetime.datetime = Frozen\n"
        "from snapy_instrument.capture.capture import Capture\n"
        "print(Capture().value([real(2024, 1, 2), Frozen(2024, 1, 2)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "[datetime('2024-01-02T00:00:00'), Frozen('2024-01-02T00:00:00')]\n", done.stderr
