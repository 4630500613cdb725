"""Traces with values replaced or left out."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given

from snapy_instrument.events import CallEvent
from snapy_instrument.trace.text.matchers import Path
from snapy_instrument.trace.trace import Trace
from snapy_instrument.values import Cut, Mark, Ref, Struct
from tests.trace.builders import Spec, call, detached, events, sets, thing, yields
from tests.trace.diff.test_diff_random import ROOTS

TRACE = Trace(
    events(
        call("shop.checkout", items=[Struct("Item", (("sku", "pen"), ("qty", 2)))])(
            call("shop.total", rates={"DE": 0.19}).returns(2.5),
            call("shop.pay", gw=thing("Gateway"), amount=2.5)(
                call("shop.charge", cents=250).raises("ValueError", "declined", 250)
            ).passes_up(),
        ).returns({"ok": False, "steps": (1, 2)})
    )
)


class Matcher:
    """Notes what it is asked; gives what ``replaced`` says of a path, else the value."""

    def __init__(self, **replaced: Any) -> None:
        self.replaced = replaced
        self.asked: list[tuple[str, Any, Path]] = []

    def __call__(self, *, data: Any, path: Path) -> Any:
        """As syrupy calls it."""
        name = ".".join(str(step) for step, _ in path)
        self.asked.append((name, data, path))
        return self.replaced.get(name, data)


def shown(trace: Trace = TRACE, **options: Any) -> list[str]:
    """The lines without the header."""
    return trace.format_revised(**options).split("\n")[1:]


def names(*given: str) -> Any:
    """A filter by the last step, as syrupy's ``props``."""
    return lambda *, prop, path: str(prop) in given


def paths(*given: str) -> Any:
    """A filter by the whole path, as syrupy's ``paths``."""
    return lambda *, prop, path: ".".join(str(step) for step, _ in (*path, (prop, None))) in given


def test_every_value_is_matched_by_its_path() -> None:
    """Containers before what is in them; each step with the type of what it leads to."""
    matcher = Matcher()
    assert shown(matcher=matcher) == str(TRACE).split("\n")[1:]
    assert {name for name, _, _ in matcher.asked} == {
        "shop.checkout.items",
        "shop.checkout.items.0",
        "shop.checkout.items.0.sku",
        "shop.checkout.items.0.qty",
        "shop.checkout.return",
        "shop.checkout.return.ok",
        "shop.checkout.return.steps",
        "shop.checkout.return.steps.0",
        "shop.checkout.return.steps.1",
        "shop.total.rates",
        "shop.total.rates.DE",
        "shop.total.return",
        "shop.pay.gw",
        "shop.pay.amount",
        "shop.pay.raises",
        "shop.pay.raises.0",
        "shop.pay.raises.1",
        "shop.charge.cents",
        "shop.charge.raises",
        "shop.charge.raises.0",
        "shop.charge.raises.1",
    }
    found = {name: path for name, _, path in matcher.asked}
    assert found["shop.checkout.items.0.qty"] == (
        ("shop.checkout", CallEvent),
        ("items", list),
        (0, Struct),
        ("qty", int),
    )


@pytest.mark.parametrize(
    ("path", "replacement", "line"),
    [
        ("shop.checkout.items.0.qty", 9, "shop.checkout(items=[Item(sku='pen', qty=9)])"),
        ("shop.checkout.items", Mark("ITEMS"), "shop.checkout(items=ITEMS)"),
        ("shop.total.rates.DE", object, "  shop.total(rates={'DE': <class 'object'>}) -> 2.5"),
        ("shop.total.return", None, "  shop.total(rates={'DE': 0.19})"),
        ("shop.total.return", UUID(int=1), f"  shop.total(rates={{'DE': 0.19}}) -> UUID('{UUID(int=1)}')"),
        ("shop.charge.raises.1", "cents", "    shop.charge(cents=250) raises ValueError('declined', 'cents')"),
        ("shop.charge.raises", "no", "    shop.charge(cents=250) raises 'no'"),
        ("shop.checkout.return.steps.1", [3], "  -> {'ok': False, 'steps': (1, [3])}"),
    ],
)
def test_values_are_replaced(path: str, replacement: Any, line: str) -> None:
    """In place; what no trace holds is shown by its repr."""
    assert line in shown(matcher=Matcher(**{path: replacement}))


