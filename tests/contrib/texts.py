"""The text of one value, as a trace shows it."""

from __future__ import annotations

__all__ = ["text"]

from typing import Any

import snapy_instrument.contrib.known_libraries as _registered  # noqa: F401
from snapy_instrument.capture.capture import Capture
from snapy_instrument.capture.describers.registry import Frames


def text(value: Any, frames: Frames = "shape") -> str:
    """``value`` captured alone."""
    return repr(Capture(frames=frames).value(value))
