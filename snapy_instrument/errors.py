"""Errors and warnings of the library.

Errors reach the user only from calls the user makes to us (entering a tracer, installing a hook, reading a
trace). Nothing here is ever raised into a traced program.
"""

from __future__ import annotations

__all__ = ["SnapyError", "SnapyWarning", "TraceError", "warn"]

import warnings


class SnapyError(Exception):
    """Base of every error this library raises on purpose."""


class TraceError(SnapyError):
    """A trace, a tracer or a list of events is malformed or used wrongly."""


class SnapyWarning(UserWarning):
    """Something was left out or could not be done. ``slug`` names its entry in docs/messages.md."""

    def __init__(self, slug: str, message: str) -> None:
        super().__init__(f"{message} [{slug}]")
        self.slug = slug


def warn(slug: str, message: str, *, stacklevel: int = 2) -> None:
    """Issue a `SnapyWarning` that points ``stacklevel`` frames above the caller of this function."""
    warnings.warn(SnapyWarning(slug, message), stacklevel=stacklevel + 1)
