"""Which locals a line changed, and which lines are events.

From 3.12 on the comprehensions of a function run in its own frame (PEP 709), with their variables among its locals. On
3.11 they have frames that nobody records. So that a trace says the same, no line inside of them is an event.
"""

from __future__ import annotations

__all__ = ["LocalChanges", "inlined_comprehensions"]

from types import CodeType, FrameType
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._python import CLEARS, JUMPS, RESTORES
from snapy_instrument.recording.sink import Sink

keep_builtins(globals())


class LocalChanges:
    """Remembers the captured locals of one frame from line to line.

    Args:
        code: Of the frame.
        values: What changed is wanted; else the lines alone.
    """

    __slots__ = ("_hidden", "_last", "_values")

    def __init__(self, code: CodeType, values: bool) -> None:
        self._hidden = inlined_comprehensions(code)
        self._last: dict[str, Any] | None = None
        self._values = values

    def of(self, frame: FrameType, sink: Sink, call: Any) -> dict[str, Any] | None:
        """The locals of ``frame`` that changed since the last line, as plain data; None where the line is no event."""
        if self._hidden and any(frame.f_lasti in inside for inside in self._hidden):
            return None
        if not self._values:
            return {}
        values, code = frame.f_locals, frame.f_code
        # In a cell, where a function inside uses it: on 3.11 a comprehension is one. Sorted, for their places differ.
        names = sorted({*code.co_varnames, *code.co_cellvars})
        now = {name: sink.captured(call, name, values[name]) for name in names if name in values}
        last, self._last = self._last, now
        if last is None:
            # What is there at the first line are the arguments, which the call shows.
            return {}
        return {name: value for name, value in now.items() if name not in last or not _same(last[name], value)}


def _same(one: Any, other: Any) -> bool:
    # `1 == True` and `1 == 1.0`, but their texts differ.
    return type(one) is type(other) and bool(one == other)


def inlined_comprehensions(code: CodeType) -> list[range]:
    """Return where in ``code`` the variables of comprehensions hide those of the function: offsets in bytes."""
    bytecode = code.co_code
    if CLEARS is None or CLEARS not in bytecode[::2]:
        return []
    found: list[range] = []
    table = _handlers(code.co_exceptiontable)
    for offset in range(0, len(bytecode), 2):
        if bytecode[offset] != CLEARS or any(offset in inside for inside in found):
            continue
        # The first variable is put aside here. From there to where all are put back one handler does so on errors.
        entries = [entry for entry in table if entry[0] > offset]
        if entries:
            end, handler, depth = entries[0][1:]
            reached = end
            for start, stop, target, own_depth in entries[1:]:
                # Those of comprehensions inside it are deeper. What follows it may be inside a handler further out.
                # Between two entries of one comprehension is nothing but jumps, which raise nothing.
                if own_depth < depth or not JUMPS.issuperset(bytecode[reached:start:2]):
                    break
                reached = stop
                end = stop if target == handler else end
            found += [range(offset, _restored(bytecode, end)), range(handler, _restored(bytecode, handler))]
    return found


def _restored(bytecode: bytes, offset: int) -> int:
    """Return where the instructions end that put variables back, from ``offset`` on."""
    while offset < len(bytecode) and bytecode[offset] in RESTORES:
        offset += 2
    return offset


def _handlers(table: bytes) -> list[tuple[int, int, int, int]]:
    """Return the start, end, handler and depth of an exception table's entries: see exception_handling_notes.txt.

    It is in CPython's folder Objects.
    """
    numbers, number = [], 0
    for byte in table:
        number = number << 6 | byte & 63
        if not byte & 64:
            numbers.append(number)
            number = 0
    return [
        (2 * start, 2 * (start + length), 2 * target, depth >> 1)
        for start, length, target, depth in zip(*(numbers[index::4] for index in range(4)), strict=True)
    ]
