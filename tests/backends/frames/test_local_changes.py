"""Which locals a line changed."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any, cast

from snapy_instrument.backends.frames.local_changes import LocalChanges
from snapy_instrument.recording.sink import Sink


class Plain:
    """A sink that shows values as they are."""

    def captured(self, call: Any, name: str, value: Any) -> Any:
        """Return a copy of a list, else the value."""
        return list(value) if type(value) is list else value


SINK = cast("Sink", Plain())


def frame() -> FrameType:
    """Return the frame of the caller."""
    return sys._getframe(1)


def test_the_first_line_shows_nothing() -> None:
    """What is there then are the arguments, which the call shows."""
    number = 1
    assert LocalChanges().of(frame(), SINK, None) == {}
    assert number == 1


def test_new_and_changed_names_are_shown() -> None:
    """Others are not."""
    changes = LocalChanges()
    same, number = 1, 1
    changes.of(frame(), SINK, None)
    number = 2
    added = 3
    found = changes.of(frame(), SINK, None)
    assert found == {"number": 2, "added": 3}
    assert (same, number, added) == (1, 2, 3)


def test_a_value_of_another_type_is_a_change() -> None:
    """True equals 1 and is not the same."""
    changes = LocalChanges()
    value: Any = 1
    changes.of(frame(), SINK, None)
    value = True
    found = changes.of(frame(), SINK, None)
    assert found == {"value": value}
