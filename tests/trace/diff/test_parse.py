"""The text of a trace read back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.errors import TraceError
from snapy_instrument.trace.diff.parse import TextNode, TextTree, as_minimal, parse_trace, parse_traces
from snapy_instrument.trace.text.layout import format_trace
from tests.trace.builders import Spec, call, detached, event, events, marker, receives, sets, yields
from tests.trace.text.test_layout import SHOP, programs

PROGRAMS = Path(__file__).parents[2] / "conformance" / "programs"


def one(text: str, level: Any = "standard") -> TextNode:
    """The only root of a text."""
    (node,) = parse_trace(f"trace v1 {level}\n{text}").roots
    return node


def shape(nodes: Sequence[TextNode]) -> list[Any]:
    """Heads, outcomes, numbers and nesting."""
    return [(node.head, node.outcome, node.times, shape(node.children)) for node in nodes]


def written(tree: TextTree) -> str:
    """The text of a parsed tree."""
    roots = [node for node in tree.roots if node.kind != "marker"]
    lines = [f"trace v1 {tree.level}", *(["[no calls recorded]"] if not roots and not tree.others else [])]
    lines += _lines(roots, 0)
    lines += ["[other threads, order not significant]", *_lines(tree.others, 1)] if tree.others else []
    return "\n".join([*lines, *_lines([node for node in tree.roots if node.kind == "marker"], 0)])


def _lines(nodes: Sequence[TextNode], depth: int) -> Iterator[str]:
    for node in nodes:
        yield "  " * depth + node.text + (f" [x{node.times}]" if node.times > 1 else "")
        yield from _lines(node.children, depth + 1)
        if node.outcome and node.outcome_line != node.line:
            yield "  " * (depth + 1) + node.outcome


# -- one line ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "name", "args", "outcome"),
    [
        ("m.f()", "m.f", "", ""),
        ("m.f(x=1) -> 2", "m.f", "x=1", "-> 2"),
        ("m.f(x=1) raises ValueError('a', 1)", "m.f", "x=1", "raises ValueError('a', 1)"),
        ("m.f() raises ^KeyError", "m.f", "", "raises ^KeyError"),
        ("m.f() -> <unfinished>", "m.f", "", "-> <unfinished>"),
        ("m.f.<locals>.<lambda>(x=<P#1>)", "m.f.<locals>.<lambda>", "x=<P#1>", ""),
        ("m.f(x='a) -> b')", "m.f", "x='a) -> b'", ""),
        ("m.f(x=\"it's\", y=[{'k': (1, [2])}]) -> (3,)", "m.f", "x=\"it's\", y=[{'k': (1, [2])}]", "-> (3,)"),
        (r"m.f(x='\'(') -> '\\'", "m.f", r"x='\'('", r"-> '\\'"),
        ("m.f(x='aaa'...<+9 chars #ab>, y=<redacted>)", "m.f", "x='aaa'...<+9 chars #ab>, y=<redacted>", ""),
        ("m.f(x=<a -> b>) -> 1", "m.f", "x=<a -> b>", "-> 1"),
        ("m.f(x=odd ' text) -> 1", "m.f", "x=odd ' text", "-> 1"),
    ],
)
def test_call(line: str, name: str, args: str, outcome: str) -> None:
    """A call is its name, the text of its arguments, and its end."""
    node = one(line)
    assert (node.kind, node.name, node.args, node.outcome) == ("call", name, args, outcome)


@pytest.mark.parametrize(
    ("line", "name", "outcome"), [("m.f", "m.f", ""), ("m.f raises KeyError", "m.f", "raises KeyError")]
)
def test_call_at_minimal(line: str, name: str, outcome: str) -> None:
    """At minimal a call is its name and its exception."""
    node = one(line, "minimal")
    assert (node.name, node.args, node.outcome) == (name, None, outcome)


@pytest.mark.parametrize(
    ("line", "level", "expected"),
    [
        ("m.f(x=1) [+3 calls] -> 2", "standard", ("m.f(x=1)", "[+3 calls]", "-> 2")),
        ("m.f() [+1 call]", "standard", ("m.f()", "[+1 call]", "")),
        ("m.f(x=odd ' text) [+1 call]", "standard", ("m.f(x=odd ' text)", "[+1 call]", "")),
        ("m.f() [+3 calls] raises ValueError('x')", "standard", ("m.f()", "[+3 calls]", "raises ValueError('x')")),
        ("m.f() -> [+3 calls]", "standard", ("m.f()", "", "-> [+3 calls]")),
        ("m.f [+3 calls]", "minimal", ("m.f", "[+3 calls]", "")),
        ("m.f [+3 calls] raises KeyError", "minimal", ("m.f", "[+3 calls]", "raises KeyError")),
    ],
)
def test_hidden_calls(line: str, level: Any, expected: tuple[str, str, str]) -> None:
    """What the text hides inside a call follows its arguments."""
    node = one(f"{line} [x2]", level)
    assert ((node.head, node.hidden, node.outcome), node.text, node.times) == (expected, line, 2)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("yields [1, 2]", "yield"),
        ("receives None", "resume"),
        ("sets x=1, y=2", "line"),
        ("[task loader]", "label"),
        ("[thread 2]", "label"),
        ("[recording stopped: max_events=2 reached]", "marker"),
    ],
)
def test_other_lines(line: str, kind: str) -> None:
    """A line inside a call that is no call has a kind and a line of its own."""
    (node,) = one(f"m.f()\n  {line}\n  -> 1", "verbose").children
    assert (node.kind, node.head, node.line) == (kind, line, 3)


@pytest.mark.parametrize(
    ("line", "text", "times"),
    [
        ("m.f() -> 2 [x3]", "m.f() -> 2", 3),
        ("m.f() [x12]", "m.f()", 12),
        ("m.f() -> [x2]", "m.f() -> [x2]", 1),
        ("m.f() -> [x2] [x2]", "m.f() -> [x2]", 2),
    ],
)
def test_number_of_repetitions(line: str, text: str, times: int) -> None:
    """It is taken off the line, but a value is no number of repetitions."""
    node = one(line)
    assert (node.text, node.times) == (text, times)


def test_marker_that_ends_like_a_number_of_repetitions() -> None:
    """The brackets of a marker belong together."""
    node = one("[lost [x2]")
    assert (node.head, node.times) == ("[lost [x2]", 1)


# -- the tree ---------------------------------------------------------------------------------------------


def test_example_of_the_design() -> None:
    """Nesting, results and line numbers are read."""
    tree = parse_trace(SHOP)
    total, pay = tree.roots[0].children
    assert (total.outcome, total.outcome_line, [node.times for node in total.children]) == ("-> 10.1", 6, [1, 2])
    assert (pay.name, pay.outcome, pay.children[0].outcome_line) == ("shop.pay", "", 8)
    assert [node.text for node in tree.others] == ["shop.job(n=1) -> 2"]


def test_markers_at_the_end_stand_under_no_call() -> None:
    """They come behind other threads and are roots."""
    tree = parse_trace(f"{SHOP}\n[lost]")
    assert ([node.kind for node in tree.roots], len(tree.others)) == (["call", "marker"], 1)


def test_no_calls() -> None:
    """The line that says so is no node."""
    assert parse_trace("trace v1 standard\n[no calls recorded]").walk() == []


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_line_ends_do_not_matter(ends: str) -> None:
    """A file has a final line end, and a checkout may change them."""
    assert shape(parse_trace(SHOP.replace("\n", ends) + ends).roots) == shape(parse_trace(SHOP).roots)


def test_deep_nesting_is_reported_by_its_depth() -> None:
    """A line deeper than 200 levels begins with its depth; 50,000 levels are read."""
    found = [event("call", "f", call_id=i, parent_id=i - 1 or None) for i in range(1, 50_001)]
    nodes = parse_trace(format_trace(found)).walk()
    assert len(nodes) == 50_000
    assert (nodes[-1].line, nodes[-1].text, len(nodes[-2].children)) == (50_001, "f() -> <unfinished>", 1)


def test_error_says_which_of_two_texts() -> None:
    """Of two texts the wrong one is named."""
    with pytest.raises(TraceError, match="line 2 of the new trace cannot be read: '   f"):
        parse_traces("trace v1 standard\nf()", "trace v1 standard\n   f()")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1 .*: '': a trace begins with its header"),
        ("trace v2 standard\nf()", "line 1 .*'trace v2 standard': a trace begins with its header, such as 'trace v1"),
        ("trace v1 standard\nf()\n\ng()", "line 3 .*: '': it is empty"),
        ("trace v1 standard\nf()\n g()", "line 3 .*: ' g\\(\\)': a level is indented by two spaces"),
        ("trace v1 standard\nf()\n    g()", "line 3 .*: 'g\\(\\)': it is indented deeper than a line inside the call"),
        ("trace v1 standard\n  f()", "line 2 .*: it is indented deeper"),
        ("trace v1 standard\nf() -> 1\n  g()", "line 3 .*: it comes after the end of its call, f\\(\\)"),
        ("trace v1 standard\nf()\n  g()\n  -> 1\n  h()", "line 5 .*: it comes after the end of its call"),
        ("trace v1 standard\n-> 1", "line 2 .*: it ends no call"),
        ("trace v1 standard\nf", "line 2 .*'f': a call is a name and its arguments in brackets"),
        ("trace v1 standard\nf(x=[1", "line 2 .*: its argument list is not closed"),
        ("trace v1 standard\nf(x=1) 3", "line 2 .*: its argument list is not closed, or '->' or 'raises' is missing"),
        ("trace v1 verbose\nyields 1", "line 2 .*'yields 1': it is in no call"),
        ("trace v1 standard\n[other threads, order not significant]\n  f()\ng()", "line 4 .*before the other threads"),
    ],
)
def test_malformed_text(text: str, message: str) -> None:
    """The error names the line and the cause."""
    with pytest.raises(TraceError, match=message):
        parse_trace(text)


def test_value_that_cannot_be_read_is_no_error() -> None:
    """A registered capture function may give text with any brackets: what is around it is read."""
    assert one("m.f(x=[1) -> {").args == "x=[1"


def test_minimal_of_a_text() -> None:
    """A text can be reduced to what the level minimal shows of the same trace."""
    specs = call("m.f", x=1)(
        yields(1), receives(2), sets(y=3), marker("lost"), call("m.g").raises("ValueError", "x"), call("m.h").returns(2)
    ).returns(3)
    found = [*events(specs, detached("t", call("m.job")))]
    reduced = as_minimal(parse_trace(format_trace(found, detail="verbose")))
    least = parse_trace(format_trace(found, detail="minimal"))
    assert shape(reduced.roots + reduced.others) == shape(least.roots + least.others)


# -- whole texts ------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=150)
@given(programs(), st.sampled_from(["minimal", "standard", "verbose"]))
def test_every_text_is_read_line_by_line(spec: Spec, level: Any) -> None:
    """Written again, a parsed text is the same."""
    spec.thread = None
    text = format_trace(events(spec, detached("d", call("m.job", n=1)), marker("lost")), detail=level)
    assert written(parse_trace(text)) == text


@pytest.mark.parametrize("path", sorted(PROGRAMS.glob("*.trace")), ids=lambda path: str(path.stem))
def test_texts_of_real_programs(path: Path) -> None:
    """What the conformance programs give is read without loss."""
    text = path.read_text(encoding="utf-8").rstrip("\n")
    assert written(parse_trace(text)) == text
