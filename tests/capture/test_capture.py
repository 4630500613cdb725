"""`Capture`: the promises of the whole."""

from __future__ import annotations

import dataclasses
import math
import pathlib
import subprocess
import sys
import threading
import time
import traceback
import weakref
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from snapy_instrument.capture import capture as walker
from snapy_instrument.capture.capture import Capture
from snapy_instrument.capture.limits import Limits
from snapy_instrument.capture.redaction.redactor import Redactor, Secrecy
from snapy_instrument.events import ExceptionInfo
from snapy_instrument.values import REDACTED, Cut, Mark, Ref, Struct


class Thing:
    """Known by identity."""


@dataclasses.dataclass
class Item:
    """A record."""

    sku: Any


# Letters that spell no secret's name.
TEXTS = st.text(alphabet="abcxyz09 _=:é\U0001f600\ud800\n")
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.complex_numbers(allow_nan=False)
    | TEXTS | st.binary(max_size=100)
)  # fmt: skip
HASHABLE = st.recursive(SCALARS, lambda each: st.tuples(each, each, each) | st.frozensets(each), max_leaves=6)
VALUES = st.recursive(
    HASHABLE,
    lambda each: st.lists(each) | st.dictionaries(HASHABLE, each) | st.sets(HASHABLE) | st.tuples(each),
    max_leaves=12,
)
OURS = {str(path) for path in pathlib.Path(walker.__file__).parent.rglob("*.py")}
SETTINGS = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
WIDE = Limits(depth=100, items=10_000, chars=10_000, nodes=100_000)


@SETTINGS
@given(VALUES)
def test_scalars_and_containers_equal_their_capture(value: Any) -> None:
    """Below the limits, whatever is built of scalars and builtin containers is captured as an equal."""
    captured = Capture(WIDE).value(value)
    assert captured == value
    assert type(captured) is type(value)


@SETTINGS
@given(st.recursive(st.from_type(object), lambda each: st.lists(each) | st.dictionaries(st.text(), each)))
def test_no_value_raises(value: Any) -> None:
    """Whatever hypothesis can build is captured, twice to the same, and the result can be shown."""
    capture = Capture()
    assert repr(capture.value(value)) == repr(capture.value(value))


@pytest.mark.parametrize(
    "value", [None, True, 0, -1, 10**9, -(10**12), 10**999, 1.5, math.inf, 2j, "", "a", "\ud800", b"", b"\xff"]
)
def test_scalars_are_captured_as_they_are(value: Any) -> None:
    """A scalar is its own capture."""
    assert Capture().value(value) == value


def test_nan_is_captured_as_it_is() -> None:
    """NaN, which equals nothing, stays NaN."""
    assert math.isnan(Capture().value(math.nan))


@pytest.mark.parametrize(("sign", "bits"), [(1, 3400), (-1, 3400), (1, 10**6), (1, 20_000_000), (-1, 20_000_000)])
def test_large_ints_are_told_by_size(sign: int, bits: int) -> None:
    """More than 1000 digits are counted, not written; a change in the last digit is seen."""
    capture, number = Capture(), sign << bits
    mark = capture.value(number)
    assert type(mark) is Mark
    assert mark.text.startswith("<int of ")
    assert mark == capture.value(number + 0)
    assert mark != capture.value(number + 1)


def test_the_digits_of_a_large_int_are_counted() -> None:
    """The count of digits is exact or one more."""
    assert Capture().value(10**1001).text.startswith("<int of 1002 digits #")


TIMED: list[tuple[str, Any]] = [
    ("10 MB of text", lambda: "x" * 10**7),
    ("10 MB of words", lambda: 'hello world, this is: a "thing": "x" = 3\n' * 250_000),
    ("100 MB of text", lambda: "x" * 10**8),
    ("10 MB of bytes", lambda: b"x" * 10**7),
    ("a list of 10^7", lambda: [None] * 10**7),
    ("a tuple of 10^7", lambda: (1,) * 10**7),
    ("a set of 10^6", lambda: set(range(10**6))),
    ("a dict of 10^6", lambda: dict.fromkeys(range(10**6))),
    ("10^6 digits", lambda: 10**1_000_000),
    ("wide and deep", lambda: [[[[list(range(50))] * 50] * 50] * 50] * 50),
    ("records", lambda: [Item(number) for number in range(100_000)]),
]


@pytest.mark.parametrize(("what", "make"), TIMED, ids=[what for what, _ in TIMED])
def test_time_and_size_are_bounded(what: str, make: Any) -> None:
    """No value takes 50 ms of this thread (best of three) or fills more than 20,000 characters."""
    value, capture, taken = make(), Capture(), []
    for _ in range(3):
        start = time.thread_time()
        captured = capture.value(value)
        taken.append(time.thread_time() - start)
    # Measuring coverage or debugging makes every line take many times as long.
    assert min(taken) < (0.05 if sys.gettrace() is None and not sys.flags.dev_mode else 1)
    assert len(repr(captured)) < 20_000


