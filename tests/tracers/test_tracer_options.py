"""`TracerOptions`: what is recorded, and how the text looks; names and values that are refused."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy
import pytest

from snapy_instrument import (
    AsyncTracer,
    FunctionTracer,
    Limits,
    StreamingTracer,
    TracedSnapshot,
    TracerOptions,
    install_hook,
)
from tests.conftest import Application

SHOP = """
import uuid

def rate():
    return 1 / 3

def tax(net):
    return net * rate()

def store(order):
    return f"/orders/{order}"

def checkout(net):
    total = net + tax(net)
    store(str(uuid.uuid4()))
    return total
"""
FULL = """\
trace v1 standard
shop.checkout(net=3)
  shop.tax(net=3)
    shop.rate() -> 0.333333333333
    -> 1.0
  shop.store(order='<uuid#1>') -> '/orders/<uuid#1>'
  -> 4.0"""


def lines_of(application: Application, **options: Any) -> list[str]:
    """Return the lines of a checkout."""
    application.write(shop=SHOP)
    with FunctionTracer(scrub=["uuid"], **{"filter_modules": ["shop"], **options}) as tracer:
        application.load("shop").checkout(3)
    return tracer.format_trace().split("\n")


@pytest.mark.parametrize("kind", [FunctionTracer, TracedSnapshot, AsyncTracer])
def test_every_tracer_takes_them(kind: type[FunctionTracer], application: Application) -> None:
    """By keyword."""
    application.write(shop=SHOP)
    shop = application.load("shop")
    with kind(include=["shop"], detail="minimal", max_depth=1, float_digits=2, scrub="uuid", collapse="x") as tracer:
        shop.checkout(3)
    assert tracer.format_trace() == "trace v1 minimal\nshop.checkout [+3 calls]"
    assert StreamingTracer(5, include=["shop"], detail="minimal").detail_level == "minimal"


def test_scrubbed_values_are_as_recorded_in_events(application: Application) -> None:
    """They are scrubbed in the text alone."""
    assert "\n".join(lines_of(application)) == FULL


@pytest.mark.parametrize(
    "options",
    [
        {"filter_modules": None, "include": "shop"},
        {"filter_modules": ["elsewhere"], "include": ["shop"]},
        {"include": [re.compile("^shop$")]},
    ],
)
def test_include_is_the_filter(application: Application, options: dict[str, Any]) -> None:
    """By its short name, which counts."""
    assert "\n".join(lines_of(application, **options)) == FULL


@pytest.mark.parametrize("exclude", ["shop.tax", ["shop:tax"], ["!shop.tax"], "re:tax$", re.compile("tax$")])
def test_exclude_leaves_a_function_out(application: Application, exclude: Any) -> None:
    """What it calls is shown one level up."""
    lines = lines_of(application, exclude=[exclude] if isinstance(exclude, re.Pattern) else exclude)
    assert lines[1:4] == [
        "shop.checkout(net=3)",
        "  shop.rate() -> 0.333333333333",
        "  shop.store(order='<uuid#1>') -> '/orders/<uuid#1>'",
    ]


@pytest.mark.parametrize("exclude", ["shop", "shop.*", "sho*"])
def test_exclude_leaves_a_module_out(application: Application, exclude: str) -> None:
    """As an excluding pattern of the filter does."""
    assert lines_of(application, exclude=exclude)[1:] == ["[no calls recorded]"]


def test_exclude_alone_keeps_what_the_hook_includes(application: Application) -> None:
    """And not everything else."""
    application.write(shop=SHOP, other="def helper():\n    return 1\n")
    with install_hook(["shop"]):
        shop, other = application.load("shop"), application.load("other")
        with FunctionTracer(exclude=["shop.store", "shop.checkout"]) as tracer:
            shop.checkout(3)
            other.helper()
    assert [event.name for event in tracer.calls] == ["shop.tax", "shop.rate"]


def test_tracers_with_other_exclusions_see_other_calls(application: Application) -> None:
    """At the same time."""
    application.write(shop=SHOP)
    shop = application.load("shop")
    with FunctionTracer("shop", exclude="shop.tax") as first, FunctionTracer("shop", exclude="shop.store") as second:
        shop.checkout(3)
    assert [len(tracer.calls("shop.tax shop.store")) for tracer in (first, second)] == [1, 1]
    first.assert_never("shop.tax")
    second.assert_never("shop.store")


def test_shape_is_no_filter(application: Application) -> None:
    """All calls are recorded, and can be asked for."""
    application.write(shop=SHOP)
    with FunctionTracer("shop", max_depth=1, collapse=["shop.tax"]) as tracer:
        application.load("shop").checkout(3)
    assert tracer.format_trace() == "trace v1 standard\nshop.checkout(net=3) [+3 calls] -> 4.0"
    assert [len(tracer.calls), tracer.get_metrics()["total_calls"]] == [4, 4]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"exclude": ["a..b"]}, r"bad pattern 'a\.\.b'"),
        ({"include": ["a..b"]}, r"bad pattern 'a\.\.b'"),
        ({"collapse": ["a..b"]}, r"bad pattern 'a\.\.b'"),
        ({"max_depth": 0}, "max_depth must be"),
        ({"detail": "loud"}, "unknown level 'loud'"),
        ({"float_digits": 99}, "float_digits must be"),
        ({"scrub": ["uid"]}, "unknown scrubber 'uid': did you mean 'uuid'"),
    ],
)
def test_wrong_options_are_refused_at_once(options: dict[str, Any], message: str) -> None:
    """Not when the text is made."""
    with pytest.raises(ValueError, match=message):
        FunctionTracer(**options)


MAKERS = [FunctionTracer, AsyncTracer, StreamingTracer, TracedSnapshot, TracerOptions().changed]


@pytest.mark.parametrize("make", MAKERS)
def test_a_wrong_name_is_refused(make: Callable[..., Any]) -> None:
    """The message names the option that was meant, and all that there are."""
    with pytest.raises(
        TypeError, match=r"there is no option 'detial': did you mean 'detail'\? There are backend, collapse"
    ):
        make(detial="minimal")


def test_a_name_near_to_none_is_refused_too() -> None:
    """Without a guess."""
    nameless: dict[str, Any] = {"zzz": 1}
    with pytest.raises(TypeError, match=r"there is no option 'zzz'\. There are backend"):
        FunctionTracer(**nameless)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"trace_lines": "yes"}, TypeError, "trace_lines='yes' must be True or False"),
        ({"limits": {"depth": 3}}, TypeError, "limits={'depth': 3} must be of type Limits"),
        ({"redactor": "iban"}, TypeError, "redactor='iban' must be of type Redactor"),
        ({"options": {}}, TypeError, "options={} must be of type TracerOptions"),
        ({"include": 5}, TypeError, "include=5 must be a pattern or a list of patterns"),
        ({"exclude": [5]}, ValueError, "exclude: bad pattern 5"),
        ({"include": "a..b"}, ValueError, r"include: bad pattern 'a\.\.b'"),
        ({"scope": "galaxy"}, ValueError, "scope='galaxy' is not one of 'process', 'context'"),
        ({"max_events": True}, ValueError, "max_events must be a whole number, got True"),
    ],
)
def test_a_wrong_value_is_refused(options: dict[str, Any], error: type[Exception], message: str) -> None:
    """The message names the option, the value and what is allowed."""
    with pytest.raises(error, match=message):
        FunctionTracer(**options)


def test_options_are_a_value() -> None:
    """Equal where all are equal, whichever way the patterns were written; they cannot be changed."""
    options = TracerOptions(include="shop.* other", detail="detailed")
    assert options == TracerOptions(include=["shop.*", "other"], detail="standard")
    assert options != options.changed(detail="verbose")
    with pytest.raises(AttributeError):
        options.include = ()  # type: ignore[misc]


def test_options_by_name_replace_shared_ones() -> None:
    """One by one; the earlier names and the patterns in front too."""
    shared = TracerOptions(include="shop", detail="minimal", limits=Limits(depth=2), scrub="uuid")
    tracer = FunctionTracer("other", options=shared, detail_level="verbose")
    assert tracer.filter_modules == ["other"]
    assert tracer.options == shared.changed(include=["other"], detail="verbose")
    assert FunctionTracer(options=shared).options is shared
    assert FunctionTracer(options=shared, filter_modules=["third"]).filter_modules == ["third"]


@pytest.mark.parametrize("kind", [FunctionTracer, AsyncTracer, StreamingTracer, TracedSnapshot])
def test_help_shows_the_options(kind: type[FunctionTracer]) -> None:
    """The signature has each of them with its default, in place of ``**changes``."""
    shown = inspect.signature(kind).parameters
    assert set(inspect.signature(TracerOptions).parameters) < set(shown)
    assert shown["detail"].default == "standard"
    assert "changes" not in shown


@pytest.mark.parametrize(("frames", "shows"), [("shape", False), ("head", True), ("full", True)])
def test_frames_show_rows_on_demand(frames: Any, shows: bool) -> None:
    """The option of the tracer holds for the values that it captures; others are refused by name."""

    def take(values: Any) -> None:
        """Take an array that is too large to be shown by value."""

    with FunctionTracer([__name__], frames=frames) as tracer:
        take(numpy.zeros((200, 2)))
    assert (", rows=[[0.0, 0.0]" in tracer.format_trace() or ", head=[[0.0, 0.0]" in tracer.format_trace()) is shows
    with pytest.raises(ValueError, match="frames='rows' is not one of 'shape', 'head', 'full'"):
        FunctionTracer(frames="rows")  # type: ignore[arg-type]
