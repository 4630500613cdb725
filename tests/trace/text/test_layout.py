"""The text of a trace."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.events import ExceptionInfo
from snapy_instrument.trace.text.layout import format_trace, lay_out
from snapy_instrument.trace.text.levels import normal_level
from snapy_instrument.trace.text.text_options import TextOptions
from snapy_instrument.trace.text.visible_calls import VisibleCalls
from snapy_instrument.trace.tree import build_tree
from snapy_instrument.values import REDACTED, Struct
from tests.trace.builders import (
    Inner,
    Spec,
    call,
    detached,
    event,
    events,
    marker,
    receives,
    sets,
    thing,
    yields,
)


def text(*specs: Spec | Inner, detail: Any = "standard") -> str:
    """The text of what ``specs`` record, without its header."""
    header, _, rest = format_trace(events(*specs), detail=detail).partition("\n")
    assert header == f"trace v1 {normal_level(detail)}"
    return rest


def item(sku: str, qty: int, price: float) -> Struct:
    """An item of the shop, as captured."""
    return Struct("Item", (("sku", sku), ("qty", qty), ("price", price)))


SHOP = """\
trace v1 standard
shop.checkout(items=[Item(sku='pen', qty=2, price=1.5), Item(sku='mug', qty=1, price=7.1)])
  shop.total(items=[Item(sku='pen', qty=2, price=1.5), Item(sku='mug', qty=1, price=7.1)])
    shop.line_total(item=Item(sku='pen', qty=2, price=1.5)) -> 3.0
    shop.line_total(item=Item(sku='mug', qty=1, price=7.1)) -> 7.1 [x2]
    -> 10.1
  shop.pay(gw=<Gateway#1>, amount=10.1)
    shop.Gateway.charge(cents=101000, card_token=<redacted>) raises ValueError('declined', 101000)
  -> {'ok': True}
[other threads, order not significant]
  shop.job(n=1) -> 2 [x2]"""


def shop() -> list[Spec]:
    """The example of the design."""
    pen, mug = item("pen", 2, 1.5), item("mug", 1, 7.1)
    gateway = thing("Gateway")
    charge = call("shop.Gateway.charge", self=gateway, cents=101000, card_token=REDACTED)
    return [
        call("shop.checkout", items=[pen, mug])(
            call("shop.total", items=[pen, mug])(
                call("shop.line_total", item=pen).returns(3.0),
                call("shop.line_total", item=mug).returns(7.1),
                call("shop.line_total", item=mug).returns(7.1),
            ).returns(10.1),
            call("shop.pay", gw=gateway, amount=10.1)(charge.raises("ValueError", "declined", 101000)),
        ).returns({"ok": True}),
        detached("a", call("shop.job", n=1).returns(2)),
        detached("b", call("shop.job", n=1).returns(2)),
    ]


def test_example_of_the_design() -> None:
    """The design's example is written letter by letter."""
    assert format_trace(events(*shop())) == SHOP


def test_detailed_is_standard() -> None:
    """ "detailed" is an alias of "standard", and the header says the latter."""
    assert format_trace(events(*shop()), detail="detailed") == SHOP


def test_unknown_level_is_quoted_with_the_choices() -> None:
    """The error names what was given and what there is."""
    with pytest.raises(ValueError, match="'loud': choose one of minimal, standard, detailed, verbose"):
        format_trace([], detail="loud")  # type: ignore[arg-type]


def test_level_that_is_no_text_is_an_unknown_level() -> None:
    """A level of a wrong type is the same error."""
    with pytest.raises(ValueError, match="unknown level \\[\\]"):
        format_trace([], detail=[])  # type: ignore[arg-type]


def test_tree_has_the_text_of_its_events() -> None:
    """A tree that was built already may be given."""
    assert format_trace(build_tree(events(*shop()))) == SHOP


def test_no_calls() -> None:
    """An empty recording says so."""
    assert format_trace([]) == "trace v1 standard\n[no calls recorded]"


# -- one call ---------------------------------------------------------------------------------------------


def test_leaf_is_one_line() -> None:
    """A call without calls inside has its result on its line."""
    assert text(call("m.f", x=1, y="a").returns(2)) == "m.f(x=1, y='a') -> 2"


def test_result_of_a_call_with_children_comes_after_them() -> None:
    """The result is indented like the children."""
    assert text(call("m.f")(call("m.g")).returns(2)) == "m.f()\n  m.g()\n  -> 2"


def test_none_is_left_out() -> None:
    """A None result is not shown at standard."""
    assert text(call("m.f")) == "m.f()"


def test_false_results_are_shown() -> None:
    """Only None is left out, not other empty values."""
    assert text(call("m.f").returns(False), call("m.f").returns(0)) == "m.f() -> False\nm.f() -> 0"


@pytest.mark.parametrize("receiver", ["self", "cls", "mcs", "mcls", "metacls"])
def test_receiver_is_left_out(receiver: str) -> None:
    """The first parameter of a method is not shown at standard if it has a receiver's name."""
    assert text(call("m.C.f", **{receiver: 1, "x": 2})) == "m.C.f(x=2)"


def test_a_plain_function_has_no_receiver() -> None:
    """Whatever the name of its first parameter."""
    assert text(call("m.f", self=1, x=2)) == "m.f(self=1, x=2)"


def test_only_a_first_parameter_is_a_receiver() -> None:
    """A later parameter called self is an argument."""
    assert text(call("m.C.f", x=2, cls=1)) == "m.C.f(x=2, cls=1)"


def test_applied_defaults_are_left_out() -> None:
    """A parameter that has its default is not shown at standard."""
    assert text(call("m.f", x=1, y=2, rest=()).with_defaults("y", "rest")) == "m.f(x=1)"


def test_rest_and_keywords_are_shown_by_name() -> None:
    """What *rest and **more took is a tuple and a dict."""
    assert text(call("m.f", rest=(1,), more={"k": 1})) == "m.f(rest=(1,), more={'k': 1})"


def test_name_without_module() -> None:
    """A hand-made event without a module is shown by its function name."""
    assert format_trace([event("call", "f"), event("return", "f")]) == "trace v1 standard\nf()"


def test_args_of_none_are_no_args() -> None:
    """A hand-made event may have None in place of arguments."""
    assert format_trace([event("call", "f", args=None)]).endswith("\nf() -> <unfinished>")


def test_name_stays_on_its_line() -> None:
    """A function whose name was set to something with a line feed does not break the text."""
    assert text(call("m.f\ng")) == "m.f\\ng()"


# -- exceptions and ends ----------------------------------------------------------------------------------


def test_exception_is_shown_with_its_arguments() -> None:
    """A leaf that raised has the exception on its line."""
    assert text(call("m.f").raises("ValueError", "x", 1)) == "m.f() raises ValueError('x', 1)"


def test_exception_of_a_call_with_children_comes_after_them() -> None:
    """The exception is indented like the children."""
    assert text(call("m.f")(call("m.g")).raises("KeyError", "k")) == "m.f()\n  m.g()\n  raises KeyError('k')"


def test_exception_passing_up_has_a_caret() -> None:
    """Where it passes unchanged an exception is named without its arguments."""
    specs = call("m.f")(call("m.g").raises("ValueError", "x")).passes_up()
    assert text(specs) == "m.f()\n  m.g() raises ValueError('x')\n  raises ^ValueError"


def test_exception_from_a_call_that_is_not_there_is_reported_in_full() -> None:
    """Where the call that raised was filtered away later, the arguments are not lost."""
    found = events(call("m.f")(call("m.g").raises("ValueError", "x")).passes_up())
    kept = [each for each in found if each.function_name == "f"]
    assert format_trace(kept).endswith("m.f() raises ValueError('x')")


def test_exception_without_captured_value_uses_its_message() -> None:
    """An event that has only type name and message shows those."""
    info = ExceptionInfo("ValueError", "it's bad")
    found = [event("call", "f"), event("return", "f", exception=info)]
    assert format_trace(found).endswith('f() raises ValueError("it\'s bad")')


def test_exception_without_message() -> None:
    """An empty message gives empty brackets."""
    found = [event("call", "f"), event("return", "f", exception=ExceptionInfo("KeyError", ""))]
    assert format_trace(found).endswith("f() raises KeyError()")


def test_hand_made_exception_event_needs_no_details() -> None:
    """An exception event that says nothing is still an exception."""
    assert format_trace([event("call", "f"), event("exception", "f")]).endswith("f() raises Exception()")


def test_unfinished_call() -> None:
    """A call that was open when recording ended says so."""
    assert text(call("m.f").unfinished()) == "m.f() -> <unfinished>"


def test_missing_return_is_unfinished() -> None:
    """A call without a return event says so, after its children."""
    assert text(call("m.f")(call("m.g")).never_returns()) == "m.f()\n  m.g()\n  -> <unfinished>"


# -- levels -----------------------------------------------------------------------------------------------


def test_minimal_shows_names_nesting_and_exception_types() -> None:
    """No arguments, brackets, results or exception arguments at minimal."""
    specs = call("m.f", x=1)(call("m.g").returns(1), call("m.h").raises("ValueError", "x")).passes_up()
    assert text(specs, detail="minimal") == "m.f\n  m.g\n  m.h raises ValueError\n  raises ^ValueError"


def test_minimal_does_not_tell_unfinished_calls() -> None:
    """How a call returned is no part of minimal."""
    assert text(call("m.f").unfinished(), detail="minimal") == "m.f"


def test_verbose_shows_receiver_defaults_and_none() -> None:
    """Verbose leaves nothing of the call out."""
    specs = call("m.f", self=1, x=2, rest=()).with_defaults("x", "rest")
    assert text(specs, detail="verbose") == "m.f(self=1, x=2, rest=()) -> None"


def test_verbose_shows_suspensions() -> None:
    """What a generator hands out and receives is in order."""
    specs = call("m.gen")(yields(1), receives("a"), call("m.g"), yields(2), receives(None)).returns(3)
    expected = "m.gen()\n  yields 1\n  m.g() -> None\n  yields 2\n  -> 3"
    assert text(specs, detail="verbose") == expected


def test_verbose_shows_changed_locals() -> None:
    """A line event shows what changed; without a change it is not shown."""
    specs = call("m.f")(sets(total=3.0, n=2), sets()).returns(1)
    assert text(specs, detail="verbose") == "m.f()\n  sets total=3.0, n=2\n  -> 1"


def test_standard_shows_neither_suspensions_nor_lines() -> None:
    """A generator is one line at standard."""
    assert text(call("m.gen")(yields(1), receives(None), sets(x=1)).returns(3)) == "m.gen() -> 3"


def test_verbose_labels_tasks() -> None:
    """The first line inside the outermost call of a task names the task, the calls inside do not."""
    specs = call("m.main")(call("m.job")(call("m.step")).in_task("loader").returns(1)).returns(2)
    expected = "m.main()\n  m.job()\n    [task loader]\n    m.step() -> None\n    -> 1\n  -> 2"
    assert text(specs, detail="verbose") == expected


def test_verbose_numbers_automatic_task_names() -> None:
    """asyncio's own names, counted through the process, are numbered in the order of the text."""
    specs = call("m.main")(call("m.a").in_task("Task-12"), call("m.b").in_task("Task-9"))
    expected = "m.main()\n  m.a()\n    [task Task-1]\n    -> None\n  m.b()\n    [task Task-2]\n    -> None\n  -> None"
    assert text(specs, detail="verbose") == expected


def test_verbose_numbers_threads() -> None:
    """Threads have numbers in the order of the text, not their identifiers."""
    specs = call("m.main")(call("m.a").in_thread("140").returns(1), call("m.b").in_thread("139").returns(1))
    expected = "m.main()\n  m.a()\n    [thread 1]\n    -> 1\n  m.b()\n    [thread 2]\n    -> 1\n  -> None"
    assert text(specs, detail="verbose") == expected


@pytest.mark.parametrize("level", ["minimal", "standard"])
def test_labels_are_verbose_only(level: Any) -> None:
    """Tasks and threads have no label below verbose."""
    specs = call("m.main")(call("m.a").in_thread("1"), call("m.b").in_task("x"))
    assert "[" not in text(specs, detail=level)


# -- folding ----------------------------------------------------------------------------------------------


def test_equal_leaves_fold() -> None:
    """Consecutive equal calls are one line with their number."""
    assert text(*(call("m.f", x=1).returns(2) for _ in range(3))) == "m.f(x=1) -> 2 [x3]"


def test_only_consecutive_calls_fold() -> None:
    """A different call in between keeps them apart."""
    assert text(call("m.f"), call("m.g"), call("m.f")) == "m.f()\nm.g()\nm.f()"


def test_equal_subtrees_fold_at_their_first_line() -> None:
    """The number of a repeated subtree is behind its call."""
    specs = [call("m.f")(call("m.g")).returns(1) for _ in range(2)]
    assert text(*specs) == "m.f() [x2]\n  m.g()\n  -> 1"


def test_folding_is_nested() -> None:
    """Repetitions inside repetitions fold too."""
    specs = [call("m.f")(call("m.g"), call("m.g")) for _ in range(3)]
    assert text(*specs) == "m.f() [x3]\n  m.g() [x2]"


def test_subtrees_with_different_results_do_not_fold() -> None:
    """A difference anywhere in the subtree keeps it apart."""
    specs = [call("m.f")(call("m.g").returns(n)) for n in (1, 2)]
    assert text(*specs) == "m.f()\n  m.g() -> 1\nm.f()\n  m.g() -> 2"


def test_calls_on_one_object_fold() -> None:
    """Equal calls that mention the same object are equal."""
    assert text(*(call("m.f", x=thing("P", "a")) for _ in range(2))) == "m.f(x=<P#1>) [x2]"


def test_calls_on_different_objects_do_not_fold() -> None:
    """Equal calls that mention different objects are not equal."""
    assert text(call("m.f", x=thing("P", "a")), call("m.f", x=thing("P", "b"))) == "m.f(x=<P#1>)\nm.f(x=<P#2>)"


def test_objects_that_cannot_be_followed_fold() -> None:
    """Without a serial objects of one type look the same."""
    assert text(*(call("m.f", x=Struct("P", ())) for _ in range(2))) == "m.f(x=P()) [x2]"


def test_repeated_lines_fold() -> None:
    """Repeated suspensions fold like calls."""
    assert text(call("m.f")(yields(None), yields(None)), detail="verbose") == "m.f()\n  yields None [x2]\n  -> None"


# -- numbers of objects -----------------------------------------------------------------------------------


def test_objects_are_numbered_in_the_order_of_the_text() -> None:
    """A thread that ran later is earlier in the text and has the lower number."""
    specs = call("m.main")(call("m.job", x=thing("P", "late")).in_thread("t"), call("m.f", x=thing("P", "soon")))
    assert text(specs) == "m.main()\n  m.job(x=<P#1>)\n  m.f(x=<P#2>)"


def test_each_type_has_its_own_numbers() -> None:
    """Objects are numbered type by type."""
    assert text(call("m.f", a=thing("P"), b=thing("Q"))) == "m.f(a=<P#1>, b=<Q#1>)"


def test_hidden_objects_take_no_number() -> None:
    """The receiver of a method is not in the text and leaves no gap in it."""
    assert text(call("m.C.f", self=thing("P", "me"), x=thing("P", "other"))) == "m.C.f(x=<P#1>)"


@pytest.mark.parametrize("first", ["a", "b"])
def test_members_of_a_set_are_reported_apart_by_what_follows(first: str) -> None:
    """The order of a set of objects does not depend on which of them was captured first."""
    both = {thing("P", "a"), thing("P", "b")}
    capture_order = call("m.C.hidden", self=thing("P", first))
    found = text(capture_order, call("m.f", x=both), call("m.g", x=thing("P", "b")), call("m.h", x=thing("P", "a")))
    assert found == "m.C.hidden()\nm.f(x={<P#1>, <P#2>})\nm.g(x=<P#1>)\nm.h(x=<P#2>)"


# -- other threads and markers ----------------------------------------------------------------------------


def test_other_threads_are_sorted_by_their_text() -> None:
    """The calls of unknown threads stand last, indented, in the order of their text."""
    found = text(call("m.f"), detached("b", call("m.z")), detached("a", call("m.y")(call("m.x"))))
    assert found == "m.f()\n[other threads, order not significant]\n  m.y()\n    m.x()\n  m.z()"


def test_other_threads_alone() -> None:
    """A trace that has only calls of other threads has no line about missing calls."""
    assert text(detached("b", call("m.z"))) == "[other threads, order not significant]\n  m.z()"


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_other_threads_are_sorted_by_numbers_the_objects_have(order: tuple[str, str]) -> None:
    """Subtrees that differ in known objects only stand in the order of the objects' numbers."""
    jobs = [detached(label, call("m.job", x=thing("P", label))) for label in order]
    found = text(*jobs, call("m.f", x=thing("P", "a")), call("m.f", x=thing("P", "b")))
    main = "m.f(x=<P#1>)\nm.f(x=<P#2>)\n"
    assert found == f"{main}[other threads, order not significant]\n  m.job(x=<P#1>)\n  m.job(x=<P#2>)"


@pytest.mark.parametrize("order", ["aab", "baa", "aba"])
def test_other_threads_on_new_objects_are_sorted_by_number_of_calls(order: str) -> None:
    """Of subtrees that differ in new objects only, the one that happened less often comes first."""
    jobs = [detached(str(place), call("m.job", x=thing("P", label))) for place, label in enumerate(order)]
    lines = text(*jobs).split("\n")[1:]
    assert lines == ["  m.job(x=<P#1>)", "  m.job(x=<P#2>) [x2]"]


def test_marker_is_at_the_end() -> None:
    """What the tracer says about the trace is the last line."""
    found = text(marker("recording stopped: max_events=2 reached"), call("m.f"), detached("t", call("m.g")))
    assert found.split("\n")[-1] == "[recording stopped: max_events=2 reached]"


def test_marker_with_a_parent_is_in_its_place() -> None:
    """What the tracer says about a call is inside it."""
    assert text(call("m.f")(marker("lost"), call("m.g"))) == "m.f()\n  [lost]\n  m.g()"


@pytest.mark.parametrize("level", ["minimal", "standard", "verbose"])
def test_markers_are_reported_at_every_level(level: Any) -> None:
    """A marker is never left out."""
    assert text(marker("lost"), detail=level) == "[no calls recorded]\n[lost]"


def test_paths_are_shortened() -> None:
    """Absolute paths in values and markers begin with their root."""
    found = events(call("m.f", path="/srv/a").returns(["/srv/b"]), marker("no /srv/c"))
    shown = format_trace(found, root={"root": "/srv"})
    assert shown.split("\n")[1:] == ["m.f(path='<root>/a') -> ['<root>/b']", "[no <root>/c]"]


# -- the whole text ---------------------------------------------------------------------------------------


def test_layout_has_other_threads_in_the_order_of_the_text() -> None:
    """Code that shows the calls in another form can keep the order of the text."""
    tree = build_tree(events(detached("b", call("m.z")), detached("a", call("m.y"))))
    assert [tree.nodes[number].name for number in lay_out(tree).detached] == ["m.y", "m.z"]


def test_deep_nesting_is_reported_by_its_depth() -> None:
    """Beyond 200 levels a line begins with its depth, so a text does not grow with the square of the depth."""
    found = [event("call", "f", call_id=i, parent_id=i - 1 or None) for i in range(1, 203)]
    lines = format_trace(found, detail="minimal").split("\n")
    assert lines[201:] == ["  " * 200 + "f", "  " * 200 + "[201] f"]


def test_text_of_50_000_nested_calls() -> None:
    """A very deep recursion has a text with a line for each call and each result."""
    numbers = range(1, 50_001)
    found = [event("call", "f", call_id=i, parent_id=i - 1 or None) for i in numbers]
    found += [event("return", "f", call_id=i, return_value=i) for i in reversed(numbers)]
    assert format_trace(found).count("\n") == 2 * 50_000 - 1


def test_text_of_100_000_equal_calls() -> None:
    """Many equal calls are one line."""
    found = [event("call", "main", call_id=1)]
    found += [event("call", "f", call_id=i, parent_id=1) for i in range(2, 100_002)]
    assert format_trace(found, detail="minimal") == "trace v1 minimal\nmain\n  f [x100000]"


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.integers(-3, 3),
        st.text(max_size=3),
        st.floats(),
        st.builds(thing, st.sampled_from("PQ"), st.sampled_from("abc")),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=2), inner, max_size=2)),
    max_leaves=4,
)
INNER = st.one_of(st.builds(yields, VALUES), st.builds(lambda x: sets(x=x), VALUES))


