"""Scrubbed values."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapy_instrument.trace.diff.diff import diff_traces
from snapy_instrument.trace.execution import TracedExecution
from snapy_instrument.trace.text.layout import format_trace
from snapy_instrument.trace.text.scrubbed_text import value_text
from snapy_instrument.trace.text.text_options import TextOptions
from snapy_instrument.trace.trace import Trace
from snapy_instrument.values import Cut, Mark, Struct
from tests.trace.builders import call, event, events, sets

A, B = "550e8400-e29b-41d4-a716-446655440000", "123e4567-e89b-12d3-a456-426614174000"
MOMENT = "2024-01-02T03:04:05"


def show(value: Any, *scrub: Any, **options: Any) -> str:
    """The text of a value."""
    return value_text(TextOptions(scrub=scrub, **options)).show(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (A, "'<uuid#1>'"),
        ([B, A, f"/{B}"], "['<uuid#1>', '<uuid#2>', '/<uuid#1>']"),
        (Struct("UUID", ((None, A),)), "UUID('<uuid#1>')"),
        ({A: 1}, "{'<uuid#1>': 1}"),
        (A.encode(), "b'<uuid#1>'"),
        (Mark(f"<File {A}>"), "<File <uuid#1>>"),
        (Struct("datetime", ((None, MOMENT),)), "datetime('<datetime>')"),
        (f"it's {A}", '"it\'s <uuid#1>"'),
        (f'it\'s "{A}"\n', "'it\\'s \"<uuid#1>\"\\n'"),
        (f"a\0{A}\x1b", "'a\\x00<uuid#1>\\x1b'"),
        ("nothing", "'nothing'"),
        (1_700_000_000, "1700000000"),
    ],
)
def test_texts_are_scrubbed_wherever_they_stand(value: Any, expected: str) -> None:
    """The same identifier has the same number; quotes and escapes are as without scrubbers."""
    assert show(value, "uuid", "datetime") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1_700_000_000, "<epoch>"),
        (1_700_000_000.25, "<epoch>"),
        ([1_700_000_000_123, 1_700_000_000_123_456, 1_700_000_000_123_456_789], "[<epoch>, <epoch>, <epoch>]"),
        ((999_999_999, 3_000_000_000, -1_700_000_000, True), "(999999999, 3000000000, -1700000000, True)"),
    ],
)
def test_epoch_takes_numbers_too(value: Any, expected: str) -> None:
    """Those of the years 2001 to 2065."""
    assert show(value, "epoch") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"port": 54321, "db_port": 5432, "report": 54321}, "{'port': <port>, 'db_port': <port>, 'report': 54321}"),
        (Struct("Server", (("host", "h"), ("port", 54321))), "Server(host='h', port=<port>)"),
        (("127.0.0.1", 54321), "('127.0.0.1', <port>)"),
        (("::1", 54321, 0, 0), "('::1', <port>, 0, 0)"),
        (("pen", 54321), "('pen', 54321)"),
        ({"port": 80, 1: 2}, "{'port': 80, 1: 2}"),
    ],
)
def test_port_takes_numbers_too(value: Any, expected: str) -> None:
    """By name, and behind a host; ports below 1024 are fixed."""
    assert show(value, "port") == expected


def test_arguments_have_names() -> None:
    """An argument called port is one, and so is a local variable."""
    spec = call("m.f", port=54321, ports=54321)(sets(http_port=54321)).returns(54321)
    assert format_trace(events(spec), detail="verbose", scrub=["port"]).split("\n")[1:] == [
        "m.f(port=<port>, ports=54321)",
        "  sets http_port=<port>",
        "  -> 54321",
    ]


def test_digest_of_a_scrubbed_cut_is_left_out() -> None:
    """With the last word, whose rest is hidden."""
    assert show(Cut(f"{A} at 2024-0", 90, "chars", "12345678"), "uuid") == "'<uuid#1> at '...<+96 chars>"
    assert show(Cut([A, 1], 9, "items", "12345678"), "uuid") == "['<uuid#1>', 1]...<+9 items>"
    assert show(Cut("plain", 9, "chars", "12345678"), "uuid") == "'plain'...<+9 chars #12345678>"


def test_scrubbed_calls_are_reported_as_plain_values() -> None:
    """In the dicts that an execution gives."""
    spec = call("m.f", a=A, b=[1_700_000_000, (A, B)], c=("localhost", 5000)).returns(0.123456)
    trace = Trace(events(spec), scrub=["uuid", "epoch", "port"], float_digits=3)
    assert TracedExecution(trace).function_calls() == [
        {
            "function": "m.f",
            "args": {
                "a": "<uuid#1>",
                "b": ["<epoch>", ("<uuid#1>", "<uuid#2>")],
                "c": ("localhost", "<port>"),
            },
            "returned": 0.123,
        }
    ]


def test_messages_of_hand_made_exceptions_are_scrubbed() -> None:
    """They are values."""
    from snapy_instrument.events import ExceptionInfo

    found = [event("call", "f"), event("return", "f", exception=ExceptionInfo("KeyError", A))]
    assert format_trace(found, scrub=["uuid"]).endswith("f() raises KeyError('<uuid#1>')")


@pytest.mark.parametrize(("digits", "expected"), [(None, "0.333333333333"), (3, "0.333"), (17, "0.33333333333333331")])
def test_digits_of_floats(digits: int | None, expected: str) -> None:
    """Twelve, unless asked otherwise; with and without scrubbers."""
    assert show(1 / 3, float_digits=digits) == show(1 / 3, "uuid", float_digits=digits) == expected
    assert show([2 / 3 + 1j], float_digits=2) == "[(0.67+1j)]"
    assert show(1234.5, float_digits=2) == "1.2e+03"


@pytest.mark.parametrize("digits", [0, 18, 2.0, "3", True])
def test_wrong_digits(digits: Any) -> None:
    """From one to what a float can tell."""
    with pytest.raises(ValueError, match=r"float_digits must be (from 1 to 17|a whole number), got"):
        Trace([], float_digits=digits)


@given(st.text(alphabet=st.sampled_from("a'\"\\\n\u0378é\0\u202e"), max_size=8), st.text("b'\"\\\n", max_size=8))
def test_quotes_are_those_of_the_whole_text(before: str, after: str) -> None:
    """What is around a scrubbed text reads as Python writes it."""
    shown = show(f"{before}-{A}-{after}", (A, "ID"))
    assert ast.literal_eval(shown) == f"{before}-ID-{after}"
    assert shown == show(f"{before}-ID-{after}")


def run(*identifiers: str) -> Trace:
    """A call for each."""
    specs = [call("m.order", id=each).returns(f"/orders/{each}") for each in identifiers]
    return Trace(events(call("m.run")(*specs)), scrub=["uuid"])


def test_traces_of_two_runs_are_equal() -> None:
    """Though all identifiers are others."""
    assert run(A, B, A) == run(B, A, B)


def test_a_mixed_up_identifier_is_a_change() -> None:
    """The numbers tell which one was used."""
    assert run(A, B, A) != run(A, B, B)
    (change,) = diff_traces(run(A, B, A), run(A, B, B)).changes[:1]
    assert (change.kind, change.number) == ("argument", 3)


def test_one_more_identifier_is_one_change() -> None:
    """That all later numbers shift is no change."""
    specs = [call("m.order", n=n, id=each) for n, each in enumerate((A, B, A))]
    first = call("m.order", n=9, id="0" * 8 + A[8:])
    old, new = (Trace(events(call("m.run")(*calls)), scrub=["uuid"]) for calls in (specs, [first, *specs]))
    diff = diff_traces(str(old), str(new))
    assert [(change.kind, change.name) for change in diff.changes] == [("added", "m.order")]
