"""Exceptions thrown into a chain of generators or coroutines that wait for each other.

CPython throws into the innermost of them, and the others run on without a ``call`` event of their own as soon as one
inside them catches it. So recorded frames that sleep further out are woken when an exception is thrown in, and are put
to sleep again when the frame that runs yields. It may be a frame that nobody records: a `Watcher` follows that.
"""

from __future__ import annotations

__all__ = ["Sleeper", "Watcher", "hand_on", "sleepers_above", "watch"]

from types import CodeType, FrameType
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._python import YIELDS
from snapy_instrument.backends.proxy.suspendable import SUSPENDS

keep_builtins(globals())


class Sleeper:
    """The local trace function of a recorded frame that can sleep.

    Attributes:
        owns: This frame reports the call; no proxy does.
        asleep: The frame has yielded, and nothing has woken it since.
        woken: Those further out that run because this one does, the nearest first.
    """

    __slots__ = ("asleep", "owns", "woken")

    def __init__(self, owns: bool) -> None:
        self.owns = owns
        self.asleep = False
        self.woken: list[Sleeper] = []

    def wake(self) -> None:
        """The frame runs again."""
        self.asleep = False

    def suspend(self, value: Any) -> None:
        """The frame hands out ``value``, and with it all that it had woken."""
        self.asleep = True
        woken, self.woken = self.woken, []
        for each in woken:
            each.suspend(value)


def sleepers_above(frame: FrameType) -> list[Sleeper]:
    """The sleeping recorded frames that wait for ``frame``, the nearest first."""
    found: list[Sleeper] = []
    back = frame.f_back
    # The chain ends at the first plain frame: whoever is above it called `send` or `throw`, and runs already.
    while back is not None and back.f_code.co_flags & SUSPENDS:
        follower = back.f_trace
        if isinstance(follower, Sleeper):
            if follower.asleep:
                found.append(follower)
            # It runs, so those further out were woken before it.
            elif follower.owns:
                break
        elif type(follower) is Watcher and follower.woken:
            break
        back = back.f_back
    return found


def watch(frame: FrameType, code: CodeType, theirs: Any) -> Any:
    """What follows a frame that nobody records, which begins or goes on; ``theirs`` where it wakes nobody."""
    ours = frame.f_trace
    if type(ours) is Watcher and ours.woken:
        ours.theirs = theirs
        return ours
    woken = sleepers_above(frame)
    if not woken:
        return theirs
    # The outermost first: each goes onto the thread's stack of open calls, on top of the one that awaits it.
    for each in reversed(woken):
        each.wake()
    return Watcher(code.co_code, woken, theirs)


def hand_on(frame: FrameType, woken: list[Sleeper]) -> None:
    """``frame`` ends: who waited for it runs now, and further out those who wait for that one."""
    back = frame.f_back
    if not woken or back is None or not back.f_code.co_flags & SUSPENDS:
        return
    follower: Any = back.f_trace
    if follower is woken[0]:
        woken[0].woken = woken[1:]
    elif not isinstance(follower, Sleeper):
        # Set from outside: on 3.11 that frame goes on without a `call` event (THROWN_INTO_SKIPS_CALLERS).
        back.f_trace = Watcher(back.f_code.co_code, woken, follower)
        back.f_trace_lines = True


class Watcher:
    """Follows a frame that nobody records, for those that run because it does.

    Args:
        bytecode: Of the frame's code.
        woken: Whom its next yield puts to sleep, the nearest first.
        theirs: The local trace function of another tool, or None.
    """

    __slots__ = ("bytecode", "fresh", "theirs", "woken")

    def __init__(self, bytecode: bytes, woken: list[Sleeper], theirs: Any) -> None:
        self.bytecode = bytecode
        self.woken = woken
        self.theirs = theirs
        # Thrown in at a yield, an exception leaves by the same instruction; a handler shows by a line event.
        self.fresh = True

    def __call__(self, frame: FrameType, event: str, arg: Any) -> Any:
        """The local trace function."""
        if event == "line":
            self.fresh = False
        elif event == "return":
            woken, self.woken = self.woken, []
            instruction = self.bytecode[frame.f_lasti]
            # A yield of None and an unwinding have the same instruction and the same value.
            if instruction in YIELDS and (arg is not None or not self.fresh):
                for each in woken:
                    each.suspend(arg)
            else:
                hand_on(frame, woken)
        if self.theirs is not None:
            self.theirs = self.theirs(frame, event, arg)
        return self if self.woken else self.theirs
