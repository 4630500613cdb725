"""What a diff finds."""

from __future__ import annotations

import pytest

import snapy_instrument
from snapy_instrument.errors import TraceError
from snapy_instrument.trace.diff.change import Change
from snapy_instrument.trace.diff.diff import TraceDiff, diff_traces
from snapy_instrument.trace.trace import Trace
from snapy_instrument.trace.tree import Events
from tests.trace.builders import call, events, thing
from tests.trace.text.test_layout import SHOP, shop


def diff(old: str, new: str, level: str = "standard") -> TraceDiff:
    """The diff of two texts without their header."""
    return diff_traces(f"trace v1 {level}\n{old}", f"trace v1 {level}\n{new}")


def only(found: TraceDiff) -> Change:
    """The only change."""
    (change,) = found.changes
    return change


def kinds(found: TraceDiff) -> list[tuple[str, str]]:
    """Kind and name of each change."""
    return [(change.kind, change.name) for change in found.changes]


# -- what can be compared ---------------------------------------------------------------------------------


def test_equal_traces_have_no_diff() -> None:
    """Nothing changed, and the diff is false."""
    found = diff_traces(SHOP, SHOP)
    assert (bool(found), found.changes, found.consequences, str(found)) == (False, (), (), "no change")


def test_texts_events_and_traces_can_be_compared() -> None:
    """Each with each."""
    recorded = events(*shop())
    forms: list[Events | str] = [SHOP, f"{SHOP}\n", recorded, Trace(recorded)]
    assert [bool(diff_traces(old, new)) for old in forms for new in forms] == [False] * 16


def test_events_are_reported_at_the_level_of_the_text() -> None:
    """The text of a snapshot decides how much is compared."""
    recorded = events(call("m.f", x=1)(call("m.g").raises("KeyError", "k")).returns(2))
    assert not diff_traces("trace v1 minimal\nm.f\n  m.g raises KeyError", recorded)


def test_method_of_a_trace() -> None:
    """A trace compares itself with a newer one."""
    old, new = Trace(events(call("m.f"))), Trace(events(call("m.f"), call("m.g")))
    assert kinds(old.diff(new)) == [("added", "m.g")]


def test_name_of_the_face() -> None:
    """``from snapy_instrument import diff_traces``."""
    assert snapy_instrument.diff_traces is diff_traces


def test_malformed_text_is_an_error() -> None:
    """It says which of the texts, which line and why."""
    with pytest.raises(TraceError, match="line 3 of the old trace cannot be read: 'broken': a call is a name and"):
        diff("f()\nbroken", "f()")


def test_text_without_header_is_an_error() -> None:
    """Any text is not the text of a trace."""
    with pytest.raises(TraceError, match="line 1 of the trace cannot be read: 'hello': a trace begins with its header"):
        diff_traces("hello", [])


# -- one change of each kind ------------------------------------------------------------------------------


def test_added() -> None:
    """A call that was not made before."""
    change = only(diff("m.f()\n  m.a()", "m.f()\n  m.a()\n  m.b(x=1) -> 2"))
    assert (change.kind, change.path, change.name) == ("added", ("m.f", "m.b"), "m.b")
    assert (change.old, change.new, change.old_line, change.new_line) == ("", "m.b(x=1) -> 2", None, 4)


def test_removed() -> None:
    """A call that is not made any more; what was inside is gone with it."""
    change = only(diff("m.f()\n  m.a()\n    m.b()\n  m.c()", "m.f()\n  m.c()"))
    assert (change.kind, change.path, change.old, change.new) == ("removed", ("m.f", "m.a"), "m.a()", "")
    assert (change.old_line, change.new_line) == (3, None)


def test_moved_among_its_siblings() -> None:
    """The same call, later."""
    change = only(diff("m.f()\n  m.a()\n  m.b()\n  m.c()", "m.f()\n  m.b()\n  m.c()\n  m.a()"))
    assert (change.kind, change.name, change.after, change.origin) == ("moved", "m.a", "m.c", None)
    assert (change.old_line, change.new_line) == (3, 5)


def test_moved_to_another_caller() -> None:
    """The same call, made by another one."""
    change = only(diff("m.f()\n  m.a(x=1)\nm.g()", "m.f()\nm.g()\n  m.a(x=1)"))
    assert (change.kind, change.path, change.old_line, change.new_line) == ("moved", ("m.g", "m.a"), 3, 4)
    assert change.origin is not None
    assert change.origin.path == ("m.f",)


