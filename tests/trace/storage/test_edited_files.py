"""Files that a hand has changed: what is loaded works, everything else is a TraceError."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snapy_instrument.errors import TraceError
from snapy_instrument.trace.analysis.metrics import summary
from snapy_instrument.trace.analysis.validation import TraceValidator
from snapy_instrument.trace.execution import TracedExecution, execution_flow, format_events
from snapy_instrument.trace.text.text_options import TextOptions
from snapy_instrument.trace.trace import Trace
from snapy_instrument.values import Cut, Mark, Struct
from tests.trace.builders import call, detached, event, events, marker, sets, thing, yields
from tests.trace.storage.event_lines import event_lines

SPEC = call("m.f", x=[1, {"k": (2, {3})}], p=thing("P"), s=Struct("S", (("a", 1), (None, Mark("<m>")))))(
    call("m.g", y=Cut("abc", 3, "chars", "ff")).raises("ValueError", "x", b"y"),
    yields(1.5),
    sets(z=float("inf")),
    call("m.h").in_task("t").with_defaults("q"),
)
EVENTS = [*events(SPEC.returns(1 << 3000), detached("b", call("m.i"))), *events(marker("slow")), event("call", "f")]
OPTIONS: dict[str, Any] = {
    "detail": "verbose",
    "root": {"w": "/w"},
    "max_depth": 2,
    "collapse": ["m.x"],
    "float_digits": 3,
    "scrub": ["uuid", ("a+", "<a>")],
}
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.just(10**500),
    st.floats(),
    st.text(max_size=3),
    st.sampled_from([[], {}, [[]], [1, 2], ["a", "b"], {"a": 1}, {"~": "set", "v": [1]}, {"~": "x"}, {"~": []}]),
    st.sampled_from(["set", "struct", "cut", "ref", "mark", "dict", "float", "int"]).flatmap(
        lambda kind: st.sampled_from([0, "", [], [1], ["a", 1], [[1, 2]], {}, None]).map(
            lambda content: {"~": kind, "v": content}
        )
    ),
)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to everything inside of JSON."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(inner for key, each in items for inner in places(each, (*way, key)))]


def replaced(value: Any, way: tuple[Any, ...], junk: Any) -> Any:
    """``value`` with ``junk`` in one place."""
    if not way:
        return junk
    copy = value.copy()
    copy[way[0]] = replaced(value[way[0]], way[1:], junk)
    return copy


def use(trace: Trace, again: Path) -> None:
    """Everything that reads a trace."""
    for detail in ("minimal", "standard", "verbose"):
        trace.format(detail)
    assert not trace.diff(trace)
    summary(trace)
    TracedExecution(trace).function_calls()
    TraceValidator().problems(trace.events)
    execution_flow(trace)
    format_events(trace)
    trace.calls("*")
    trace.save(again)
    assert str(Trace.load(again)) == str(trace)


def loaded(path: Path, line: int) -> Trace | None:
    """The trace, or None where the error is the right one: rows are compared with the lines before them."""
    problem = ""
    try:
        return Trace.load(path)
    except TraceError as error:
        problem = str(error)
    assert problem.startswith(f"{path} is not a saved trace: ")
    named = re.search(r"line (\d+) ", problem)
    assert named is not None
    assert int(named[1]) >= line
    return None


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_an_edited_file_is_a_trace_or_an_error(tmp_path: Path, data: st.DataObject) -> None:
    """One value of one line is replaced; the error names the file and the line."""
    path = tmp_path / "a"
    Trace(EVENTS, **OPTIONS).save(path)
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    number = data.draw(st.integers(0, len(lines) - 1))
    found = json.loads(lines[number])
    way = data.draw(st.sampled_from(places(found)))
    lines[number] = json.dumps(replaced(found, way, data.draw(JUNK)))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    trace = loaded(path, number + 1)
    if trace is not None:
        use(trace, tmp_path / "b")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_an_edited_older_file_is_a_trace_or_an_error(tmp_path: Path, data: st.DataObject) -> None:
    """One event a line."""
    path = tmp_path / "a"
    lines = event_lines(EVENTS, **TextOptions(**OPTIONS).to_header()).split("\n")[:-1]
    number = data.draw(st.integers(0, len(lines) - 1))
    found = json.loads(lines[number])
    way = data.draw(st.sampled_from(places(found)))
    lines[number] = json.dumps(replaced(found, way, data.draw(JUNK)))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    trace = loaded(path, number + 1)
    if trace is not None:
        use(trace, tmp_path / "b")


@pytest.mark.parametrize("name", [each for each in EVENTS[0].__slots__ if each != "return_value"])
@pytest.mark.parametrize("junk", [[], {"~": "tuple", "v": [1, 2, 3]}, {"a": []}])
def test_a_container_in_the_place_of_a_field_is_refused(tmp_path: Path, name: str, junk: Any) -> None:
    """All fields but values have one type each."""
    path = tmp_path / "a"
    lines = event_lines(EVENTS).split("\n")
    path.write_text("\n".join([*lines[:2], json.dumps({**json.loads(lines[2]), name: junk}), *lines[3:]]))
    if (name == "args" and junk == {"a": []}) or (name == "defaulted" and junk == []):
        use(Trace.load(path), tmp_path / "b")
        return
    with pytest.raises(TraceError, match=rf"line 3 is no event \({name} must be "):
        Trace.load(path)


@pytest.mark.parametrize(
    ("name", "change", "cause"),
    [
        ("sites", lambda found: found[0].__setitem__(2, "one"), "line_number must be a whole number"),
        ("sites", lambda found: found[0][6].append("more"), "more or fewer arguments"),
        ("sites", lambda found: found[0].pop(), "a site has six fields"),
        ("lanes", lambda found: found[0].__setitem__(0, 3), "thread_id must be a text"),
        ("values", lambda found: found.__setitem__(0, {"~": "x"}), "unknown kind 'x'"),
        ("arguments", lambda found: found[0].__setitem__(0, 999), "there is no value 999"),
        ("arguments", lambda found: found[0].__setitem__(0, -1), "there is no value"),
        ("exceptions", lambda found: found[0].pop(), "exception must be null, or the name of a type and a message"),
        ("extras", lambda found: found[0].__setitem__("colour", 1), "an event has no colour"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, name: str, change: Any, cause: str) -> None:
    """With the line of the entry, or of the rows that do not fit it."""
    path = tmp_path / "a"
    Trace(EVENTS).save(path)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    (table,) = [line[name] for line in lines if name in line and "rows" not in line]
    change(table)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    with pytest.raises(TraceError, match=re.escape(cause)):
        Trace.load(path)


@pytest.mark.parametrize(
    ("name", "junk"),
    [
        ("rows", 1),
        ("kinds", "c?"),
        ("kinds", 3),
        ("ids", [1]),
        ("ids", {"at": [0], "is": ["x"]}),
        ("ids", {"at": [0], "is": [-9]}),
        ("back", {"at": [99], "is": [1]}),
        ("sites", {"at": [0], "is": [99]}),
        ("lanes", {"at": [0], "is": [99]}),
        ("arguments", {"at": [0], "is": [99]}),
        ("values", {"at": [0], "is": [99]}),
        ("values", {"at": [0], "is": [1 << 40]}),
        ("exceptions", {"at": [0], "is": [-2]}),
        ("times", [0.5]),
        ("seconds", {"at": [0], "is": ["noon"]}),
        ("others", {"at": [0], "is": [[1, 2]]}),
        ("memory", {"at": [0]}),
    ],
)
def test_wrong_rows_are_named(tmp_path: Path, name: str, junk: Any) -> None:
    """The numbers of a batch fit together, and to the entries before them."""
    path = tmp_path / "a"
    Trace(EVENTS).save(path)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    (number,) = [place for place, line in enumerate(lines) if "rows" in line]
    lines[number][name] = junk
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    with pytest.raises(TraceError, match=rf"line {number + 1} is no entry and no row \(rows: "):
        Trace.load(path)