@pytest.mark.parametrize("wrap", [lambda x: [x], lambda x: (x,), lambda x: {"k": x}, lambda x: frozenset({x}), Item])
def test_nesting_a_hundred_thousand_deep(wrap: Any) -> None:
    """Depth is no danger to the stack."""
    value: Any = None
    for _ in range(100_000):
        value = wrap(value)
    captured = Capture().value(value)
    # Freed one level at a time: a chain of a hundred thousand records is more than the interpreter's own stack bears.
    while type(value) is Item:
        value = value.sku
    assert "<too deep #" in repr(captured)


def test_secrecy_of_the_name_decides() -> None:
    """A value is hidden as its parameter's name says, decided once and passed in."""
    capture = Capture()
    assert [capture.secrecy(name) for name in ("amount", "token", "password")] == list(Secrecy)
    assert capture.PLAIN is Secrecy.NEVER
    shown = [[capture.value(value, secrecy) for secrecy in Secrecy] for value in ("x", 3, None, Thing)]
    assert shown == [
        ["x", REDACTED, REDACTED],
        [3, 3, REDACTED],
        [None, None, None],
        [Mark(f"<class {__name__}.Thing>")] * 2 + [REDACTED],
    ]
    assert [capture.is_secret(name) for name in ("amount", "token", "password")] == [False, True, True]


def test_a_redactor_of_the_user() -> None:
    """Names and patterns given to the redactor take effect everywhere."""
    capture = Capture(redactor=Redactor(names=["badge"], patterns=[r"ACME-\d+"]))
    assert capture.value({"badge": 1, "password": "ACME-17!"}) == {"badge": REDACTED, "password": "<redacted>!"}


def test_bare_values() -> None:
    """By type and identity alone, whatever the type could tell."""
    capture, item = Capture(), Item("pen")
    assert capture.bare(item) == capture.bare(item) == Ref("Item", 1)
    assert capture.bare(3) == Ref("int", None)


def test_forget_drops_identities_and_texts() -> None:
    """After forget() nothing is known of earlier values."""
    capture, thing = Capture(), Thing()
    capture.value([thing, "hello"])
    capture.forget()
    assert capture.value([thing, "hello"]) == [Ref("Thing", 2), "hello"]


class Rude(Exception):
    """An exception with code of its own."""

    def __str__(self) -> str:
        raise AssertionError("called")


PEM = "-----BEGIN PRIVATE KEY-----\nMIIE"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ValueError(), ""),
        (ValueError(""), ""),
        (KeyError("a"), "a"),
        (ValueError("declined", 101000), "'declined', 101000"),
        (ValueError(3), "3"),
        (ValueError({"b", "a"}), "{'a', 'b'}"),
        (FileNotFoundError(2, "no", "/x"), "2, 'no', filename='/x'"),
        (Rude(Thing()), "<Thing#1>"),
        (ValueError("at postgres://u:pw@h/db"), "at postgres://u:<redacted>@h/db"),
        (ValueError(PEM), "<redacted>"),
        (ValueError(PEM, 1), "<redacted>, 1"),
        (ExceptionGroup("g", [ValueError(1)]), "'g', [ValueError(1)]"),
        (SystemExit(3), "3"),
    ],
)
def test_messages_of_exceptions(error: BaseException, message: str) -> None:
    """The only text as it stands, else the captured args; ``__str__`` is not called."""
    info, described = Capture().exception(error)
    assert info == ExceptionInfo(type(error).__name__, message)
    assert (type(described), described.type_name) == (Struct, type(error).__name__)


def test_the_name_of_an_exception_type_is_its_last_part() -> None:
    """A nested exception class is named without what it is nested in."""

    class Inner(Exception):
        pass

    assert Capture().exception(Inner())[0].type_name == "Inner"


def test_long_messages_are_cut_once() -> None:
    """A long text is cut and counted, and so is the text of many args."""
    capture = Capture()
    one = capture.exception(ValueError("x" * 1000))[0].message
    many = capture.exception(ValueError(*["x" * 300] * 10))[0].message
    assert one.startswith("x" * 400 + "...<+600 chars #")
    assert len(one) < 450
    assert many.startswith("'xxx")
    assert len(many) < 450


def test_an_exception_with_many_args_is_still_a_struct() -> None:
    """What is not a plain description of fields is put inside one."""
    described = Capture().exception(ValueError(*range(100)))[1]
    assert described.type_name == "ValueError"
    assert type(described.fields[0][1]) is Cut


def test_an_exception_during_construction() -> None:
    """An exception that leaves its own ``__init__`` unfinished is described by type."""
    capture, error = Capture(), ValueError("x")
    capture.constructing.add(id(error))
    assert capture.exception(error)[0].type_name == "ValueError"


