"""The report of a diff."""

from __future__ import annotations

import pytest

from snapy_instrument.trace.diff.diff import TraceDiff, diff_traces
from tests.trace.diff.test_diff import OTHERS, deep, diff


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("m.f()", "m.f()\n  m.a()", "m.a added under m.f"),
        ("m.f()", "m.f()\nm.a()", "m.a added at the top"),
        ("m.f()\n  m.a(x=1)\n  m.b()", "m.f()\n  m.b()", "m.a removed under m.f"),
        ("m.f()\n  m.a(x=1)\n  m.a(x=2)", "m.f()\n  m.a(x=1)", "m.a removed under m.f (call 2 of 2)"),
        ("m.f()", "m.f()\n  m.a() [x3]", "m.a added 3 times under m.f (calls 1 to 3 of 3)"),
        ("m.f()\n  m.a()", "m.f()\n  m.n(z=1)\n    m.a()", "m.n added around 1 call under m.f"),
        ("m.f()\n  m.a() [x2]", "m.f()\n  m.a()", "m.a called 1 time, was 2, under m.f"),
        ("m.f()\n  m.a()\n  m.b()", "m.f()\n  m.b()\n  m.a()", "m.a moved behind m.b under m.f"),
        ("m.f()\n  m.a(x=1)\nm.g()", "m.f()\nm.g()\n  m.a(x=1)", "m.a moved from m.f to m.g"),
        ("m.f()\n  m.a(x=1)", "m.f()\n  m.b(x=1)", "m.b called in place of m.a under m.f"),
        ("m.f(x=[1, 2])", "m.f(x=[1, 3])", "m.f called with x[1]: 2 -> 3"),
        ("m.f(x=[1, 2])", "m.f(x=[4, 3])", "m.f called with x[0]: 1 -> 4 (and 1 more inside)"),
        ("m.f(x=1)", "m.f(x=1, y=2)", "m.f called with y: 2 added"),
        ("m.f() -> 1\nm.f() -> 2", "m.f() -> 1\nm.f() -> 3", "m.f returned 3, was 2 (call 2 of 2)"),
        ("m.f() -> {'ok': True}", "m.f() -> {'ok': False}", "m.f returned ['ok']: True -> False"),
        ("m.f() -> 1", "m.f() -> <unfinished>", "m.f returned <unfinished>, was 1"),
        ("m.f() -> 1", "m.f() raises E('x')", "m.f now raises E('x'), had returned 1"),
        ("m.f() raises E('x')", "m.f()", "m.f no longer raises E('x'), returned None"),
        ("m.f() raises E('x')", "m.f() raises F('x')", "m.f raises F('x'), was E('x')"),
        ("m.f()", "m.f()\n[lost]", "the trace now says [lost]"),
        ("m.f()\n  [lost]", "m.f()", "m.f no longer says [lost]"),
        ("m.f()\n  [lost]", "m.f()\n  [found]", "m.f has [found], was [lost]"),
        (OTHERS, f"{OTHERS}  m.a()", "m.a added under [other threads, order not significant]"),
    ],
)
def test_summary(old: str, new: str, expected: str) -> None:
    """One change is one line."""
    assert diff(old, new).summary == f"1 change: {expected}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("yields 1", "yields 2", "m.f yields 1 -> 2"),
        ("yields [1, 2]", "yields [1, 3]", "m.f yields [1]: 2 -> 3"),
        ("sets x=1, y=1", "sets x=1, y=2", "m.f sets y: 1 -> 2"),
        ("yields 1\n  yields 2", "yields 1", "m.f no longer yields 2"),
        ("yields 1", "yields 1\n  receives 2", "m.f now receives 2"),
        ("yields 1", "[task a]\n  yields 1", "m.f now is marked [task a]"),
    ],
)
def test_summary_of_other_lines(old: str, new: str, expected: str) -> None:
    """What happens between calls is reported of the call around it."""
    assert diff(f"m.f()\n  {old}\n  -> 1", f"m.f()\n  {new}\n  -> 1", "verbose").summary == f"1 change: {expected}"


def test_summary_begins_with_the_cause() -> None:
    """What follows from it is left out."""
    found = diff(
        "shop.checkout()\n  shop.tax() -> 0.7\n  -> 1.7",
        "shop.checkout()\n  shop.tax() -> 0.5\n  shop.audit()\n  -> 1.5",
    )
    assert found.summary == "2 changes: shop.tax returned 0.5, was 0.7; shop.audit added under shop.checkout"