def test_repeated() -> None:
    """An extra call in a loop."""
    change = only(diff("m.f()\n  m.a() [x3]", "m.f()\n  m.a() [x5]"))
    assert (change.kind, change.name, change.old, change.new) == ("repeated", "m.a", "3", "5")


def test_repeated_with_others_between() -> None:
    """Copies are counted wherever they stand among the calls of one caller."""
    found = diff("m.f()\n  m.a()\n  m.b(n=1)\n  m.a()", "m.f()\n  m.a()\n  m.b(n=1)\n  m.a()\n  m.b(n=2)\n  m.a()")
    assert [(each.kind, each.name, each.old, each.new) for each in found.changes] == [
        ("added", "m.b", "", "m.b(n=2)"),
        ("repeated", "m.a", "2", "3"),
    ]


def test_renamed() -> None:
    """Another function that is called in the same way and does the same."""
    change = only(diff("m.f()\n  m.a(x=1)\n    m.b() -> 2", "m.f()\n  n.aa(x=1)\n    m.b() -> 2"))
    assert (change.kind, change.name, change.old, change.new) == ("renamed", "n.aa", "m.a", "n.aa")


def test_moved_module_is_renamed_call_by_call() -> None:
    """Calls with the same last name and arguments belong together though everything inside has other names."""
    found = diff("m.f(x=1)\n  m.g(y=1)\n    m.h(z=1) -> 1", "n.f(x=1)\n  n.g(y=1)\n    n.h(z=1) -> 2")
    assert kinds(found) == [("renamed", "n.f"), ("renamed", "n.g"), ("renamed", "n.h"), ("result", "n.h")]


def test_argument() -> None:
    """The path inside the value is reported."""
    change = only(diff("m.f(a=1, b=[{'k': (1, 2)}])", "m.f(a=1, b=[{'k': (1, 3)}])"))
    assert (change.kind, change.values) == ("argument", (("b[0]['k'][1]", "2", "3"),))


def test_result() -> None:
    """What a call gave."""
    change = only(diff("m.f() -> 1", "m.f() -> 2"))
    assert (change.kind, change.old, change.new) == ("result", "1", "2")


def test_result_that_was_none() -> None:
    """An absent result is None."""
    change = only(diff("m.f()", "m.f() -> 2"))
    assert (change.kind, change.old, change.new) == ("result", "None", "2")


def test_result_behind_the_calls_inside() -> None:
    """Its own lines are named, and its place does not matter."""
    change = only(diff("m.f()\n  m.a()\n  -> 1", "m.f()\n  m.a()\n  -> 2"))
    assert (change.kind, change.old_line, change.new_line) == ("result", 4, 4)


def test_raises() -> None:
    """A call that is left by an exception now."""
    change = only(diff("m.f() -> 1", "m.f() raises ValueError('x')"))
    assert (change.kind, change.old, change.new) == ("raises", "1", "ValueError('x')")


def test_no_longer_raises() -> None:
    """A call that returns now."""
    change = only(diff("m.f() raises ValueError('x')", "m.f() -> 1"))
    assert (change.kind, change.old, change.new) == ("no longer raises", "ValueError('x')", "1")


def test_other_exception() -> None:
    """Another type, or other arguments."""
    found = diff("m.f() raises KeyError('x')\nm.g() raises E(1)", "m.f() raises IndexError('x')\nm.g() raises E(2)")
    assert [(change.kind, change.values) for change in found.changes] == [
        ("exception", (("", "KeyError('x')", "IndexError('x')"),)),
        ("exception", (("[0]", "1", "2"),)),
    ]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("yields 1", "yields 2", "yield"),
        ("receives 1", "receives 2", "resume"),
        ("sets x=1", "sets x=2", "line"),
        ("[lost]", "[found]", "marker"),
        ("[task a]", "[task b]", "label"),
    ],
)
def test_other_lines(old: str, new: str, kind: str) -> None:
    """Lines between calls are compared, too; the change concerns the call around them."""
    change = only(diff(f"m.f()\n  {old}\n  -> 1", f"m.f()\n  {new}\n  -> 1", "verbose"))
    assert (change.kind, change.name, change.old, change.new, change.old_line) == (kind, "m.f", old, new, 3)


