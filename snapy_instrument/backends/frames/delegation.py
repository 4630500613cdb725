"""Exceptions thrown into a chain of generators or coroutines that wait for each other.

CPython throws into the innermost of them, and the others run on without a ``call`` event of their own as soon as one
inside them catches it. So suspended recorded frames further out are marked as resumed when an exception is thrown in,
and as suspended again when the frame that runs yields. It may be a frame that nobody records: a `Watcher` follows that.
"""

from __future__ import annotations

__all__ = ["SuspendableFollower", "Watcher", "hand_on", "suspended_above", "watch"]

from types import CodeType, FrameType
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._python import YIELDS
from snapy_instrument.backends.proxy.suspendable import SUSPENDS

keep_builtins(globals())


class SuspendableFollower:
    """The local trace function of a recorded frame that can be suspended.

    Attributes:
        owns: This frame reports the call; no proxy does.
        suspended: The frame has yielded, and nothing has resumed it since.
        resumed: Followers further out whose frames run because this one does, the nearest first.
    """

    __slots__ = ("owns", "resumed", "suspended")

    def __init__(self, owns: bool) -> None:
        self.owns = owns
        self.suspended = False
        self.resumed: list[SuspendableFollower] = []

    def mark_resumed(self) -> None:
        """Note that the frame runs again."""
        self.suspended = False

    def suspend(self, value: Any) -> None:
        """Note that the frame hands out ``value``; the frames resumed with it are suspended with it."""
        self.suspended = True
        resumed, self.resumed = self.resumed, []
        for each in resumed:
            each.suspend(value)


def suspended_above(frame: FrameType) -> list[SuspendableFollower]:
    """Return the followers of suspended recorded frames that await ``frame``, the nearest first."""
    found: list[SuspendableFollower] = []
    back = frame.f_back
    # The chain ends at the first plain frame: whoever is above it called `send` or `throw`, and runs already.
    while back is not None and back.f_code.co_flags & SUSPENDS:
        follower = back.f_trace
        if isinstance(follower, SuspendableFollower):
            if follower.suspended:
                found.append(follower)
            # It runs, so those further out were resumed before it.
            elif follower.owns:
                break
        elif type(follower) is Watcher and follower.resumed:
            break
        back = back.f_back
    return found


def watch(frame: FrameType, code: CodeType, theirs: Any) -> Any:
    """Return what follows a frame that nobody records, when it runs; ``theirs`` where it resumes no other."""
    ours = frame.f_trace
    if type(ours) is Watcher and ours.resumed:
        ours.theirs = theirs
        return ours
    resumed = suspended_above(frame)
    if not resumed:
        return theirs
    # The outermost first: each goes onto the thread's stack of open calls, on top of the one that awaits it.
    for each in reversed(resumed):
        each.mark_resumed()
    return Watcher(code.co_code, resumed, theirs)


def hand_on(frame: FrameType, resumed: list[SuspendableFollower]) -> None:
    """Pass on what ``frame``, which ends, had resumed: its awaiter now runs, and so do the awaiters above that one."""
    back = frame.f_back
    if not resumed or back is None or not back.f_code.co_flags & SUSPENDS:
        return
    follower: Any = back.f_trace
    if follower is resumed[0]:
        resumed[0].resumed = resumed[1:]
    elif not isinstance(follower, SuspendableFollower):
        # Set from outside: on 3.11 that frame goes on without a `call` event (THROWN_INTO_SKIPS_CALLERS).
        back.f_trace = Watcher(back.f_code.co_code, resumed, follower)
        back.f_trace_lines = True


class Watcher:
    """Follows a frame that nobody records, for the recorded frames that run because it does.

    Args:
        bytecode: Of the frame's code.
        resumed: The followers that its next yield suspends, the nearest first.
        theirs: The local trace function of another tool, or None.
    """

    __slots__ = ("bytecode", "fresh", "resumed", "theirs")

    def __init__(self, bytecode: bytes, resumed: list[SuspendableFollower], theirs: Any) -> None:
        self.bytecode = bytecode
        self.resumed = resumed
        self.theirs = theirs
        # Thrown in at a yield, an exception leaves by the same instruction; a handler shows by a line event.
        self.fresh = True

    def __call__(self, frame: FrameType, event: str, arg: Any) -> Any:
        """The local trace function."""
        if event == "line":
            self.fresh = False
        elif event == "return":
            resumed, self.resumed = self.resumed, []
            instruction = self.bytecode[frame.f_lasti]
            # A yield of None and an unwinding have the same instruction and the same value.
            if instruction in YIELDS and (arg is not None or not self.fresh):
                for each in resumed:
                    each.suspend(arg)
            else:
                hand_on(frame, resumed)
        if self.theirs is not None:
            self.theirs = self.theirs(frame, event, arg)
        return self if self.resumed else self.theirs
