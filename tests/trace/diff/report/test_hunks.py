"""Changes as old and new lines."""

from __future__ import annotations

from snapy_instrument.trace.diff.diff import diff_traces


def hunks(old: str, new: str) -> list[str]:
    """The lines of the report behind the summary."""
    diff = diff_traces(f"trace v1 standard\n{old}", f"trace v1 standard\n{new}")
    return diff.lines()[1:]


def test_a_change_has_its_old_and_its_new_line() -> None:
    """Inside the calls around it."""
    assert hunks("m.f()\n  m.g(x=1)", "m.f()\n  m.g(x=2)") == ["  m.f()", "-   m.g(x=1)", "+   m.g(x=2)"]


def test_neighbouring_changes_share_the_calls_around_them() -> None:
    """These are shown once."""
    old, new = "m.f()\n  m.g(x=1)\n  m.h(x=1)", "m.f()\n  m.g(x=7)\n  m.h(x=8)"
    assert [line for line in hunks(old, new) if line.startswith(" ")] == ["  m.f()"]


def test_an_added_call_is_shown_with_what_is_inside_it() -> None:
    """And its outcome."""
    assert hunks("m.f()", "m.f()\nm.g()\n  m.h() -> 1\n  -> 2") == ["+ m.g()", "+   m.h() -> 1", "+   -> 2"]


def test_a_large_call_is_cut() -> None:
    """What is left out is counted."""
    inside = "\n".join(f"  m.h(n={n})" for n in range(30))
    assert hunks("m.f()", f"m.f()\nm.g()\n{inside}")[-1] == "+   ... and 20 more lines inside"


def test_many_changes_alike_are_cut() -> None:
    """Ten of a kind and function are shown."""
    old, new = ("\n".join(f"m.f(x={n + base})" for n in range(30)) for base in (0, 1000))
    lines = hunks(old, new)
    assert (len(lines), lines[-1]) == (21, "... and 20 more")


def test_the_end_of_a_call_with_children_is_a_line_inside_it() -> None:
    """As in the text."""
    assert hunks("m.f()\n  m.g()\n  -> 1", "m.f()\n  m.g()\n  -> 2") == ["  m.f()", "-   -> 1", "+   -> 2"]
