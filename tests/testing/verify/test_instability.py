"""What makes a trace unstable, and what mends it."""

from __future__ import annotations

from typing import Any

import pytest

from snapy_instrument.testing.verify.instability import explain_instability
from snapy_instrument.trace.trace import Trace
from snapy_instrument.values import Cut
from tests.trace.builders import Spec, call, events, thing

A, B = "550e8400-e29b-41d4-a716-446655440000", "123e4567-e89b-12d3-a456-426614174000"
STATE = "  the first run left something behind"


def explained(first: Spec, second: Spec, **options: Any) -> list[str]:
    """Return the lines; nothing where the trace is stable."""
    traces = [Trace(events(call("m.run")(spec)), **options) for spec in (first, second)]
    return (explain_instability(*traces) or "").split("\n")


def order(value: Any) -> Spec:
    """A call with an argument."""
    return call("m.order", id=value)


@pytest.mark.parametrize(
    ("first", "second", "remedy"),
    [
        (A, B, 'scrub=["uuid"] makes it stable: traced(..., scrub=["uuid"]), or snapy_scrub = uuid in the ini file'),
        ([A, 1_700_000_000], [B, 1_700_000_009], 'scrub=["epoch", "uuid"] makes it stable'),
        ("2024-01-02T03:04:05", "2024-01-02T03:04:06", 'scrub=["datetime"] makes it stable'),
        ("0x7fab00", "0x7fac00", 'scrub=["hex"] makes it stable'),
        ("localhost:5001", "localhost:5002", 'scrub=["port"] makes it stable'),
        (0.12345678, 0.12345679, "float_digits=7 makes it stable, or snapy_float_digits = 7 in the ini file"),
    ],
)
def test_a_remedy_is_tried_before_it_is_named(first: Any, second: Any, remedy: str) -> None:
    """The fewest scrubbers that make both texts equal, or digits."""
    title, where, advice = explained(order(first), order(second))
    assert title.startswith("the trace differs between two runs of the same test: m.order called with id")
    assert where == "  in m.run > m.order"
    assert advice.strip().startswith(remedy)


def test_stable_traces_have_no_explanation() -> None:
    """Though their objects, times and threads are others."""
    assert explained(order(thing("P", "a")), order(thing("P", "b"))) == [""]
    assert explained(order(A), order(B), scrub=["uuid"]) == [""]


def test_a_scrubber_that_is_not_enough_says_what_is_left() -> None:
    """One remedy after the other."""
    first, second = (call("m.f")(call("m.order", id=each), call("m.job", n=n)) for n, each in enumerate((A, B)))
    assert explained(first, second)[2:] == [
        "  and 1 more change",
        '  scrub=["uuid"] makes this value stable, and leaves: 1 change: m.job called with n: 0 -> 1',
    ]


def test_calls_of_other_numbers_come_from_state() -> None:
    """No scrubber can help."""
    lines = explained(call("m.load")(call("m.read")), call("m.load"))
    assert lines[0].endswith("m.read removed under m.load")
    assert (lines[1], lines[2].startswith(STATE), len(lines)) == ("  in m.run > m.load > m.read", True, 3)


@pytest.mark.parametrize(
    ("first", "second", "pair"),
    [
        ("ord-00009-x", "ord-00010-x", r'(r"ord-\d+-x", "ord-<changing>-x")'),
        ("job_ab1", "job_xy2", r'(r"job_[^\W_]+", "job_<changing>")'),
        ("/a/k-1?b", "/a/l-2?b", r'(r"/a/[\w-]+\?b", "/a/<changing>?b")'),
    ],
)
def test_a_pair_is_made_of_what_texts_have_in_common(first: str, second: str, pair: str) -> None:
    """And mends it."""
    advice = explained(order(first), order(second))[2]
    assert advice == f"  no built-in scrubber matches it; a pair of your own can: scrub=[{pair}]"
    regex, replacement = eval(pair)
    assert explained(order(first), order(second), scrub=[(regex, replacement)]) == [""]


@pytest.mark.parametrize(("first", "second"), [("abc", "xyz"), (1, 2), ('a"1', 'a"2'), ("a!", "a?")])
def test_no_pair_where_nothing_can_be_said(first: Any, second: Any) -> None:
    """A regex for any text would hide every change."""
    assert explained(order(first), order(second))[2].startswith(STATE)


def test_a_hidden_part_that_differs() -> None:
    """The message says how to see it."""
    lines = explained(order(Cut("aa", 9, "chars", "12345678")), order(Cut("aa", 9, "chars", "87654321")))
    assert lines[2].startswith(
        "  the part of the value that was cut off differs: show more of it by limits=Limits(...)"
    )


def test_more_changes_are_counted() -> None:
    """The first is explained."""
    first, second = (call("m.f")(call("m.g", n=n), call("m.h", n=n)) for n in (1, 2))
    assert explained(first, second)[2] == "  and 1 more change"