def test_summary_of_changes_of_one_kind() -> None:
    """The first represents all."""
    old = "\n".join(f"m.f(n={n}) -> {n}" for n in range(300))
    assert diff(old, old.replace("-> ", "-> 1")).summary == (
        "300 changes: m.f returned 10, was 0 (call 1 of 300), and 299 more like it"
    )


def many(number: int, result: int) -> str:
    """Calls of as many functions."""
    return "\n".join(f"shop.module_number_{n}.function() -> {result}" for n in range(number))


def test_summary_is_not_long() -> None:
    """What does not fit is counted."""
    summary = diff(many(30, 1), many(30, 2)).summary
    assert len(summary) < 220
    assert summary.startswith("30 changes: shop.module_number_0.function returned 2, was 1; shop.module_number_1.")
    assert summary.endswith("; and 27 more")


def test_long_values_are_cut_around_the_difference() -> None:
    """So that one sees it."""
    old = f"m.f(x='{'a' * 500}b{'c' * 500}')"
    assert diff(old, old.replace("b", "B")).summary == (
        f"1 change: m.f called with x: ...{'a' * 15}b{'c' * 34}... -> ...{'a' * 15}B{'c' * 34}..."
    )


def test_overview_has_paths_and_lines() -> None:
    """Each change with its callers, its number and its lines; what follows comes last."""
    found = diff(
        "m.f()\n  m.g(x=1)\n    m.tax() -> 0.7\n    m.tax() -> 0.9\n    -> 1.7\n  -> 2.7",
        "m.f()\n  m.new()\n  m.g(x=1)\n    m.tax() -> 0.5\n    m.tax() -> 0.9\n    -> 1.5\n  -> 2.5",
    )
    assert found.overview() == [
        "2 changes: m.new added under m.f; m.tax returned 0.5, was 0.7 (call 1 of 2)",
        "  m.f > {+m.new()+} (new line 3)",
        "  m.f > m.g > m.tax() -> [-0.7-]{+0.5+} (call 1 of 2, line 4 -> 5)",
        "  and 2 consequences",
    ]


def test_overview_counts_what_is_left() -> None:
    """Seven lines at most."""
    overview = diff(
        f"m.f(x=1.25)\n  m.g(x=1.25)\n{many(30, 1)}", f"m.f(x=2.25)\n  m.g(x=2.25)\n{many(30, 2)}"
    ).overview()
    assert len(overview) == 7
    assert overview[1:3] == [
        "  m.f(x=[-1.25-]{+2.25+}) (line 2)",
        "  shop.module_number_0.function() -> [-1-]{+2+} (line 4)",
    ]
    assert overview[-1] == "  and 26 more changes, 1 consequence"


def test_overview_shortens_paths() -> None:
    """Of a long chain of callers the last one is shown."""
    names = [f"package.module_{n}.function" for n in range(6)]
    text = "\n".join(f"{'  ' * depth}{name}()" for depth, name in enumerate(names))
    assert (
        diff(text, f"{text} -> 1")
        .overview()[1]
        .startswith("  ... > package.module_4.function > package.module_5.function() {+-> 1+}")
    )


def hunks(found: TraceDiff) -> list[str]:
    """The report without its summary."""
    return found.lines()[1:]


def test_hunks_show_old_and_new_lines_under_their_callers() -> None:
    """In the order of the text; callers are not shown twice."""
    found = diff(
        "m.f(x=1)\n  m.g()\n    m.tax() -> 0.7\n    -> 1.7\n  m.h(y=1)\n    m.i()\n  -> 2.7",
        "m.f(x=1)\n  m.g()\n    m.tax() -> 0.5\n    -> 1.5\n  m.h(y=2)\n    m.i()\n    m.j()\n      m.k()\n  -> 2.5",
    )
    assert hunks(found) == [
        "  m.f(x=1)",
        "    m.g()",
        "-     m.tax() -> 0.7",
        "+     m.tax() -> 0.5",
        "-     -> 1.7",
        "+     -> 1.5",
        "-   m.h(y=1)",
        "+   m.h(y=2)",
        "+     m.j()",
        "+       m.k()",
        "-   -> 2.7",
        "+   -> 2.5",
    ]


