"""The store of a recording: its records, in the order in which they were made.

The native twin packs calls and returns into memory of its own (``native/store.c``, 32 and 24 bytes for a call of one
argument) and makes records of them when they are read; this one is a list. What is a token of an open call there is the
record itself here.
"""

from __future__ import annotations

__all__ = ["Log"]

from collections.abc import Iterator
from itertools import islice
from operator import itemgetter

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._twins import twinned
from snapy_instrument.events import EventType, ExceptionInfo
from snapy_instrument.recording.records import CALL, CALL_ID, KIND, MEMORY, TIME, Record
from snapy_instrument.values import Struct

keep_builtins(globals())

_ENDS = (EventType.EXCEPTION, EventType.RETURN)
# Records that other threads may have written since.
_NEAR = 1000


@twinned
class Log(list[Record]):
    """The records so far. Any thread appends, without a lock."""

    def __init__(self) -> None:
        super().__init__()
        # Open calls whose begin was taken away.
        self._carried: list[Record] = []

    def records(self, start: int = 0) -> Iterator[Record]:
        """The records so far from number ``start`` on, one after the other."""
        return islice(self, start, len(self))

    def freeze(self) -> Log:
        """Return a log with the records so far. What a thread adds late to this one is not in it."""
        # A copy, not a lock: threads of the program never wait for a tracer that ends.
        frozen = Log()
        frozen.extend(self)
        frozen._carried = self._carried
        return frozen

    def take(self) -> Log:
        """Return a log with the records so far; this one goes on without them. One thread at a time may call this."""
        batch = self.freeze()
        del self[: len(batch)]
        self._carried = batch.open_calls()
        return batch

    def open_calls(self) -> list[Record]:
        """Return the calls that do not end here, in the order of their call ids, those that began before included.

        The stacks of threads that still run cannot say this: they change before or after the records do.
        """
        found = {call[CALL_ID]: call for call in self._carried}
        for record in self:
            if record[KIND] is EventType.CALL:
                found[record[CALL_ID]] = record
            elif record[KIND] is EventType.RETURN:
                found.pop(record[CALL][CALL_ID], None)
        return sorted(found.values(), key=itemgetter(CALL_ID))

    def whole_call(self, call: Record) -> Record:
        """Return the record of ``call``, an open one, with its arguments."""
        return call

    def rewrite_end(self, call: Record, value: Struct, info: ExceptionInfo, raised_in: int) -> None:
        """Replace the exception in the end of ``call``, which is near the end of the log."""
        # From the end, and not far: the event that asks for this comes right after the call has ended.
        for index in range(len(self) - 1, max(0, len(self) - _NEAR), -1):
            record = self[index]
            if record[KIND] in _ENDS and record[CALL] is call:
                shown = value if record[KIND] is EventType.EXCEPTION else None
                self[index] = (record[KIND], record[TIME], record[MEMORY], call, shown, info, raised_in, True)
                if record[KIND] is EventType.EXCEPTION:
                    return
