"""One thread in one recording."""

from __future__ import annotations

from snapy_instrument._thread_flags import thread_flags
from snapy_instrument.recording.lanes import Context
from snapy_instrument.recording.spawns import Origin


def test_a_thread_begins_without_open_calls() -> None:
    """And outside of any task."""
    context = Context("1", thread_flags(), home=True, origin=None, records=True)
    assert (context.stack, context.task) == ([], None)


def test_stacks_are_not_shared() -> None:
    """Each thread has its own."""
    one, two = (Context(name, thread_flags(), home=False, origin=None, records=True) for name in "12")
    assert one.stack is not two.stack


def test_it_has_what_it_was_made_with() -> None:
    """The flags are the thread's own."""
    origin = Origin(3, 1)
    context = Context("7", thread_flags(), home=False, origin=origin, records=False)
    assert (context.thread_id, context.home, context.origin, context.records) == ("7", False, origin, False)
    assert context.flags is thread_flags()