def test_number_of_hidden_calls() -> None:
    """The result follows from what was done inside."""
    found = diff("m.f(x=1) [+3 calls] -> 1", "m.f(x=1) [+4 calls] -> 2")
    assert [(each.kind, each.old, each.new, each.follows) for each in (*found.changes, *found.consequences)] == [
        ("hidden", "[+3 calls]", "[+4 calls]", False),
        ("result", "1", "2", True),
    ]
    assert found.lines() == [
        "1 change: m.f hides 4 calls inside, was 3 calls",
        "- m.f(x=1) [+3 calls] -> 1",
        "+ m.f(x=1) [+4 calls] -> 2",
    ]


def test_calls_that_one_side_hides() -> None:
    """A text that shows them all does not say the same."""
    found = diff("m.f() [+1 call]", "m.f()\n  m.g()")
    assert [found.summary, diff("m.f()\n  m.g()", "m.f() [+1 call]").summary] == [
        "2 changes: m.f shows the 1 call that it hid; m.g added under m.f",
        "2 changes: m.f hides 1 call inside, was showing them; m.g removed under m.f",
    ]


def test_hidden_calls_at_minimal() -> None:
    """They are compared between levels, too."""
    assert not diff_traces("trace v1 minimal\nm.f [+1 call]", "trace v1 standard\nm.f() [+1 call]").changes[1:]


def test_line_that_is_gone() -> None:
    """A yield less."""
    change = only(diff("m.f()\n  yields 1\n  yields 2\n  -> 1", "m.f()\n  yields 1\n  -> 1", "verbose"))
    assert (change.kind, change.old, change.new) == ("yield", "yields 2", "")


def test_marker_at_the_end() -> None:
    """What the tracer says of the whole trace."""
    change = only(diff("m.f()", "m.f()\n[recording stopped]"))
    assert (change.kind, change.name, change.path, change.new) == ("marker", "", (), "[recording stopped]")


def test_level() -> None:
    """Texts of two levels are compared in what both tell."""
    found = diff_traces(
        "trace v1 standard\nm.f(x=1)\n  m.g() -> 2\n  m.g() -> 3\n  -> 1", "trace v1 minimal\nm.f\n  m.g [x2]\n  m.h"
    )
    assert [(change.kind, change.new) for change in found.changes] == [("header", "trace v1 minimal"), ("added", "m.h")]


# -- wrapped calls ----------------------------------------------------------------------------------------


def test_call_put_around_others() -> None:
    """Extracting a function is one change, and what changed inside is still found."""
    old = "m.f()\n  m.a(x=1) -> 1\n  m.b() -> 2\n  m.c()"
    found = diff(old, "m.f()\n  m.new()\n    m.a(x=1) -> 1\n    m.b() -> 3\n  m.c()")
    assert kinds(found) == [("added", "m.new"), ("result", "m.b")]
    assert [change.around for change in found.changes] == [2, 0]
    assert found.changes[1].path == ("m.f", "m.new", "m.b")


def test_call_taken_from_around_others() -> None:
    """A frame that is filtered out now leaves its children."""
    change = only(diff("m.f()\n  m.old()\n    m.a(x=1)\n    m.b()\n  m.c()", "m.f()\n  m.a(x=1)\n  m.b()\n  m.c()"))
    assert (change.kind, change.name, change.around) == ("removed", "m.old", 2)


def test_copies_are_not_torn_apart_to_wrap_them() -> None:
    """One of two equal calls is gone, and a call that makes it is new."""
    found = diff("m.f()\n  m.a() [x2]\n  m.b()", "m.f()\n  m.a()\n  m.n()\n    m.a()\n  m.b()")
    assert kinds(found) == [("repeated", "m.a"), ("added", "m.n")]


def test_one_level_of_recursion_more() -> None:
    """The calls further in are the same as before."""
    change = only(diff("m.f(n=2)\n  m.f(n=1)", "m.f(n=3)\n  m.f(n=2)\n    m.f(n=1)"))
    assert (change.kind, change.name, change.new, change.around) == ("added", "m.f", "m.f(n=3)", 1)


# -- causes and consequences ------------------------------------------------------------------------------


def test_results_of_callers_follow() -> None:
    """The cause is the innermost result that changed."""
    found = diff(
        "m.f()\n  m.g()\n    m.tax() -> 0.7\n    -> 1.7\n  -> 2.7",
        "m.f()\n  m.g()\n    m.tax() -> 0.5\n    -> 1.5\n  -> 2.5",
    )
    assert kinds(found) == [("result", "m.tax")]
    assert [(change.name, change.follows, change.inside_changed) for change in found.consequences] == [
        ("m.g", True, True),
        ("m.f", True, True),
    ]


