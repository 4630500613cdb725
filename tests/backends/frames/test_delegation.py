"""Exceptions thrown into generators that await each other, seen by trace functions."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

from snapy_instrument.backends.frames.delegation import Sleeper, Watcher, hand_on, sleepers_above, watch


class Asleep(Sleeper):
    """A local trace function that can sleep, and does nothing."""

    def __call__(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Do nothing."""
        return self


def sleeping() -> Sleeper:
    """A recorded frame that sleeps."""
    made = Asleep(owns=True)
    made.asleep = True
    return made


def test_a_frame_that_wakes_nobody_is_followed_by_the_other_tool() -> None:
    """Its local trace function is returned as it is."""
    assert watch(sys._getframe(), sys._getframe().f_code, "theirs") == "theirs"


def test_callers_that_cannot_sleep_end_the_search() -> None:
    """A plain function waits for nobody."""
    assert sleepers_above(sys._getframe()) == []


def test_a_sleeping_frame_further_out_is_found_and_woken() -> None:
    """While the innermost runs, it is in the chain of callers."""
    sleeper = sleeping()
    found: list[list[Sleeper]] = []

    def looks() -> Iterator[int]:
        frame = sys._getframe()
        found.append(sleepers_above(frame))
        watcher = watch(frame, frame.f_code, None)
        found.append(watcher.woken)
        yield 1

    def waits() -> Iterator[int]:
        own: Any = sys._getframe()
        own.f_trace = sleeper
        yield from looks()

    next(waits())
    assert found == [[sleeper], [sleeper]]
    assert not sleeper.asleep


def test_a_yield_puts_to_sleep_what_was_woken() -> None:
    """Those further out too."""
    first, second = Asleep(owns=True), Asleep(owns=True)
    first.woken = [second]
    first.suspend(1)
    assert (first.asleep, second.asleep, first.woken) == (True, True, [])


def test_what_ends_hands_the_woken_on_to_its_caller() -> None:
    """To nobody, if that is a plain function."""
    woken = [sleeping()]
    hand_on(sys._getframe(), woken)
    assert sys._getframe().f_trace is None or type(sys._getframe().f_trace) is not Watcher
