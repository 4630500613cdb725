"""Errors and warnings of the library."""

from __future__ import annotations

import warnings

from snapy_instrument.errors import SnapyError, SnapyWarning, TraceError, warn


def test_every_error_of_ours_has_one_base() -> None:
    """So users can catch them all."""
    assert issubclass(TraceError, SnapyError)


def test_a_warning_ends_with_its_slug() -> None:
    """It names the entry in the docs."""
    warning = SnapyWarning("no-calls", "nothing was traced")
    assert (str(warning), warning.slug) == ("nothing was traced [no-calls]", "no-calls")


def test_a_warning_points_at_the_caller() -> None:
    """At the line that called what warns."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        warn("no-calls", "nothing was traced", stacklevel=1)
    assert [(each.category, each.filename) for each in found] == [(SnapyWarning, __file__)]
