"""Exceptions thrown into generators that await each other, seen by trace functions."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

from snapy_instrument.backends.frames.delegation import SuspendableFollower, Watcher, hand_on, suspended_above, watch


class Follower(SuspendableFollower):
    """A local trace function that does nothing."""

    def __call__(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Do nothing."""
        return self


def suspended() -> SuspendableFollower:
    """A follower of a suspended frame."""
    made = Follower(owns=True)
    made.suspended = True
    return made


def test_a_frame_that_resumes_no_other_is_followed_by_the_other_tool() -> None:
    """Its local trace function is returned as it is."""
    assert watch(sys._getframe(), sys._getframe().f_code, "theirs") == "theirs"


def test_callers_that_cannot_be_suspended_end_the_search() -> None:
    """A plain function waits for nobody."""
    assert suspended_above(sys._getframe()) == []


def test_a_suspended_frame_further_out_is_found_and_resumed() -> None:
    """While the innermost runs, it is in the chain of callers."""
    follower = suspended()
    found: list[list[SuspendableFollower]] = []

    def looks() -> Iterator[int]:
        frame = sys._getframe()
        found.append(suspended_above(frame))
        watcher = watch(frame, frame.f_code, None)
        found.append(watcher.resumed)
        yield 1

    def waits() -> Iterator[int]:
        own: Any = sys._getframe()
        own.f_trace = follower
        yield from looks()

    next(waits())
    assert found == [[follower], [follower]]
    assert not follower.suspended


def test_a_yield_suspends_what_was_resumed() -> None:
    """Those further out too."""
    first, second = Follower(owns=True), Follower(owns=True)
    first.resumed = [second]
    first.suspend(1)
    assert (first.suspended, second.suspended, first.resumed) == (True, True, [])


def test_what_ends_hands_the_resumed_on_to_its_caller() -> None:
    """To nobody, if that is a plain function."""
    resumed = [suspended()]
    hand_on(sys._getframe(), resumed)
    assert sys._getframe().f_trace is None or type(sys._getframe().f_trace) is not Watcher
