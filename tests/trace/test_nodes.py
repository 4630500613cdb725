"""Calls and their tree."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from snapy_instrument.events import CallEvent, ExceptionInfo
from snapy_instrument.trace.nodes import CallNode
from snapy_instrument.trace.tree import build_tree
from tests.trace.builders import call, detached, events


def nodes() -> list[CallNode]:
    """A call that returned, one that raised, one that an exception passed, one that never ended."""
    inner = call("m.h")(call("m.g").raises("ValueError", "bad")).passes_up()
    spec = call("m.A.f", x=1, y=2)(inner, call("m.k").unfinished()).with_defaults("y").returns([3])
    return list(build_tree(events(spec, detached("t", call("m.job")))).walk())


@pytest.mark.parametrize("name", [field.name for field in fields(CallEvent)])
def test_a_call_answers_to_every_name_of_an_event(name: str) -> None:
    """Whatever an event has, a call has."""
    assert all(hasattr(node, name) for node in nodes())


ENDINGS = {"return_value", "exception", "raised_in", "finished"}


@pytest.mark.parametrize("name", sorted({field.name for field in fields(CallEvent)} - ENDINGS))
def test_what_is_known_at_the_start_comes_from_the_call_event(name: str) -> None:
    """Arguments, place, time, thread and numbers."""
    assert [getattr(node, name) for node in nodes()] == [getattr(node.call, name) for node in nodes()]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("return_value", [[3], None, None, None, None]),
        ("exception", [None, ExceptionInfo("ValueError", "bad"), ExceptionInfo("ValueError", "bad"), None, None]),
        ("raised_in", [None, 3, 3, None, None]),
        ("finished", [True, True, True, False, True]),
    ],
)
def test_how_it_ended_is_known_of_the_whole_call(name: str, expected: list[Any]) -> None:
    """Its call event does not know that yet."""
    assert [getattr(node, name) for node in nodes()] == expected


def test_the_repr_of_a_call_is_its_name() -> None:
    """Without an address."""
    assert repr(nodes()[0]) == "<CallNode m.A.f>"


def test_the_repr_of_a_tree_counts_its_calls() -> None:
    """Of all threads."""
    assert repr(build_tree(events(call("m.f")(call("m.g")), detached("t", call("m.job"))))) == "<CallTree: 3 calls>"


def test_the_height_is_the_longest_path() -> None:
    """Of nothing it is 0."""
    assert (build_tree([]).height(), build_tree(events(call("m.f")(call("m.g"), call("m.h")))).height()) == (0, 2)


def test_a_visit_meets_each_call_twice() -> None:
    """When it begins and, after those inside it, when it ends."""
    tree = build_tree(events(call("m.f")(call("m.g"))))
    assert [(node.name, depth, begins) for node, depth, begins in tree.visit()] == [
        ("m.f", 0, True),
        ("m.g", 1, True),
        ("m.g", 1, False),
        ("m.f", 0, False),
    ]