def test_line_with_two_changes_is_shown_once() -> None:
    """Arguments and result of a leaf stand on one line."""
    assert hunks(diff("m.f(x=1) -> 1", "m.f(x=2) -> 2")) == ["- m.f(x=1) -> 1", "+ m.f(x=2) -> 2"]


def test_call_that_has_calls_inside_now() -> None:
    """Its result is in another place."""
    assert hunks(diff("m.f() -> 1", "m.f()\n  m.g()\n  -> 2")) == ["  m.f()", "+   m.g()", "-   -> 1", "+   -> 2"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("m.f()\n  m.a() [x3]", "m.f()\n  m.a() [x5]", ["  m.f()", "-   m.a() [x3]", "+   m.a() [x5]"]),
        ("m.a()\nm.b()\nm.a()", "m.a()\nm.b()\nm.a()\nm.b()", ["+ m.b()"]),
        ("m.a(x=1)\nm.b()", "m.b()\nm.a(x=1)", ["- m.a(x=1)", "+ m.a(x=1)"]),
        ("m.f()\n  m.a()\nm.g()", "m.f()\nm.g()\n  m.a()", ["  m.f()", "-   m.a()", "  m.g()", "+   m.a()"]),
        ("m.a(x=1) -> 1 [x3]", "m.a(x=2) -> 1 [x3]", ["- m.a(x=1) -> 1 [x3]", "+ m.a(x=2) -> 1 [x3]"]),
        ("m.f()\n  m.a()", "m.f()\n  m.n(z=1)\n    m.a()\n    -> 1", ["  m.f()", "+   m.n(z=1)"]),
        ("m.f()", "m.f()\n[lost]", ["+ [lost]"]),
        (f"{OTHERS}  m.a() -> 1", f"{OTHERS}  m.a() -> 2", ["  " + OTHERS[9:-1], "-   m.a() -> 1", "+   m.a() -> 2"]),
    ],
)
def test_hunk_of_each_kind(old: str, new: str, expected: list[str]) -> None:
    """Repetitions, moves, calls put around others, markers, other threads."""
    assert hunks(diff(old, new)) == expected


def test_long_callers_are_shortened() -> None:
    """The name is enough to find one's way."""
    old = f"m.f(x='{'a' * 200}')\n  m.g() -> 1"
    assert hunks(diff(old, old.replace("-> 1", "-> 2")))[0] == "  m.f(...)"


def test_large_subtrees_are_cut() -> None:
    """Of an added call with many calls inside the first ten lines are shown."""
    inside = "\n".join(f"  m.g(n={n})" for n in range(50))
    lines = hunks(diff("m.a()", f"m.a()\nm.f()\n{inside}\n  -> 1"))
    assert (len(lines), lines[0], lines[-1]) == (12, "+ m.f()", "+   ... and 41 more lines inside")


def test_many_changes_of_one_kind_are_cut() -> None:
    """Ten changes of one kind of one function are enough."""
    old = "\n".join(f"m.f(n={n}) -> {n}" for n in range(300))
    lines = hunks(diff(old, old.replace("-> ", "-> 1")))
    assert (len(lines), lines[-1]) == (21, "... and 290 more")


def test_deep_callers_are_cut() -> None:
    """The six nearest callers are shown."""
    lines = hunks(diff(deep(1000, 1), deep(1000, 2)))
    assert lines == [
        "  ... > m.f(n=993)",
        *(f"{'  ' * depth}m.f(n={992 + depth})" for depth in range(2, 7)),
        f"-{'  ' * 6} m.f(n=999) -> 1",
        f"+{'  ' * 6} m.f(n=999) -> 2",
    ]


def test_report_has_no_empty_lines_and_no_colours() -> None:
    """It is inside the output of others."""
    found = diff("m.f()\n  m.a() -> 1\nm.g()", "m.f()\n  m.a() -> 2\n  m.b()")
    assert all(line and "\x1b" not in line for line in found.lines())
    assert str(found) == "\n".join(found.lines())


def test_level_is_reported_first() -> None:
    """That the texts tell different things explains the rest."""
    found = diff_traces("trace v1 standard\nm.f()", "trace v1 verbose\nm.f() -> None")
    assert found.lines() == [
        "1 change: the level is verbose, was standard: only what both levels show is compared",
        "- trace v1 standard",
        "+ trace v1 verbose",
    ]
