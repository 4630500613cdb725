"""What a text leaves out and counts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapy_instrument.trace.diff.parse import parse_trace
from snapy_instrument.trace.text.layout import format_trace
from snapy_instrument.trace.text.visible_calls import hidden_text
from snapy_instrument.trace.trace import Trace
from tests.trace.builders import Spec, call, detached, events, thing, yields
from tests.trace.diff.test_diff_random import ROOTS


def shop() -> list[Spec]:
    """Two roots and another thread."""
    return [
        call("shop.checkout")(
            call("shop.total", n=1)(call("shop.tax", n=2)(call("shop.rate").returns(0.2)).returns(0.4)).returns(2.4),
            call("shop.pay", gw=thing("Gateway"))(
                call("shop.Gateway.charge", gw=thing("Other")).raises("ValueError", "no")
            ).passes_up(),
        ).returns("paid"),
        call("shop.audit"),
        detached("t", call("shop.job")(call("shop.step"))),
    ]


def text(detail: Any = "standard", **options: Any) -> list[str]:
    """The lines of the shop, without the header."""
    return format_trace(events(*shop()), detail=detail, **options).split("\n")[1:]


def test_deeper_calls_are_counted() -> None:
    """On the line of the call that they stand in, in front of its result."""
    assert text(max_depth=2) == [
        "shop.checkout()",
        "  shop.total(n=1) [+2 calls] -> 2.4",
        "  shop.pay(gw=<Gateway#1>) [+1 call] raises ValueError('no')",
        "  -> 'paid'",
        "shop.audit()",
        "[other threads, order not significant]",
        "  shop.job()",
        "    shop.step()",
    ]


def test_depth_of_one_shows_roots() -> None:
    """Those of other threads, too."""
    assert text(max_depth=1) == [
        "shop.checkout() [+5 calls] -> 'paid'",
        "shop.audit()",
        "[other threads, order not significant]",
        "  shop.job() [+1 call]",
    ]


def test_a_depth_that_no_call_has_changes_nothing() -> None:
    """Four calls are open at most."""
    assert (text(max_depth=4), text(max_depth=3)[2]) == (text(), "    shop.tax(n=2) [+1 call] -> 0.4")


@pytest.mark.parametrize("patterns", ["shop.total shop.pay", ["shop:total", "shop:pay"], "re:total|pay"])
def test_calls_inside_collapsed_ones_are_counted(patterns: str | list[str]) -> None:
    """Whatever way the patterns are written."""
    assert text(collapse=patterns)[1:3] == [
        "  shop.total(n=1) [+2 calls] -> 2.4",
        "  shop.pay(gw=<Gateway#1>) [+1 call] raises ValueError('no')",
    ]


def test_a_collapsed_leaf_is_a_leaf() -> None:
    """There is nothing to count."""
    assert text(collapse="shop.rate shop.audit") == text()


def test_minimal_counts_too() -> None:
    """Behind the name."""
    assert text("minimal", max_depth=2)[1:3] == [
        "  shop.total [+2 calls]",
        "  shop.pay [+1 call] raises ValueError",
    ]


def test_own_lines_of_a_call_stay() -> None:
    """What a generator hands out at verbose is no call."""
    found = events(call("m.f")(yields(1), call("m.g"), yields(2)))
    assert format_trace(found, detail="verbose", max_depth=1).split("\n")[1:] == [
        "m.f() [+1 call]",
        "  yields 1",
        "  yields 2",
        "  -> None",
    ]


def test_an_exception_is_reported_where_it_is_first_shown() -> None:
    """And passes up from there."""
    inner = call("m.h").raises("KeyError", "x")
    spec = call("m.e")(call("m.f")(call("m.g")(inner).passes_up()).passes_up()).passes_up()
    assert format_trace(events(spec), max_depth=2).split("\n")[1:] == [
        "m.e()",
        "  m.f() [+2 calls] raises KeyError('x')",
        "  raises ^KeyError",
    ]


def test_hidden_objects_take_no_number() -> None:
    """The numbers are those of what is shown."""
    found = events(call("m.f")(call("m.g", x=thing("P", "a"))), call("m.h", x=thing("P", "b")))
    assert format_trace(found, max_depth=1).endswith("m.h(x=<P#1>)")


def test_equal_shown_calls_are_folded() -> None:
    """Though they differ inside, where as many calls were made."""
    found = events(*[call("m.f")(call("m.g", n=n)) for n in range(3)])
    assert format_trace(found, max_depth=1).split("\n")[1:] == ["m.f() [+1 call] [x3]"]


@pytest.mark.parametrize(
    ("depth", "message"), [(0, "1 or more, got 0"), (-1, "1 or more, got -1"), ("2", "a whole number, got '2'")]
)
def test_wrong_depths(depth: Any, message: str) -> None:
    """At least one call is shown."""
    with pytest.raises(ValueError, match=f"max_depth must be {message}"):
        Trace([], max_depth=depth)


def test_wrong_patterns() -> None:
    """They are quoted."""
    with pytest.raises(ValueError, match=r"bad pattern 'a\.\.b'"):
        Trace([], collapse=["a..b"])


def test_numbers_agree_with_their_noun() -> None:
    """One is singular."""
    assert [hidden_text(1), hidden_text(12)] == ["[+1 call]", "[+12 calls]"]


@given(ROOTS, st.integers(1, 4), st.sampled_from(["minimal", "standard", "verbose"]))
def test_shown_and_hidden_calls_are_all(spec: Spec, depth: int, level: Any) -> None:
    """No call is lost, and the text can be read back."""
    found = events(spec)
    counts: dict[int, int] = {}
    nodes = parse_trace(format_trace(found, detail=level, max_depth=depth)).walk()
    for node in reversed(nodes):
        hidden = int(node.hidden.strip("[+]").partition(" ")[0] or 0)
        inside = sum(counts[id(child)] for child in node.children)
        counts[id(node)] = node.times * ((node.kind == "call") + hidden + inside)
    assert counts[id(nodes[0])] == len(Trace(found))
