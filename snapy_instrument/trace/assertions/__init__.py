"""Assertions about single calls and budgets, for tests that need no snapshot, and the messages of those that fail.

`CallAssertions` is what `Trace` and the tracers inherit, `Calls` the list that ``trace.calls`` returns, and
``excerpt.marked_lines`` the bounded text with marks that other messages use, too. The other modules are parts of these.
"""
