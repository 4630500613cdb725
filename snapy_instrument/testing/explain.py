"""Explanations of a failed comparison of traces: the report of the semantic diff, before those of other plugins.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["Explanation", "explain", "explain_comparison", "has_trace", "snapshot_lines", "trace_causes"]

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from snapy_instrument.errors import TraceError
from snapy_instrument.testing.differences import Difference, differences
from snapy_instrument.testing.verify.advice import advice
from snapy_instrument.trace.diff.causes.cause import Cause
from snapy_instrument.trace.diff.diff import TraceDiff, diff_traces
from snapy_instrument.trace.text.scrubbers import scrubbers_between

_HEADER = re.compile(r"( *)([^ ].*(?:: |=))?(trace v1 (?:minimal|standard|verbose))")
_QUOTES = "'''"
_ONLY_TEXT = "no call changed: the traces differ in the numbers of objects or the order of other threads"


class Explanation(NamedTuple):
    """Why two texts with traces in them differ.

    Attributes:
        headlines: What changed as one line, then ever shorter ones.
        overview: The first lines: what changed.
        lines: The whole report.
        rest: Both texts, the older first, without the traces in the report; None if they are equal then.
    """

    headlines: list[str]
    overview: list[str]
    lines: list[str]
    rest: tuple[str, str] | None


class _Block(NamedTuple):
    """The text of a trace within another text: lines from ``start`` to ``stop``, without their indentation."""

    start: int
    stop: int
    text: str


def explain(old: Any, new: Any) -> Explanation | None:
    """Compare the traces in two serialized snapshots; None if there is no trace to compare.

    An error in here must not replace the failure of the test: it returns None, too.
    """
    try:
        return _explained(snapshot_lines(old), snapshot_lines(new))
    except Exception:
        return None


def has_trace(data: Any) -> bool:
    """Return whether there is the text of a trace in a serialized snapshot."""
    return any(True for _ in _blocks(snapshot_lines(data)))


def trace_causes(old: Any, new: Any) -> list[Cause]:
    """Return the causes of the differences between the traces in two serialized snapshots."""
    before, after = dict(_blocks(snapshot_lines(old))), dict(_blocks(snapshot_lines(new)))
    found: list[Cause] = []
    for name in before.keys() & after.keys():
        try:
            found += diff_traces(before[name].text, after[name].text).causes
        except TraceError:  # the text was edited by hand; the snapshot is pending without causes
            continue
    return list(dict.fromkeys(found))


def explain_comparison(found: list[Any], left: Any, right: Any) -> list[Any]:
    """Return explanations for ``assert left == right``, the best first.

    Args:
        found: Those of other plugins, each a list of lines.
        left: A trace, its text, a syrupy snapshot, or what is compared with a snapshot.
        right: The same; of two traces, the expected one.
    """
    try:
        for side in (left, right):
            if hasattr(type(side), "executions"):
                differences.snapshots.append(side.executions[side.num_executions - 1])
                return _with_overview(found, side)
        diff = diff_traces(right, left)
        if not diff:
            return found
        headlines, overview, lines = _with_advice(diff)
        differences.latest = Difference(headlines, lines)
        shown = overview if differences.reported else lines
        return [[f"{_title(left)} == {_title(right)}", *shown], *found]
    except Exception:
        return found


def _with_overview(found: list[Any], snapshot: Any) -> list[Any]:
    """Put the overview after the first line of syrupy's explanation, unless it is there already."""
    result = snapshot.executions[snapshot.num_executions - 1]
    explanation = explain(result.recalled_data, result.asserted_data)
    if explanation is None or not found:
        return found
    differences.latest = Difference(explanation.headlines, explanation.lines)
    first = list(found[0])
    known = explanation.overview[0] in first
    return [first if known else [*first[:1], *explanation.overview, *first[1:]], *found[1:]]


def _title(value: Any) -> str:
    return "text of a trace" if isinstance(value, str) else f"trace of {len(value)} calls"


def _explained(old: list[str], new: list[str]) -> Explanation | None:
    before, after = dict(_blocks(old)), dict(_blocks(new))
    headlines: list[str] = []
    overviews: dict[str, list[str]] = {}
    reports: dict[str, list[str]] = {}
    explained: list[tuple[_Block, _Block]] = []
    for name in before:
        if name in after and before[name].text != after[name].text:
            headlines, overviews[name], reports[name] = _report(before[name], after[name])
            if len(reports[name]) > 1:
                explained.append((before[name], after[name]))
    if not reports:
        return None
    rest = _without(old, (block for block, _ in explained)), _without(new, (block for _, block in explained))
    overview = _titled(overviews)
    if len(reports) > 1:
        headlines = [overview[0]]
    return Explanation(headlines, overview, _titled(reports), None if rest[0] == rest[1] else rest)


