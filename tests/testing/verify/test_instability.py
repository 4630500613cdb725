"""What makes a trace unstable, and what mends it."""

from __future__ import annotations

from typing import Any

import pytest

from snapy_instrument.testing.verify.instability import explain_instability
from snapy_instrument.trace.trace import Trace
from snapy_instrument.values import Cut
from tests.trace.builders import Spec, call, events, thing

A, B = "550e8400-e29b-41d4-a716-446655440000", "123e4567-e89b-12d3-a456-426614174000"
NOW = 1_800_000_000.0
STATE = "  the first run left something behind"


def told(first: Spec, second: Spec, **options: Any) -> list[str]:
    """The lines; nothing where the trace is stable."""
    traces = [Trace(events(call("m.run")(spec)), **options) for spec in (first, second)]
    return (explain_instability(*traces, now=NOW) or "").split("\n")


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
    title, where, advice = told(order(first), order(second))
    assert title.startswith("the trace is another one when the same block runs again: m.order called with id")
    assert where == "  in m.run > m.order"
    assert advice.strip().startswith(remedy)


def test_stable_traces_have_no_explanation() -> None:
    """Though their objects, times and threads are others."""
    assert told(order(thing("P", "a")), order(thing("P", "b"))) == [""]
    assert told(order(A), order(B), scrub=["uuid"]) == [""]


def test_a_scrubber_that_is_not_enough_says_what_is_left() -> None:
    """One remedy after the other."""
    first, second = (call("m.f")(call("m.order", id=each), call("m.job", n=n)) for n, each in enumerate((A, B)))
    assert told(first, second)[2:] == [
        "  and 1 more change",
        '  scrub=["uuid"] mends this one; what is left then: 1 change: m.job called with n: 0 -> 1',
    ]


def test_calls_of_other_numbers_come_from_state() -> None:
    """No scrubber can help."""
    lines = told(call("m.load")(call("m.read")), call("m.load"))
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
    advice = told(order(first), order(second))[2]
    assert advice == f"  no scrubber knows it; a pair of your own can replace it: scrub=[{pair}]"
    regex, replacement = eval(pair)
    assert told(order(first), order(second), scrub=[(regex, replacement)]) == [""]


@pytest.mark.parametrize(("first", "second"), [("abc", "xyz"), (1, 2), ('a"1', 'a"2'), ("a!", "a?")])
def test_no_pair_where_nothing_can_be_said(first: Any, second: Any) -> None:
    """A regex for any text would hide every change."""
    assert told(order(first), order(second))[2].startswith(STATE)


def test_a_hidden_part_that_differs() -> None:
    """Nobody can say what it is."""
    lines = told(order(Cut("aa", 9, "chars", "12345678")), order(Cut("aa", 9, "chars", "87654321")))
    assert lines[2].startswith("  the part of the value that is not shown differs: show more of it, limits=Limits(...)")


def test_more_changes_are_counted() -> None:
    """The first is told."""
    first, second = (call("m.f")(call("m.g", n=n), call("m.h", n=n)) for n in (1, 2))
    assert told(first, second)[2] == "  and 1 more change"


@pytest.mark.parametrize(
    ("value", "shown", "scrubber"),
    [
        (1_800_000_000, "1800000000", "epoch"),
        (1_800_003_600.5, "1800003600.5", "epoch"),
        (1_800_000_000_123, "1800000000123", "epoch"),
        ("2027-01-15T08:00:01+00:00", "2027-01-15T08:00:01+00:00", "datetime"),
        ("2027-01-15T08:00:01", "2027-01-15T08:00:01", "datetime"),
        ("Fri, 15 Jan 2027 08:00:00 GMT", "Fri, 15 Jan 2027 08:00:00 GMT", "datetime"),
    ],
)
def test_the_present_moment_is_not_stable(value: Any, shown: str, scrubber: str) -> None:
    """Though both runs were in the same second."""
    spec = call("m.now").returns([value])
    assert told(spec, spec) == [
        f"the trace holds the present moment, which will be another one: {shown} in m.now",
        f'  scrub=["{scrubber}"] makes it stable: traced(..., scrub=["{scrubber}"]), or snapy_scrub = {scrubber} '
        "in the ini file",
    ]
    assert told(spec, spec, scrub=[scrubber]) == [""]


@pytest.mark.parametrize(
    "value", [1_700_000_000, "2024-01-02T03:04:05", "0001-01-01T00:00:00", "2024-99-99T03:04:05", "12:30"]
)
def test_other_moments_are_stable(value: Any) -> None:
    """A date in the past is a fixed one."""
    assert told(order(value), order(value)) == [""]
