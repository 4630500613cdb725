"""Which locals a line changed."""

from __future__ import annotations

__all__ = ["LocalChanges"]

from types import FrameType
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.recording.sink import Sink

keep_builtins(globals())


class LocalChanges:
    """Remembers the captured locals of one frame from line to line."""

    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last: dict[str, Any] | None = None

    def of(self, frame: FrameType, sink: Sink, call: Any) -> dict[str, Any]:
        """The locals of ``frame`` that changed since the last line, as plain data."""
        values = frame.f_locals
        now = {name: sink.captured(call, name, values[name]) for name in frame.f_code.co_varnames if name in values}
        last, self._last = self._last, now
        if last is None:
            # What is there at the first line are the arguments, which the call shows.
            return {}
        return {name: value for name, value in now.items() if name not in last or not _same(last[name], value)}


def _same(one: Any, other: Any) -> bool:
    # `1 == True` and `1 == 1.0`, but their texts differ.
    return type(one) is type(other) and bool(one == other)
