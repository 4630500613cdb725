"""What happens at each event of `sys.monitoring`."""

from __future__ import annotations

import sys
from types import CodeType, FrameType

import pytest

from snapy_instrument.backends.frames.monitoring.callbacks import FrameCallbacks, Known

pytestmark = pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring came with Python 3.12")


def made(asked: list[CodeType]) -> FrameCallbacks:
    """Callbacks for tracers that want no frame."""

    def decide(decisions: dict[int, Known], code: CodeType, frame: FrameType) -> Known:
        asked.append(code)
        return Known(code, None)

    return FrameCallbacks(decide, lambda code: None)


def test_there_is_a_callback_for_each_event() -> None:
    """By its name in `sys.monitoring.events`."""
    assert sorted(made([]).by_event) == [
        "LINE",
        "PY_RESUME",
        "PY_RETURN",
        "PY_START",
        "PY_THROW",
        "PY_UNWIND",
        "PY_YIELD",
    ]


def test_code_that_nobody_wants_is_disabled() -> None:
    """It runs at full speed from then on."""
    if sys.version_info >= (3, 12):
        asked: list[CodeType] = []
        code = sys._getframe().f_code
        assert made(asked).by_event["PY_START"](code, 0) is sys.monitoring.DISABLE
        assert asked == [code]


def test_frames_that_are_not_known_end_without_an_event() -> None:
    """Other tools' frames, and those that began before the tracer."""
    callbacks = made([])
    code = sys._getframe().f_code
    for event, value in (("PY_RETURN", 1), ("PY_UNWIND", ValueError()), ("PY_YIELD", 1), ("PY_THROW", ValueError())):
        assert callbacks.by_event[event](code, 0, value) is None


def test_forgotten_frames_are_in_no_table() -> None:
    """Later frames will have their numbers."""
    callbacks = made([])
    before = callbacks.suspensions
    callbacks.forget_frames()
    assert callbacks.suspensions is not before
    assert callbacks.suspensions.frames == {}