def test_captured_values_keep_nothing_alive() -> None:
    """After capture no reference to the object, its parts or its class remains."""

    class Local:
        pass

    capture, thing = Capture(), Local()
    captured = capture.value([thing, {"k": thing}, Item(thing), (thing,), ValueError(thing)])
    freed = weakref.ref(thing)
    del thing
    assert freed() is None
    assert captured[0] == Ref("Local", 1)


def test_values_near_the_end_of_the_stack() -> None:
    """Close to the recursion limit a value is a mark or itself, never an exception."""
    capture, found, escaped = Capture(), [], set()

    def deeper(left: int) -> None:
        if left:
            deeper(left - 1)
        else:
            found.append(capture.value([[1], Item(Thing()), {"a": {1, (2, 3)}}, bytearray(b"x")]))

    limit = sys.getrecursionlimit()
    for left in range(limit - 200, limit):
        try:
            deeper(left)
        except RecursionError as error:
            escaped |= {entry.name for entry in traceback.extract_tb(error.__traceback__) if entry.filename in OURS}
    # A tracer that runs out of stack raises in the frame it was called for, before that frame has begun.
    assert not escaped or sys.gettrace() is not None
    assert any("<capture failed: RecursionError>" in repr(each) for each in found)


def test_exceptions_near_the_end_of_the_stack() -> None:
    """The error that the stack has ended reads the same wherever it is described, and however it came about."""
    capture, found, escaped = Capture(), [], set()

    def deeper(left: int) -> None:
        if left:
            deeper(left - 1)
        else:
            found.append(capture.exception(RecursionError("maximum recursion depth exceeded in comparison")))

    limit = sys.getrecursionlimit()
    for left in range(limit - 200, limit):
        try:
            deeper(left)
        except RecursionError as error:
            escaped |= {entry.name for entry in traceback.extract_tb(error.__traceback__) if entry.filename in OURS}
    # A tracer that runs out of stack raises in the frame it was called for, before that frame has begun.
    assert not escaped or sys.gettrace() is not None
    assert found == [capture.exception(RecursionError("maximum recursion depth exceeded"))] * len(found)
    assert len(found) > 100
    assert capture.exception(RecursionError("mine"))[0].message == "mine"


def test_threads_share_a_capture() -> None:
    """Sixteen threads capture the same values at once, each to the same result."""
    capture, value = Capture(), [Item([1, {"k": ("x" * 500, {1, (2, 3)})}]), "hello", range(3)]
    expected, wrong = capture.value(value), []

    def work() -> None:
        for _ in range(200):
            if capture.value(value) != expected:
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_containers_that_other_threads_change() -> None:
    """A dict, a list and a set that change meanwhile are captured or marked, never an exception."""
    shared: dict[Any, Any] = {"d": {}, "l": [], "s": set()}
    capture, done = Capture(), threading.Event()

    def change() -> None:
        number = 0
        while not done.is_set():
            number += 1
            shared["d"][number % 300] = {number}
            shared["d"].pop((number * 7) % 300, None)
            shared["s"] ^= {number % 300, (number % 300, 1)}
            shared["l"] = [*shared["l"][-300:], [number]]

    thread = threading.Thread(target=change)
    thread.start()
    kinds = {type(capture.value(shared)) for _ in range(60)}
    done.set()
    thread.join()
    assert kinds == {dict}


PROGRAM = """
import dataclasses, enum
from snapy_instrument.capture.plain_text import text_of
from snapy_instrument.capture.capture import Capture
from snapy_instrument.capture import capture as walker
from snapy_instrument.capture.limits import Limits
@dataclasses.dataclass(frozen=True)
class Item:
    sku: str
words = [f"word {number}" for number in range(300)]
deep = frozenset({frozenset({frozenset({frozenset(words[:5]), "a"}), "b"}), "c"})
values = [
    set(words), set(words[:40]), {Item(word) for word in words}, {(word, Item(word)) for word in words[:60]},
    {frozenset({word, word + "x"}) for word in words}, {"x" * 500 + word for word in words}, deep, [[[[[[[deep]]]]]]],
    {word: {word} for word in words}, set(range(2000)), {word + "y" for word in words} | {None, 3, 2.5, b"b"},
    {frozenset(words[number:number + 40]) for number in range(45)},
]
for limits in (Limits(), Limits(nodes=100, digest_nodes=200, digest_chars=1000, total_chars=1000)):
    capture = Capture(limits)
    for value in values:
        print(text_of(capture.value(value)))
    print(capture.exception(ValueError(set(words[:9])))[0].message)
"""


def test_the_hash_seed_is_not_felt() -> None:
    """Sets of texts, records and sets give the same text under every PYTHONHASHSEED."""
    root = str(pathlib.Path(__file__).parents[2])
    outputs = set()
    for seed in ("0", "1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            capture_output=True,
            text=True,
            check=False,
            env={"PYTHONPATH": root, "PYTHONHASHSEED": seed},
        )
        assert done.stderr == ""
        outputs.add(done.stdout)
    assert len(outputs) == 1