@st.composite
def programs(draw: st.DrawFn, depth: int = 3) -> Spec:
    """A random call with calls, suspensions, threads and exceptions inside."""
    spec = call(f"m.{draw(st.sampled_from('fgh'))}", x=draw(VALUES))
    if depth:
        inside = draw(st.lists(st.one_of(programs(depth=depth - 1), INNER), max_size=3))
        spec = spec(*inside)
    where = draw(st.integers(0, 5))
    if where == 0:
        return spec.in_thread(f"t{draw(st.integers(0, 99))}")
    if where == 1:
        return spec.raises("ValueError", draw(VALUES))
    return spec.returns(draw(VALUES))


@settings(deadline=None, max_examples=150)
@given(programs(), st.randoms(use_true_random=False), st.sampled_from(["minimal", "standard", "verbose"]))
def test_text_does_not_depend_on_the_schedule(spec: Spec, random: Any, level: Any) -> None:
    """However threads are interleaved, identifiers and serials given out, the text is the same."""
    spec.thread = None
    others = [detached("d1", call("m.job", n=1)), detached("d2", call("m.job", n=2)(call("m.f")))]
    plain = format_trace(events(spec, *others), detail=level)
    assert format_trace(events(spec, *others, schedule=random.randrange), detail=level) == plain