def test_what_a_matcher_gives_is_matched_inside() -> None:
    """As syrupy does."""
    matcher = Matcher(**{"shop.total.rates": {"FR": 1}, "shop.total.rates.FR": 2})
    assert "  shop.total(rates={'FR': 2}) -> 2.5" in shown(matcher=matcher)


@pytest.mark.parametrize(
    ("captured", "live"),
    [
        (Struct("UUID", ((None, str(UUID(int=7))),)), UUID(int=7)),
        (
            Struct("datetime", ((None, "2024-01-02T03:04:05+00:00"),)),
            datetime.datetime(2024, 1, 2, 3, 4, 5, 0, datetime.UTC),
        ),
        (Struct("date", ((None, "2024-01-02"),)), datetime.date(2024, 1, 2)),
        (Struct("time", ((None, "03:04:05"),)), datetime.time(3, 4, 5)),
        (Struct("Decimal", ((None, "1.50"),)), Decimal("1.50")),
    ],
)
def test_values_of_the_standard_library_are_handed_out_as_themselves(captured: Struct, live: Any) -> None:
    """So that a matcher can ask for their types; unless it replaces them they are shown as ever."""
    trace, matcher = Trace(events(call("m.f", x=captured))), Matcher()
    assert shown(trace, matcher=matcher) == str(trace).split("\n")[1:]
    assert matcher.asked[0] == ("m.f.x", live, (("m.f", CallEvent), ("x", type(live))))


@pytest.mark.parametrize("fields", [((None, "x"),), ((None, 3),), (("a", "2024-01-02"),), ()])
def test_classes_that_only_have_such_a_name(fields: Any) -> None:
    """They stay descriptions."""
    captured, matcher = Struct("date", fields), Matcher()
    shown(Trace(events(call("m.f", x=captured))), matcher=matcher)
    assert matcher.asked[0][1] == captured


def test_cut_values_are_matched_by_what_is_shown() -> None:
    """A replacement of another type has nothing cut."""
    trace = Trace(events(call("m.f", x=Cut("aa", 9, "chars", "12345678"))))
    assert shown(trace, matcher=Matcher(**{"m.f.x": "bb"})) == ["m.f(x='bb'...<+9 chars #12345678>)"]
    assert shown(trace, matcher=Matcher(**{"m.f.x": str})) == ["m.f(x=<class 'str'>)"]


def test_members_of_sets_are_matched() -> None:
    """Members are their own steps; what cannot be in a set is shown in braces."""
    trace = Trace(events(call("m.f", x={1, 2})))
    assert shown(trace, matcher=Matcher(**{"m.f.x.1": 5, "m.f.x.2": [3]})) == ["m.f(x={5, [3]})"]


def test_generators_and_lines_are_matched() -> None:
    """At verbose."""
    trace = Trace(events(call("m.f")(yields(1), sets(a=1, b=2))), detail="verbose")
    matcher = Matcher(**{"m.f.yields": 7, "m.f.a": 8})
    assert shown(trace, matcher=matcher) == ["m.f()", "  yields 7", "  sets a=8, b=2", "  -> None"]
    assert shown(trace, exclude=names("yields", "b", "return")) == ["m.f()", "  sets a=1"]


def test_excluded_parts_are_left_out() -> None:
    """Arguments, ends and members by their names."""
    assert shown(exclude=names("items", "return", "raises", "gw")) == [
        "shop.checkout()",
        "  shop.total(rates={'DE': 0.19})",
        "  shop.pay(amount=2.5)",
        "    shop.charge(cents=250)",
    ]
    assert shown(exclude=paths("shop.checkout.return.ok", "shop.checkout.items.0.sku"))[::5] == [
        "shop.checkout(items=[Item(qty=2)])",
        "  -> {'steps': (1, 2)}",
    ]