def test_exception_passed_up_follows() -> None:
    """The cause is where the exception begins."""
    found = diff("m.f()\n  m.g() -> 1\n  -> 1", "m.f()\n  m.g() raises E('x')\n  raises ^E")
    assert (kinds(found), [each.kind for each in found.consequences]) == ([("raises", "m.g")], ["raises"])


def test_exception_that_is_not_passed_up_any_more_follows() -> None:
    """The callers return as well."""
    found = diff("m.f()\n  m.g() raises E('x')\n  raises ^E", "m.f()\n  m.g() -> 1\n  -> 1")
    assert (kinds(found), [each.kind for each in found.consequences]) == (
        [("no longer raises", "m.g")],
        ["no longer raises"],
    )


def test_new_exception_in_a_caller_is_a_change_of_its_own() -> None:
    """It begins there, whatever happened before."""
    found = diff("m.f()\n  m.g() -> 1\n  -> 1", "m.f()\n  m.g() -> 2\n  raises ValueError('2')")
    assert kinds(found) == [("result", "m.g"), ("raises", "m.f")]


def test_result_of_changed_arguments_follows() -> None:
    """Other arguments give other results."""
    found = diff("m.f(x=1) -> 1", "m.f(x=2) -> 2")
    assert (kinds(found), [each.kind for each in found.consequences]) == ([("argument", "m.f")], ["result"])


def test_changed_value_passed_on_follows() -> None:
    """What a call was given it gives to those inside."""
    found = diff("m.f(x=[1, 2])\n  m.g(y=2)", "m.f(x=[1, 3])\n  m.g(y=3)")
    assert (kinds(found), [each.name for each in found.consequences]) == ([("argument", "m.f")], ["m.g"])


def test_changed_result_passed_on_follows() -> None:
    """A distinctive value is recognised later."""
    found = diff("m.tax() -> 10.1\nm.pay(amount=10.1)", "m.tax() -> 9.9\nm.pay(amount=9.9)")
    assert (kinds(found), [each.name for each in found.consequences]) == ([("result", "m.tax")], ["m.pay"])


def test_argument_computed_like_a_result_follows() -> None:
    """A sum that a caller passes on, and then gives back, has changed because its parts have."""
    old = "m.f()\n  m.tax() -> 10.5\n  m.audit(total=20.5)\n  -> 20.5"
    found = diff(old, old.replace("10.5", "11.5").replace("20.5", "21.5"))
    assert (kinds(found), [each.name for each in found.consequences]) == ([("result", "m.tax")], ["m.audit", "m.f"])


def test_first_change_never_follows() -> None:
    """What changed first has no cause among the changes."""
    found = diff("m.f()\n  m.audit(total=20.5)\n  -> 20.5", "m.f()\n  m.audit(total=21.5)\n  -> 21.5")
    assert kinds(found) == [("argument", "m.audit")]


def test_small_numbers_are_not_known_again() -> None:
    """That 1 became 2 in two calls side by side says nothing."""
    assert len(diff("m.f(x=1)\nm.g(y=1)", "m.f(x=2)\nm.g(y=2)").changes) == 2


def test_changes_stand_in_the_order_of_time() -> None:
    """The first thing that went another way is the first change."""
    old = "m.f()\n  m.a() -> 1\n  m.b(x=1)\n    m.c() -> 1\n  m.d()"
    new = "m.f()\n  m.a() -> 2\n  m.b(x=7)\n    m.c() -> 3\n  m.e()\n  m.d()"
    found = diff(old, new)
    assert [name for _, name in kinds(found)] == ["m.a", "m.c", "m.e"]
    assert [(change.kind, change.name) for change in found.consequences] == [("argument", "m.b")]


@pytest.mark.parametrize("folded", [True, False])
def test_call_280_of_300(folded: bool) -> None:
    """A change in a long loop is found in its place, whether equal calls are counted or not."""
    lines = [f"  m.step(n={1 if folded else n}) -> 0" for n in range(1, 301)]
    old, new = list(lines), list(lines)
    new[279] = "  m.step(n=999) -> 0"
    texts = ["m.f()\n  m.step(n=1) -> 0 [x300]"] if folded else ["\n".join(["m.f()", *old])]
    change = only(diff(texts[0], "\n".join(["m.f()", *new])))
    assert (change.kind, change.number, change.total) == ("argument", 280, 300)
    assert (change.values[0].where, change.values[0].new) == ("n", "999")