@settings(deadline=None, max_examples=100)
@given(programs(), st.sampled_from(["minimal", "standard", "verbose"]))
def test_shape_of_every_text(spec: Spec, level: Any) -> None:
    """No text has control characters, empty lines, trailing spaces or a final line end."""
    spec.thread = None
    lines = format_trace(events(spec), detail=level).split("\n")
    assert all(line and line == line.rstrip() for line in lines)
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in "".join(lines))


# -- lines of calls ---------------------------------------------------------------------------------------


def lines_of(*specs: Spec | Inner, **options: Any) -> list[str]:
    """For each call, in the order of the tree, its line in the text."""
    tree = build_tree(events(*specs))
    layout = lay_out(tree, TextOptions(**options))
    lines = layout.text.split("\n")
    return [lines[layout.line_of[node.number]].strip() for node in tree.walk()]


def test_each_call_has_its_line() -> None:
    """Behind labels, outcomes, yields and markers, too."""
    specs: list[Spec | Inner] = [
        marker("slow"),
        call("m.f")(call("m.g")(yields(1), call("m.h")).returns(2), marker("x"), call("m.i").in_task("t")).returns(3),
        detached("b", call("m.k")(call("m.l"))),
        detached("a", call("m.j")),
    ]
    assert [line.partition("(")[0] for line in lines_of(*specs, detail="verbose")] == [
        "m.f",
        "m.g",
        "m.h",
        "m.i",
        "m.k",
        "m.l",
        "m.j",
    ]


