"""Refuses snapshots of traces without calls: they would pass whatever the program does.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["EmptyTraces", "empty_traces"]

import re
from typing import Any

from snapy_instrument.errors import TraceError

_HEADER = re.compile(r"trace v\d+ [^\n]*\n?")


class EmptyTraces:
    """What the running test says about traces without calls.

    Attributes:
        allowed: Whether they may be snapshots, where a tracer does not say so itself.
    """

    def __init__(self) -> None:
        self.allowed = False

    def check(self, data: Any, text: str) -> None:
        """Refuse an empty trace.

        Args:
            data: What the snapshot is made of: a tracer, a trace, a `TracedExecution` or a text.
            text: The text of the trace.

        Raises:
            TraceError: It has no calls and nothing allows that; the message says why it has none.
        """
        from snapy_instrument.trace.text.layout import NO_CALLS

        own = getattr(data, "allow_empty", None)
        rest = _HEADER.sub("", text, count=1) if _HEADER.match(text) else text
        if rest.strip() not in ("", NO_CALLS) or (self.allowed if own is None else own):
            return
        why_empty = getattr(data, "why_empty", None)
        reason = why_empty() if callable(why_empty) else "compare the tracer itself to see why"
        raise TraceError(
            f"the trace is empty: {reason or 'none of the recorded calls is in its text'} (where that is right: "
            "traced(..., allow_empty=True), @pytest.mark.snapy(allow_empty=True), or snapy_allow_empty = true in the "
            "ini file)"
        )


empty_traces = EmptyTraces()
"""The setting of the running test."""
