"""Tracks where each propagating exception was first seen, so it is reported once."""

from __future__ import annotations

__all__ = ["Passing", "Seen", "seen_exception", "traceback_of"]

from collections.abc import Callable
from contextlib import suppress
from types import CodeType, TracebackType
from typing import NamedTuple

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._threads import get_ident
from snapy_instrument.events import ExceptionInfo
from snapy_instrument.values import Struct

keep_builtins(globals())

# What CPython makes of a StopIteration that would leave a generator. Before 3.12 the new exception does not show
# in the generator's frame, so it is known by its text.
_CONVERTED = {
    "generator raised StopIteration",
    "coroutine raised StopIteration",
    "async generator raised StopIteration",
    "async generator raised StopAsyncIteration",
}
_ANY_OF_THEM = -1
# Frames between a call and the one it was made in, at most: those of functions that are not recorded.
_MOST_CODES = 100
_MOST_CALLERS = 10_000

traceback_of: Callable[[BaseException], TracebackType | None] = BaseException.__dict__["__traceback__"].__get__
"""The traceback of an exception, by the C getter: a class may define an attribute of that name."""


class Seen(NamedTuple):
    """An exception as plain data, taken while it was alive.

    Attributes:
        identity: Its id, or one number for all of those that CPython converted.
        codes: Ids of the code objects it came through, beginning with the frame it arrived in.
    """

    identity: int
    info: ExceptionInfo
    value: Struct
    codes: tuple[int, ...]


def seen_exception(
    exception: BaseException, traceback: TracebackType | None, info: ExceptionInfo, value: Struct
) -> Seen:
    """``exception`` with what capture made of it; ``traceback`` begins with the frame it arrived in."""
    # By its text: the frame that raised the StopIteration is not in the new exception's traceback.
    if info.message in _CONVERTED and info.type_name == "RuntimeError":
        return Seen(_ANY_OF_THEM, info, value, (_ANY_OF_THEM,))
    codes: list[int] = []
    while traceback is not None and len(codes) < _MOST_CODES:
        codes.append(id(traceback.tb_frame.f_code))
        traceback = traceback.tb_next
    return Seen(id(exception), info, value, tuple(codes))


class _Left(NamedTuple):
    """An exception that left a call: how to know it again where it leaves the calling one."""

    info: ExceptionInfo
    raised_in: int
    code: int


class Passing:
    """The exceptions that left calls whose callers are still open, of one recording.

    Attributes:
        below: By the number of the calling call, then by identity; empty while nothing was raised.
    """

    __slots__ = ("_last", "below")

    def __init__(self) -> None:
        # Tasks may fail in any order, so all that left children of one call are kept.
        self.below: dict[int, dict[int, _Left]] = {}
        # By thread: the call that was left last, and what it had below.
        self._last: dict[int, tuple[int, dict[int, _Left]]] = {}

    def left(self, number: int, parent: int | None, code: CodeType, exception: Seen) -> int:
        """The call ``number`` was left by ``exception``: the number of the call in which that was first seen."""
        # Taken away with the call: the table holds what open calls need, and is empty while nothing is raised.
        below = self.below.pop(number, {})
        self._last[get_ident()] = (number, below)
        return self._keep(number, parent, code, exception, below)

    def amend(self, number: int, parent: int | None, code: CodeType, exception: Seen) -> int | None:
        """Do as `left` does, for the call that was left last, by a different exception or text than recorded.

        None if it was not left last, or if ``exception`` came out of another call.
        """
        last, below = self._last.get(get_ident(), (0, {}))
        # Not the frame it arrived in, which may run the same code: a second generator of the function, closed.
        if last != number or id(code) not in exception.codes[1:]:
            return None
        known = None if parent is None else self.below.get(parent, {}).get(exception.identity)
        if known is not None and (known.info == exception.info or known.code != id(code)):
            return None
        return self._keep(number, parent, code, exception, below)

    def ended(self, number: int) -> None:
        """The call ``number`` ended otherwise."""
        self.below.pop(number, None)

    def _keep(self, number: int, parent: int | None, code: CodeType, exception: Seen, below: dict[int, _Left]) -> int:
        identity = exception.identity
        known = below.get(identity)
        # An id may be a dead exception's; the traceback shows whether this one came out of that call.
        same = known is not None and known.info == exception.info and known.code in exception.codes
        raised_in = known.raised_in if known is not None and same else number
        if parent is not None:
            if len(self.below) >= _MOST_CALLERS:
                # The oldest: callers that ended before a task of theirs did.
                with suppress(RuntimeError, StopIteration):  # another thread changed it: the next one drops one
                    self.below.pop(next(iter(self.below)), None)
            mark = identity if identity == _ANY_OF_THEM else id(code)
            self.below.setdefault(parent, {})[identity] = _Left(exception.info, raised_in, mark)
        return raised_in
