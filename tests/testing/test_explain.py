"""Traces inside serialized snapshots, compared."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from syrupy.extensions.amber.serializer import AmberDataSerializer

from snapy_instrument.testing import explain as explain_module
from snapy_instrument.testing.differences import differences
from snapy_instrument.testing.explain import Explanation, explain, explain_comparison
from snapy_instrument.testing.syrupy.extension import TracedSnapshotExtension, TraceFileExtension
from snapy_instrument.trace.trace import Trace
from tests.trace.builders import call, events

OLD = "trace v1 standard\nm.f()\n  m.g() -> 1\n  -> 1"
NEW = "trace v1 standard\nm.f()\n  m.g() -> 2\n  -> 2"
SUMMARY = "1 change: m.g returned 2, was 1"


EVENTS = {text: events(call("m.f")(call("m.g").returns(n)).returns(n)) for n, text in ((1, OLD), (2, NEW))}


class Pair(NamedTuple):
    """Shown by syrupy with the names of its fields."""

    trace: Trace
    number: int = 1


def amber(**values: Any) -> str:
    """A dict as an amber snapshot shows it."""
    return AmberDataSerializer.serialize(values)


def found(old: Any, new: Any) -> Explanation:
    """What there is to explain."""
    explanation = explain(old, new)
    assert explanation is not None
    return explanation


@pytest.mark.parametrize("kind", [str, lambda text: f"{text}\n".encode(), lambda text: text.replace("\n", "\r\n")])
def test_whole_text(kind: Any) -> None:
    """A file with a trace, as text or bytes."""
    explained = found(kind(OLD), kind(NEW))
    assert (explained.overview[0], explained.rest) == (SUMMARY, None)
    assert explained.lines[1:] == [
        "  m.f()",
        "-   m.g() -> 1",
        "+   m.g() -> 2",
        "-   -> 1",
        "+   -> 2",
    ]


@pytest.mark.parametrize("shape", [lambda text: text, lambda text: [text, 1], lambda text: {"a": {"trace": text}}])
def test_text_inside_amber(shape: Any) -> None:
    """Alone, in a list, in a nested dict."""
    old, new = (AmberDataSerializer.serialize(shape(text)) for text in (OLD, NEW))
    assert (found(old, new).overview[0], found(old, new).rest) == (SUMMARY, None)


@pytest.mark.parametrize(
    "shape",
    [
        lambda trace: [trace, 1],
        lambda trace: (1, trace),
        lambda trace: {"a": {"trace": trace}, "z": 1},
        lambda trace: SimpleNamespace(deep={"trace": trace}, level=2),
        Pair,
    ],
)
def test_trace_inside_amber(shape: Any) -> None:
    """The trace itself and not its text: syrupy shows its repr, and indents its first line only."""
    old, new = (AmberDataSerializer.serialize(shape(Trace(EVENTS[text]))) for text in (OLD, NEW))
    assert (found(old, new).overview[0], found(old, new).rest) == (SUMMARY, None)


def test_several_traces_as_values() -> None:
    """Each by its key, and what is around them apart."""
    one, two = (Trace(EVENTS[text]) for text in (OLD, NEW))
    explained = found(amber(a=one, b=[one], c=1), amber(a=two, b=[two], c=2))
    assert explained.overview[:2] == [f"'a': {SUMMARY}", f"trace: {SUMMARY}"]
    assert explained.rest is not None
    old, new = explained.rest
    assert ("m.f" in old + new, old.replace("1,", "2,") == new) == (False, True)


def test_what_is_around_is_left_to_others() -> None:
    """The rest is both texts without the traces, if they differ there too."""
    explained = found(amber(result=1, trace=OLD), amber(result=2, trace=NEW))
    assert explained.rest is not None
    old, new = explained.rest
    assert (explained.overview[0], "m.f" in old + new, old.replace("1,", "2,") == new) == (SUMMARY, False, True)


def test_several_traces() -> None:
    """All summaries come first, by the keys of the traces."""
    explained = found(amber(one=OLD, same=OLD, two=OLD), amber(one=NEW, same=OLD, two=OLD.replace("m.g", "m.h")))
    assert explained.overview[:2] == [
        f"'one': {SUMMARY}",
        "'two': 2 changes: m.g removed under m.f; m.h added under m.f",
    ]
    assert explained.lines.index("'one':") < explained.lines.index("'two':")


def test_traces_belong_together_by_their_keys() -> None:
    """A trace more in front does not shift the others."""
    explained = found(amber(b=OLD), amber(a=OLD, b=NEW))
    assert explained.overview[0] == SUMMARY
    assert explained.rest is not None
    assert "m.f()" in explained.rest[1]


def test_traces_without_a_key_belong_together_by_their_place() -> None:
    """As in a list."""
    explained = found(AmberDataSerializer.serialize([OLD, OLD]), AmberDataSerializer.serialize([OLD, NEW]))
    assert explained.overview[0] == SUMMARY


@pytest.mark.parametrize(
    ("old", "new"), [("", NEW), (None, NEW), ("text", "other text"), (amber(a=1), amber(a=2)), (OLD, OLD)]
)
def test_nothing_to_explain(old: Any, new: Any) -> None:
    """Where no trace changed, others say what is to be said."""
    assert explain(old, new) is None


def test_unreadable_trace_says_why() -> None:
    """And is left to others."""
    explained = found("trace v1 standard\nbroken", NEW)
    assert explained.lines == explained.overview
    assert explained.lines[0].startswith("line 2 of the old trace cannot be read: 'broken'")
    assert explained.rest == ("trace v1 standard\nbroken", NEW)


def test_traces_that_differ_in_their_text_only() -> None:
    """A snapshot edited by hand may number objects in another way."""
    explained = found("trace v1 standard\nm.f(x=<P#3>)", "trace v1 standard\nm.f(x=<P#1>)")
    assert explained.lines == [
        "no call changed: the traces differ in the numbers of objects or the order of other threads"
    ]
    assert explained.rest is not None


def test_failure_is_no_explanation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong, the failure of the test is still explained by others."""
    monkeypatch.setattr(explain_module, "diff_traces", lambda old, new: 1 / 0)
    assert explain(OLD, NEW) is None
    assert explain_comparison([["theirs"]], OLD, NEW) == [["theirs"]]