def test_calls_inside_excluded_ones_stay() -> None:
    """One level up; an exception is shown at the first call that is kept."""
    assert shown(exclude=names("shop.charge", "shop.checkout")) == [
        "shop.total(rates={'DE': 0.19}) -> 2.5",
        "shop.pay(gw=<Gateway#1>, amount=2.5) raises ValueError('declined', 250)",
    ]
    assert shown(exclude=names("shop.pay"))[2] == "  shop.charge(cents=250) raises ValueError('declined', 250)"


def test_excluded_calls_of_other_threads() -> None:
    """They are sorted as ever."""
    trace = Trace(events(detached("a", call("m.z")(call("m.b"))), detached("b", call("m.a"))))
    assert shown(trace, exclude=names("m.z")) == ["[other threads, order not significant]", "  m.a()", "  m.b()"]


def test_all_calls_excluded() -> None:
    """It is said."""
    assert shown(exclude=lambda *, prop, path: True) == ["[no calls recorded]"]


def test_included_parts_are_reported() -> None:
    """A call stays for one of its parts, a container for its members."""
    assert shown(include=names("amount", "items")) == [
        "shop.checkout(items=[Item(sku='pen', qty=2)])",
        "  shop.pay(amount=2.5)",
    ]
    assert shown(include=paths("shop.checkout", "shop.checkout.return", "shop.checkout.return.ok")) == [
        "shop.checkout() -> {'ok': False}"
    ]
    assert shown(include=names("raises"))[0] == "shop.pay()"


def test_what_is_excluded_is_so_though_included() -> None:
    """Both apply."""
    assert shown(include=names("amount", "cents"), exclude=names("shop.pay")) == ["shop.charge(cents=250)"]


def test_a_path_in_front() -> None:
    """The trace may be part of another value."""
    front = (("trace", Trace),)
    assert "  shop.total(rates={'DE': 1}) -> 2.5" in shown(
        path=front, matcher=Matcher(**{"trace.shop.total.rates.DE": 1})
    )
    assert shown(path=front, exclude=paths("trace.shop.checkout"))[0].startswith("shop.total")


def test_minimal_shows_no_values_to_match() -> None:
    """Ends and calls can be left out."""
    trace, matcher = TRACE.replace(detail="minimal"), Matcher()
    assert shown(trace, matcher=matcher, exclude=names("raises", "shop.total")) == [
        "shop.checkout",
        "  shop.pay",
        "    shop.charge",
    ]
    assert matcher.asked == []


def test_options_apply() -> None:
    """Shape, scrubbers and digits."""
    trace = TRACE.replace(max_depth=2, scrub=[("pen", "THING")])
    assert shown(trace, exclude=names("shop.checkout", "gw")) == [
        "shop.total(rates={'DE': 0.19}) -> 2.5",
        "shop.pay(amount=2.5)",
        "  shop.charge(cents=250) raises ValueError('declined', 250)",
        "  raises ^ValueError",
    ]
    assert shown(trace)[0] == "shop.checkout(items=[Item(sku='THING', qty=2)])"


def test_errors_of_matchers_are_not_swallowed() -> None:
    """syrupy's say which value has a type that was not expected."""

    def fails(*, data: Any, path: Path) -> Any:
        raise TypeError("not that one")

    with pytest.raises(TypeError, match="not that one"):
        shown(matcher=fails)


def test_objects_are_matched_as_descriptions() -> None:
    """A live one cannot be had."""
    matcher = Matcher()
    shown(matcher=matcher)
    assert [type(data) for name, data, _ in matcher.asked if name == "shop.pay.gw"] == [Ref]


@given(ROOTS)
def test_a_matcher_that_changes_nothing_changes_nothing(spec: Spec) -> None:
    """Nor does a filter that lets everything pass."""
    trace = Trace(events(spec))
    text = trace.format_revised(
        matcher=lambda *, data, path: data,
        include=lambda *, prop, path: True,
        exclude=lambda *, prop, path: False,
    )
    assert text == str(trace)
