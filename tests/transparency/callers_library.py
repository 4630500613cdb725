"""A library that is not hooked."""

from __future__ import annotations

import sys
import warnings
from types import FrameType


def warn_of_the_caller() -> None:
    """Warn in the name of the function that calls the caller."""
    warnings.warn("old", stacklevel=3)


def first_frame_outside() -> FrameType | None:
    """Return the frame that called into this module."""
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_globals["__name__"] == __name__:
        frame = frame.f_back
    return frame
