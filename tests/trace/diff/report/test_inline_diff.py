"""A changed call as one line."""

from __future__ import annotations

import pytest

from snapy_instrument.trace.diff.diff import diff_traces
from snapy_instrument.trace.diff.report.inline_diff import inline_change, inline_values

LONG = "Series([1, 2, 3, 4, 5, 6, 7, 8], name='close')"


def line(old: str, new: str, width: int = 92) -> str:
    """The line of the first change between two texts."""
    return inline_change(diff_traces(f"trace v1 standard\n{old}", f"trace v1 standard\n{new}").changes[0], width)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("m.f(x=1, y=2) -> 3", "m.f(x=1) -> 4", "m.f(x=1, [-y=2-]) -> [-3-]{+4+}"),
        ("m.f(x=1)", "m.f(x=1, y=2)", "m.f(x=1, {+y=2+})"),
        ("m.f(x=1) -> 3", "m.f(x=1) -> 4", "m.f(x=1) -> [-3-]{+4+}"),
        (
            f"m.f(close={LONG}, window=10)",
            f"m.f(close={LONG}, window=12)",
            "m.f(close=Series(...), window=[-10-]{+12+})",
        ),
        ("m.f(x='day 1')", "m.f(x='day 2')", "m.f(x=[-'day 1'-]{+'day 2'+})"),
        ("m.f() -> 1", "m.f()", "m.f() [--> 1-]"),
        ("m.f()\n  m.g()\n  -> 1", "m.f()\n  m.g()\n  -> 2", "m.f() -> [-1-]{+2+}"),
        ("m.f(x=1)\n  m.g()\n  -> 1", "m.f(x=2)\n  m.g()\n  -> 2", "m.f(x=[-1-]{+2+})"),
        ("m.f()", "m.f()\nm.g(x=1) -> 2", "{+m.g(x=1) -> 2+}"),
        ("m.f()\nm.g(x=1) -> 2", "m.f()", "[-m.g(x=1) -> 2-]"),
        ("m.f(x=1)", "m.g(x=1)", "[-m.f-]{+m.g+}(x=1)"),
        ("m.f() [x2]", "m.f()", "m.f() [x[-2-]{+1+}]"),
        ("m.f(x=1)\nm.g()", "m.g()\nm.f(x=1)", "m.f(x=1) moved behind m.g"),
        ("m.f()\n  [a]", "m.f()\n  [b]", "[-[a]-]{+[b]+}"),
    ],
)
def test_a_line_of_each_kind(old: str, new: str, expected: str) -> None:
    """Old text in ``[- -]``, new text in ``{+ +}``, equal values shortened."""
    assert line(old, new) == expected


@pytest.mark.parametrize("width", [40, 60, 90])
def test_it_keeps_to_its_width(width: int) -> None:
    """More or less: what changed is always there."""
    items = ", ".join(f"Item(sku='sku{n}', qty={{0}}, price={n}.5)" for n in range(20))
    found = line(f"m.f(items=[{items.replace('{0}', '7')}])", f"m.f(items=[{items.replace('{0}', '8')}])", width)
    assert "[-" in found
    assert "{+" in found
    assert len(found) < width + 20


def test_values_that_differ_in_the_middle() -> None:
    """What they have in common is shown once, from whole words on."""
    old = f"{{'lines': {list(range(30))}, 'total': 12.5, 'rest': {list(range(30))}}}"
    assert inline_values(old, old.replace("12.5", "19.75"), 60) == "...29], 'total': [-12.5-]{+19.75+}, 'res..."


def test_numbers_are_shown_whole() -> None:
    """Not only their last digits."""
    assert inline_values("'the price is 12.45 today'", "'the price is 12.46 today'", 80) == (
        "'the price is [-12.45-]{+12.46+} today'"
    )