def _report(old: _Block, new: _Block) -> tuple[list[str], list[str], list[str]]:
    """Return headlines, overview and report; one line if no call changed."""
    try:
        diff: TraceDiff = diff_traces(old.text, new.text)
    except TraceError as error:
        return [str(error)], [str(error)], [str(error)]
    return _with_advice(diff) if diff else ([_ONLY_TEXT], [_ONLY_TEXT], [_ONLY_TEXT])


def _with_advice(diff: TraceDiff) -> tuple[list[str], list[str], list[str]]:
    """Return headlines, overview and report; the advice, if there is any, follows the first line of the last two."""
    advice_lines = _advice_lines(diff)
    (first, *overview), (_, *lines) = diff.overview(), diff.lines()
    return diff.headlines(), [first, *advice_lines, *overview], [first, *advice_lines, *lines]


def _advice_lines(diff: TraceDiff) -> list[str]:
    """Return what to do if all changed values change on every run; nothing if scrubbers would leave some."""
    names: set[str] = set()
    for change in (*diff.changes, *diff.consequences):
        for value in change.values or [change]:
            between = scrubbers_between(value.old, value.new)
            if not between:
                return []
            names.update(between)
    return [f"  if this value changes on every run, {advice(sorted(names))}"]


def _titled(parts: dict[str, list[str]]) -> list[str]:
    """Return the lines of the parts; if there are several, the first line of each comes first."""
    if len(parts) == 1:
        return next(iter(parts.values()))
    firsts = [f"{name} {lines[0]}" for name, lines in parts.items()]
    return firsts + [line for name, lines in parts.items() if len(lines) > 1 for line in (name, *lines[1:])]


def snapshot_lines(data: Any) -> list[str]:
    """Return the lines of a serialized snapshot, whatever ends them in a file."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)
    return text.replace("\r\n", "\n").rstrip("\n").split("\n")


def _blocks(lines: list[str]) -> Iterator[tuple[str, _Block]]:
    """Yield the traces in a text, each with its name: the text before it, such as the key of a dict."""
    seen: dict[str, int] = {}
    place = 0
    while place < len(lines):
        header = _HEADER.fullmatch(lines[place])
        if header is None:
            place += 1
            continue
        is_repr = _is_repr(lines, place, header)
        before = (header[2] or "").strip() if is_repr else _key_before(lines, place)
        seen[before] = seen.get(before, 0) + 1
        name = before or "trace:" if seen[before] == 1 else f"{before or 'trace:'} ({seen[before]})"
        block = _repr_block(lines, place, header) if is_repr else _text_block(lines, place, header)
        yield name, block
        place = block.stop


def _key_before(lines: list[str], place: int) -> str:
    return lines[place - 1].strip().removesuffix(_QUOTES).strip() if place else ""


def _is_repr(lines: list[str], start: int, header: re.Match[str]) -> bool:
    """Return whether it is the repr of a trace within another value: only its first line is indented."""
    following = lines[start + 1] if start + 1 < len(lines) else ""
    return bool(header[2]) or (bool(header[1]) and bool(following) and not following.startswith(header[1]))


def _repr_block(lines: list[str], start: int, header: re.Match[str]) -> _Block:
    stop = start + 1
    # syrupy puts a comma behind it, with which no line of a trace ends.
    while stop < len(lines) and not lines[stop - 1].endswith(","):
        stop += 1
    text = "\n".join([header[3], *lines[start + 1 : stop]])
    return _Block(start, stop, text.removesuffix(","))


def _text_block(lines: list[str], start: int, header: re.Match[str]) -> _Block:
    indent, stop = header[1], start + 1
    while stop < len(lines) and lines[stop].startswith(indent) and lines[stop].strip() not in ("", _QUOTES):
        stop += 1
    return _Block(start, stop, "\n".join(line[len(indent) :] for line in lines[start:stop]))


def _without(lines: list[str], blocks: Iterable[_Block]) -> str:
    kept, place = [], 0
    for block in sorted(blocks):
        kept += [*lines[place : block.start], "(trace)"]
        place = block.stop
    return "\n".join([*kept, *lines[place:]])