ADVICE = (
    '  if this value changes on every run, scrub=["epoch", "uuid"] makes it stable: '
    'traced(..., scrub=["epoch", "uuid"]), or '
    "snapy_scrub = epoch uuid in the ini file"
)


def run_at(moment: int, name: str, rate: int = 1) -> str:
    """A trace with a moment, and an identifier that is passed on."""
    return f"trace v1 standard\nm.f(at={moment})\n  m.g(rate={rate}) -> '{name}'\n  m.h(name='{name}')\n  -> '{name}'"


RUNS = (
    run_at(1_700_000_000, "0a1b2c3d-0000-4000-8000-000000000000"),
    run_at(1_800_000_000, "4e5f6a7b-0000-4000-8000-000000000000"),
)


def test_advice_where_all_that_changed_can_be_scrubbed() -> None:
    """Behind the first line, for snapshots and for comparisons."""
    explained = found(*RUNS)
    (compared,) = explain_comparison([], *reversed(RUNS))
    assert explained.overview[1] == explained.lines[1] == compared[2] == ADVICE
    assert explained.overview[0].startswith("2 changes: m.f called with at: ")


def test_no_advice_where_something_else_changed_too() -> None:
    """Scrubbers would not make it stable."""
    explained = found(RUNS[0], RUNS[1].replace("rate=1", "rate=2"))
    assert not any("scrub=" in line for line in explained.lines)


# -- comparisons ------------------------------------------------------------------------------------------


def test_two_traces() -> None:
    """The right one is what was expected."""
    traces = [Trace(events(call("m.f")(call("m.g").returns(n)).returns(n))) for n in (1, 2)]
    (explained, theirs) = explain_comparison([["theirs"]], traces[1], traces[0])
    assert (explained[:2], theirs) == (["trace of 2 calls == trace of 2 calls", SUMMARY], ["theirs"])


def test_trace_and_text() -> None:
    """Two forms of one thing."""
    (explained,) = explain_comparison([], NEW, OLD)
    assert explained[:2] == ["text of a trace == text of a trace", SUMMARY]


def test_trace_and_something_else() -> None:
    """What is no trace is not explained."""
    assert explain_comparison([["theirs"]], OLD, 3) == [["theirs"]]


class Snapshot:
    """What syrupy's assertion shows of itself."""

    num_executions = 1

    def __init__(self, old: Any, new: Any) -> None:
        self._result = SimpleNamespace(recalled_data=old, asserted_data=new)

    @property
    def executions(self) -> dict[int, Any]:
        """The results of all comparisons."""
        return {0: self._result}


def test_snapshot_has_the_overview_behind_its_first_line() -> None:
    """syrupy's own diff follows."""
    snapshot = Snapshot(amber(trace=OLD), amber(trace=NEW))
    ((first, second, *_, last),) = explain_comparison([["head", "diff"]], {"trace": NEW}, snapshot)
    assert (first, second, last) == ("head", SUMMARY, "diff")


def test_overview_is_not_told_twice() -> None:
    """Our own extensions have said it."""
    assert explain_comparison([["head", SUMMARY]], NEW, Snapshot(OLD, NEW)) == [["head", SUMMARY]]


def test_snapshot_without_trace() -> None:
    """Other snapshots are as they were."""
    assert explain_comparison([["head", "diff"]], 1, Snapshot("1", "2")) == [["head", "diff"]]


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """syrupy without colours."""
    monkeypatch.setenv("NO_COLOR", "1")


# -- extensions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reported", [True, False])
def test_a_trace_file_has_the_report_alone(monkeypatch: pytest.MonkeyPatch, reported: bool) -> None:
    """The whole of it, unless the plugin shows that elsewhere."""
    monkeypatch.setattr(differences, "reported", reported)
    lines = [*TraceFileExtension().diff_lines(NEW.encode(), OLD.encode())]
    assert lines == (found(OLD, NEW).overview if reported else found(OLD, NEW).lines)


@pytest.mark.usefixtures("plain")
def test_amber_has_the_report_and_the_rest() -> None:
    """What is around a trace is shown by syrupy."""
    lines = [*TracedSnapshotExtension().diff_lines(amber(result=2, trace=NEW), amber(result=1, trace=OLD))]
    assert lines[: len(found(OLD, NEW).overview)] == found(OLD, NEW).overview
    assert any("'result': 2," in line for line in lines)
    assert not any("trace v1" in line for line in lines)


@pytest.mark.usefixtures("plain")
def test_a_missing_snapshot_is_reported_by_syrupy() -> None:
    """All lines are new then."""
    lines = [*TraceFileExtension().diff_lines(NEW.encode(), "")]
    assert any("m.g() -> 2" in line for line in lines)
