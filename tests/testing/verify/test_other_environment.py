"""The second run of a test has another time zone and another second."""

from __future__ import annotations

import os
import time
from datetime import date, datetime

import pytest

from snapy_instrument.testing.verify import other_environment
from snapy_instrument.testing.verify.other_environment import other_time_zone, wait_for_next_second


@pytest.mark.parametrize("hour", range(0, 24, 3))
@pytest.mark.parametrize("zone", ["UTC", "<-11>+11", "<+13>-13"])
def test_it_is_another_day_there(monkeypatch: pytest.MonkeyPatch, zone: str, hour: int) -> None:
    """Whatever the hour, and wherever the test runs."""
    now = 1_800_000_000 + hour * 3600
    monkeypatch.setattr(other_environment, "_now", lambda: float(now))
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        here = date.fromtimestamp(now)
        with other_time_zone():
            assert date.fromtimestamp(now) != here
        assert date.fromtimestamp(now) == here
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_zone_is_restored_after_an_error() -> None:
    """It is unset again if it was not set."""
    before = os.environ.get("TZ"), datetime.fromtimestamp(0)
    with pytest.raises(ZeroDivisionError), other_time_zone():
        raise ZeroDivisionError
    assert (os.environ.get("TZ"), datetime.fromtimestamp(0)) == before


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("m.f(at=1790000000.5)", [0.75]),
        ("m.f(at='2027-01-15T08:00:01')", [0.75]),
        ("m.f(n=17)", []),
    ],
)
def test_it_waits_where_a_text_has_a_moment(monkeypatch: pytest.MonkeyPatch, text: str, waits: list[float]) -> None:
    """Only then, and no longer than until the second is over."""
    waited: list[float] = []
    monkeypatch.setattr(other_environment, "_now", lambda: 1_800_000_000.25)
    monkeypatch.setattr(other_environment, "_sleep", waited.append)
    wait_for_next_second([text])
    assert waited == waits
