"""The options of a text."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import pytest

from snapy_instrument.trace.diff.diff import diff_traces
from snapy_instrument.trace.text.text_options import TextOptions
from snapy_instrument.trace.trace import Trace
from tests.trace.builders import call, events

ID = "550e8400-e29b-41d4-a716-446655440000"
EVENTS = events(call("m.f", id=ID, part=1 / 3)(call("m.g")(call("m.h"))))
OPTIONS: dict[str, Any] = {
    "detail": "verbose",
    "max_depth": 2,
    "collapse": ["m.x", re.compile("^Y", re.IGNORECASE)],
    "float_digits": 3,
    "scrub": ["uuid", (r"ord_\d+", "<order#>")],
}
TEXT = """\
trace v1 verbose
m.f(id='<uuid#1>', part=0.333)
  m.g() [+1 call] -> None
  -> None"""


def test_a_trace_is_formatted_with_its_options() -> None:
    """All of them together."""
    assert str(Trace(EVENTS, **OPTIONS)) == TEXT


@pytest.mark.parametrize("again", [lambda trace: pickle.loads(pickle.dumps(trace)), lambda trace: trace.replace()])
def test_options_go_with_the_trace(again: Any) -> None:
    """Into a pickle and into a copy."""
    assert again(Trace(EVENTS, **OPTIONS)).options == Trace(EVENTS, **OPTIONS).options


def test_options_go_into_the_file(tmp_path: Path) -> None:
    """And come back from it."""
    trace = Trace(EVENTS, root={"w": "/w"}, **OPTIONS)
    trace.save(tmp_path / "a")
    loaded = Trace.load(tmp_path / "a")
    assert (str(loaded), loaded.options, loaded.path_roots.prefixes) == (TEXT, trace.options, {"w": ("/w",)})
    assert '"collapse":["m.x","re:(?i)^Y"]' in (tmp_path / "a").read_text().split("\n")[0]


def test_a_file_without_options_is_as_before(tmp_path: Path) -> None:
    """Its header says the level and the roots alone."""
    assert Trace([], root={}).options.to_header() == {"level": "standard", "roots": {}}


def test_some_options_can_be_changed() -> None:
    """The others stay, and the events are all there."""
    trace = Trace(EVENTS, **OPTIONS).replace(max_depth=None, detail="detailed")
    assert str(trace) == "trace v1 standard\nm.f(id='<uuid#1>', part=0.333)\n  m.g()\n    m.h()"


def test_another_level_keeps_the_other_options() -> None:
    """``format`` changes the level alone."""
    assert Trace(EVENTS, **OPTIONS).format("minimal") == "trace v1 minimal\nm.f\n  m.g [+1 call]"


def test_events_alone_are_compared_as_the_trace_is_formatted() -> None:
    """On either side."""
    trace = Trace(EVENTS, **OPTIONS)
    assert (bool(diff_traces(trace, EVENTS)), bool(diff_traces(EVENTS, trace))) == (False, False)


def test_a_text_is_compared_with_the_text_of_the_trace() -> None:
    """As a snapshot is."""
    assert not diff_traces(TEXT, Trace(EVENTS, **OPTIONS))


def test_unknown_options_are_refused() -> None:
    """By their names."""
    with pytest.raises(TypeError, match="depth"):
        Trace([]).replace(depth=3)  # type: ignore[call-arg]


def test_options_are_equal_whatever_the_machine() -> None:
    """The places that paths are shortened to do not count."""
    assert TextOptions(root={"root": "/a"}) == TextOptions(root={"root": "/b"})