# -- objects ----------------------------------------------------------------------------------------------


def test_shifted_numbers_are_no_change() -> None:
    """One object more renumbers all that come after it."""
    old, new = thing("Gateway", "a"), thing("Gateway", "b")
    pay = [call("m.pay", gw=old), call("m.charge", gw=old).returns([old])]
    found = diff_traces(events(*pay), events(call("m.new").returns(new), *pay))
    assert kinds(found) == [("added", "m.new")]


def test_another_object_is_a_change() -> None:
    """Where one was used before, and another one is now."""
    found = diff("m.a(x=<P#1>)\nm.b(x=<P#2>)\nm.c(x=<P#1>)", "m.a(x=<P#1>)\nm.b(x=<P#2>)\nm.c(x=<P#2>)")
    assert (only(found).name, str(only(found).values[0])) == ("m.c", "x: <P#1> -> <P#2> (another object)")


def test_another_object_inside_equal_subtrees() -> None:
    """It is found where all else is equal."""
    old = "m.f()\n  m.g()\n    m.a(x=<P#1>)\n    m.b(x=<P#1>) -> <P#1>"
    found = diff(old, "m.f()\n  m.g()\n    m.a(x=<P#1>)\n    m.b(x=<P#2>) -> <P#2>")
    assert kinds(found) == [("argument", "m.b")]


def test_calls_that_are_counted_on_one_side_only() -> None:
    """Two calls with one object, and two calls with two."""
    change = only(diff("m.f()\n  m.a(x=<P#1>) [x2]", "m.f()\n  m.a(x=<P#1>)\n  m.a(x=<P#2>)"))
    assert (change.kind, change.number, change.total) == ("argument", 2, 2)


# -- other threads ----------------------------------------------------------------------------------------

OTHERS = "m.main()\n[other threads, order not significant]\n"


def test_order_of_other_threads_means_nothing() -> None:
    """The same calls in another order are the same."""
    assert not diff(f"{OTHERS}  m.a()\n  m.b() [x2]", f"{OTHERS}  m.b()\n  m.a()\n  m.b()")


def test_changed_call_of_another_thread() -> None:
    """The most alike are compared."""
    found = diff(
        f"{OTHERS}  m.a(x=1, y=1) -> 1\n  m.a(x=2, y=2) -> 2", f"{OTHERS}  m.a(x=2, y=2) -> 2\n  m.a(x=9, y=1) -> 1"
    )
    assert (only(found).values, only(found).path[-1]) == ((("x", "1", "9"),), "m.a")


def test_call_added_in_another_thread() -> None:
    """The group of other threads is its place."""
    change = only(diff("m.main()", f"{OTHERS}  m.a()"))
    assert (change.kind, change.path) == ("added", ("[other threads, order not significant]", "m.a"))


# -- size -------------------------------------------------------------------------------------------------


def deep(depth: int, result: int) -> str:
    """A recursion."""
    indents = ("  " * level if level <= 200 else f"{'  ' * 200}[{level}] " for level in range(depth))
    return "\n".join(f"{indent}m.f(n={level})" for level, indent in enumerate(indents)) + f" -> {result}"


def test_50_000_nested_calls() -> None:
    """A change at the bottom of a very deep recursion is found, and reported in a few lines."""
    found = diff(deep(50_000, 1), deep(50_000, 2))
    assert len(only(found).path) == 50_000
    assert len(found.lines()) < 15


def test_many_calls_and_few_changes() -> None:
    """Of 20,000 calls with equal ones in between only those are named that changed."""
    lines = [f"  m.{'abc'[n % 3]}(x={n % 7}) -> {n % 5}" for n in range(20_000)]
    new = [*lines[:3_000], "  m.z()", *lines[3_000:9_000], "  m.a(x=77) -> 1", *lines[9_001:15_000], *lines[15_001:]]
    found = diff("\n".join(["m.f()", *lines]), "\n".join(["m.f()", *new]))
    assert [change.kind for change in found.changes] == ["added", "argument"]
    assert [change.kind for change in found.consequences] == ["result", "repeated"]
