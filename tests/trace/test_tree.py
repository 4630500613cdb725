"""The call tree."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.events import CallEvent
from snapy_instrument.trace.trace import Trace
from snapy_instrument.trace.tree import CallTree, build_tree, tree_of
from tests.trace.builders import Inner, call, detached, event, events, marker, sets, yields


def names(tree: CallTree) -> list[str]:
    """Names of all calls, each before its children."""
    return [node.name for node in tree.walk()]


def test_a_call_is_a_child_of_its_parent() -> None:
    """A call made inside another is its child."""
    (root,) = build_tree(events(call("m.a")(call("m.b")))).roots
    assert [child.name for child in root.children] == ["m.b"]


def test_node_has_its_return() -> None:
    """The return event of a call is found by its identifier."""
    (root,) = build_tree(events(call("m.a")(call("m.b").returns(1)).returns(2))).roots
    assert root.returned is not None
    assert root.returned.return_value == 2


def test_node_has_its_exception() -> None:
    """The exception event of a call is kept next to its return."""
    (root,) = build_tree(events(call("m.a").raises("ValueError", "x"))).roots
    assert root.raised is not None
    assert root.left_by_exception


def test_spawned_call_is_where_it_was_started() -> None:
    """A thread's call is between the calls made before and after its start, whenever it ran."""
    specs = call("m.main")(call("m.before"), call("m.job").in_thread("t"), call("m.after"))
    (root,) = build_tree(events(specs)).roots
    assert [child.name for child in root.children] == ["m.before", "m.job", "m.after"]


def test_calls_of_one_thread_keep_their_order() -> None:
    """Several outermost calls of one thread share its place and stay in the order in which they were made."""
    specs = call("m.main")(call("m.after"))
    found = events(specs)
    for call_id, name in ((4, "late"), (5, "later")):
        for kind in ("call", "return"):
            found.append(event(kind, name, module="m", call_id=call_id, parent_id=1, spawn_id=2))
    (root,) = build_tree(found).roots
    assert [child.name for child in root.children] == ["m.after", "m.late", "m.later"]


def test_unknown_parent_makes_a_root() -> None:
    """A call whose parent is not in the list is a root."""
    found = events(call("m.a")(call("m.b")))[1:3]
    assert [root.name for root in build_tree(found).roots] == ["m.b"]


def test_parent_that_comes_later_makes_a_root() -> None:
    """Calls that name each other as parents do not vanish in a cycle."""
    found = [
        event("call", "a", call_id=1, parent_id=2),
        event("call", "b", call_id=2, parent_id=1),
    ]
    assert names(build_tree(found)) == ["a", "b"]


def test_detached_roots_are_apart() -> None:
    """Roots of threads that nobody known started are no roots of the program."""
    tree = build_tree(events(call("m.a"), detached("t", call("m.job"))))
    assert [node.name for node in tree.detached] == ["m.job"]


def test_marker_without_parent_belongs_to_the_trace() -> None:
    """A marker under no call is a marker of the tree."""
    tree = build_tree(events(call("m.a"), marker("stopped")))
    assert [each.function_name for each in tree.markers] == ["stopped"]


def test_inner_events_stand_between_children() -> None:
    """Yield, line and marker events keep their place among the calls around them."""
    specs = call("m.a")(call("m.b"), yields(1), marker("here"), call("m.c"), sets(x=1))
    (root,) = build_tree(events(specs)).roots
    kinds = [str(item.event_type) if isinstance(item, CallEvent) else item.name for item in root.items()]
    assert kinds == ["m.b", "yield", "marker", "m.c", "line"]


def test_events_without_identifiers_nest_by_a_stack() -> None:
    """Hand-made events are paired in the order of the list."""
    found = [event("call", "a"), event("call", "b"), event("return", "b"), event("return", "a")]
    (root,) = build_tree(found).roots
    assert [child.name for child in root.children] == ["b"]


def test_events_without_identifiers_have_one_stack_a_thread() -> None:
    """A call of another thread is not put under the open call of this one."""
    found = [event("call", "a"), event("call", "b", thread_id="2"), event("return", "a")]
    tree = build_tree(found)
    assert [(root.name, root.returned is None) for root in tree.roots] == [("a", False), ("b", True)]


def test_return_without_identifier_closes_the_call_of_its_name() -> None:
    """A missing return of an inner call does not take the outer call's return away."""
    found = [event("call", "a"), event("call", "b"), event("return", "a", return_value=1)]
    (root,) = build_tree(found).roots
    assert root.returned is found[2]
    assert root.children[0].returned is None


def test_return_without_call_is_left_out() -> None:
    """A return that belongs to no call gives no node."""
    assert names(build_tree([event("return", "a"), event("return", "b", call_id=7)])) == []


def test_return_of_a_name_that_is_not_open_closes_nothing() -> None:
    """A stray return does not end the open call of another function."""
    (root,) = build_tree([event("call", "a"), event("return", "b")]).roots
    assert root.returned is None


def test_exception_without_identifier_belongs_to_the_open_call() -> None:
    """A hand-made exception event belongs to the innermost open call of its thread."""
    found = [event("call", "a"), event("exception", "a"), event("return", "a")]
    (root,) = build_tree(found).roots
    assert root.left_by_exception


def test_handled_exception_event_does_not_end_a_call_that_returned() -> None:
    """A hand-made exception event before a return with a value means that the call handled it."""
    found = [event("call", "a"), event("exception", "a"), event("return", "a", return_value=1)]
    (root,) = build_tree(found).roots
    assert not root.left_by_exception


def test_visit_begins_and_ends_each_call_around_its_children() -> None:
    """Visiting gives a call, what is inside it, and the call's end."""
    tree = build_tree(events(call("m.a")(call("m.b"))))
    seen = [(node.name, depth, begins) for node, depth, begins in tree.visit()]
    assert seen == [("m.a", 0, True), ("m.b", 1, True), ("m.b", 1, False), ("m.a", 0, False)]


def test_height_counts_calls_on_the_longest_path() -> None:
    """A single call has height 1, a call inside it makes 2."""
    assert build_tree(events(call("m.a")(call("m.b"), call("m.c")))).height() == 2


def test_height_of_nothing_is_zero() -> None:
    """Without calls the height is 0."""
    assert build_tree([]).height() == 0


def test_deep_nesting_needs_no_recursion() -> None:
    """50,000 calls inside each other build a tree."""
    found = [event("call", "f", call_id=i, parent_id=i - 1 or None) for i in range(1, 50_001)]
    assert build_tree(found).height() == 50_000


def test_tree_of_a_trace_is_the_one_it_has() -> None:
    """A trace's tree is not built again."""
    trace = Trace(events(call("m.a")))
    assert tree_of(trace) is trace.tree


def test_events_may_come_from_an_iterator() -> None:
    """Any iterable of events builds."""
    assert names(build_tree(iter(events(call("m.a"))))) == ["m.a"]


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), max_size=60))
def test_tree_does_not_depend_on_the_schedule(choices: list[int]) -> None:
    """However three threads are interleaved, calls stand under the same parents in the same order."""
    picks = iter(choices)

    def schedule(runnable: int) -> int:
        return next(picks, 0) % runnable

    def specs() -> Inner:
        worker = call("m.job")(call("m.x")(call("m.y")), call("m.z")).in_thread("t1")
        other = call("m.other")(call("m.x")).in_task("t2")
        return call("m.main")(call("m.a"), worker, call("m.b")(call("m.c")), other, call("m.d"))  # type: ignore[return-value]

    assert names(build_tree(events(specs(), schedule=schedule))) == names(build_tree(events(specs())))
