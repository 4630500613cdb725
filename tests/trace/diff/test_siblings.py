"""The children of one call in both texts."""

from __future__ import annotations

import pytest

from snapy_instrument.trace.diff.diff import diff_traces
from snapy_instrument.trace.diff.parse import parse_trace
from snapy_instrument.trace.diff.sibling_runs import runs_of
from snapy_instrument.trace.diff.siblings import Siblings


def siblings(*lines: str) -> Siblings:
    """Of the outermost calls of a text."""
    return Siblings(parse_trace("\n".join(["trace v1 standard", *lines])).roots)


LINES = ["m.f(x=1)", "m.g() [x3]", "m.f(x=2)"]


def test_calls_are_numbered_by_their_name() -> None:
    """Copies count."""
    nodes = parse_trace("\n".join(["trace v1 standard", *LINES])).roots
    found = Siblings(nodes)
    assert [found.number(run) for run in runs_of(nodes)] == [1, 1, 2]


def test_calls_are_counted_by_their_name() -> None:
    """Copies count here, too."""
    assert siblings(*LINES).names == {"m.f": 2, "m.g": 3}


def test_the_call_before_is_known() -> None:
    """The first one has none before it."""
    nodes = parse_trace("\n".join(["trace v1 standard", *LINES])).roots
    assert [Siblings(nodes).before(run) for run in runs_of(nodes)] == ["", "m.f", "m.g"]


def kinds(old: str, new: str) -> list[tuple[str, str, int]]:
    """Kind, name, and number of wrapped calls of each change."""
    diff = diff_traces(f"trace v1 standard\n{old}", f"trace v1 standard\n{new}")
    return [(change.kind, change.name, change.around) for change in diff.changes]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("m.f(x=1) -> 2", "m.g(x=1) -> 2"),
        ("shop.tax(net=1) -> 2", "billing.tax(net=1) -> 3"),
        ("m.f()\n  m.h()", "m.g()\n  m.h()"),
    ],
)
def test_a_call_with_everything_but_its_name_is_renamed(old: str, new: str) -> None:
    """Or with its arguments and the last part of its name."""
    assert kinds(old, new)[0] == ("renamed", new.partition("(")[0], 0)


def test_a_call_without_arguments_is_not_renamed() -> None:
    """It has nothing to be recognised by."""
    assert [kind for kind, *_ in kinds("m.f()", "m.g()")] == ["removed", "added"]


def test_a_call_put_around_others_is_one_change() -> None:
    """The calls inside are compared with what they were."""
    assert kinds("m.a()\nm.b()", "m.retry()\n  m.a()\n  m.b()") == [("added", "m.retry", 2)]


def test_a_call_taken_from_around_others_is_one_change() -> None:
    """The other way round."""
    assert kinds("m.retry()\n  m.a()\n  m.b()", "m.a()\nm.b()") == [("removed", "m.retry", 2)]