def test_folded_calls_share_a_line() -> None:
    """And the calls inside them do."""
    assert (
        lines_of(*[call("m.f")(call("m.g"), call("m.g")) for _ in range(2)]) == ["m.f() [x2]", *["m.g() [x2]"] * 2] * 2
    )


def test_hidden_calls_have_the_line_of_what_hides_them() -> None:
    """However deep they are."""
    assert lines_of(call("m.f")(call("m.g")(call("m.h"))), max_depth=1) == ["m.f() [+2 calls]"] * 3


@settings(deadline=None, max_examples=150)
@given(programs(), st.sampled_from(["minimal", "standard", "verbose"]), st.integers(1, 4) | st.none())
def test_the_line_of_every_call_names_it(spec: Spec, detail: Any, depth: int | None) -> None:
    """Its own name, or if it is hidden the name of a call around it."""
    spec.thread = None
    tree = build_tree(events(spec, detached("t", call("m.job")(spec, call("m.f")))))
    layout = lay_out(tree, TextOptions(detail=detail, max_depth=depth))
    lines = layout.text.split("\n")
    shown = set(VisibleCalls(tree.index, depth).shown)
    assert set(layout.line_of) == {node.number for node in tree.walk()}
    for node in tree.walk():
        line = lines[layout.line_of[node.number]].strip()
        assert line.startswith(node.name) if node.number in shown else "[+" in line
