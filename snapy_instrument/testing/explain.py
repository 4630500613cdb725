"""What a failed comparison of traces says: the report of the semantic diff, in front of what others say.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["Explanation", "explain", "explain_comparison", "snapshot_lines"]

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from snapy_instrument.errors import TraceError
from snapy_instrument.testing.verify.environment_check import advice
from snapy_instrument.trace.diff.diff import TraceDiff, diff_traces
from snapy_instrument.trace.text.scrubbers import scrubbers_between

_HEADER = re.compile(r"( *)([^ ].*(?:: |=))?(trace v1 (?:minimal|standard|verbose))")
_QUOTES = "'''"
_ONLY_TEXT = "no call changed: the traces differ in the numbers of objects or the order of other threads"


class Explanation(NamedTuple):
    """Why two texts with traces in them differ.

    Attributes:
        overview: The first lines: what changed.
        lines: The whole report.
        rest: Both texts, the older first, without the traces that the report tells of; None where they are equal then.
    """

    overview: list[str]
    lines: list[str]
    rest: tuple[str, str] | None


class _Block(NamedTuple):
    """The text of a trace inside another text: lines from ``start`` to ``stop``, without their indentation."""

    start: int
    stop: int
    text: str


def explain(old: Any, new: Any) -> Explanation | None:
    """The traces in two serialized snapshots compared; None where there is no trace to compare.

    Whatever goes wrong in here is no reason to lose the failure of the test: it gives None, too.
    """
    try:
        return _explained(snapshot_lines(old), snapshot_lines(new))
    except Exception:
        return None


def explain_comparison(found: list[Any], left: Any, right: Any) -> list[Any]:
    """Explanations for ``assert left == right``, the best first.

    Args:
        found: Those of other plugins, each a list of lines.
        left: A trace, its text, a syrupy snapshot, or what is compared with a snapshot.
        right: The same; of two traces, the expected one.
    """
    try:
        for side in (left, right):
            if hasattr(type(side), "executions"):
                return _with_overview(found, side)
        diff = diff_traces(right, left)
        if not diff:
            return found
        _, lines = _told(diff)
        return [[f"{_title(left)} == {_title(right)}", *lines], *found]
    except Exception:
        return found


def _with_overview(found: list[Any], snapshot: Any) -> list[Any]:
    """syrupy's explanation with the overview behind its first line; as it was where that is there already."""
    result = snapshot.executions[snapshot.num_executions - 1]
    told = explain(result.recalled_data, result.asserted_data)
    if told is None or not found:
        return found
    first = list(found[0])
    known = told.overview[0] in first
    return [first if known else [*first[:1], *told.overview, *first[1:]], *found[1:]]


def _title(value: Any) -> str:
    return "text of a trace" if isinstance(value, str) else f"trace of {len(value)} calls"


def _explained(old: list[str], new: list[str]) -> Explanation | None:
    mine, yours = dict(_blocks(old)), dict(_blocks(new))
    overviews: dict[str, list[str]] = {}
    reports: dict[str, list[str]] = {}
    told: list[tuple[_Block, _Block]] = []
    for name in mine:
        if name in yours and mine[name].text != yours[name].text:
            overviews[name], reports[name] = _report(mine[name], yours[name])
            if len(reports[name]) > 1:
                told.append((mine[name], yours[name]))
    if not reports:
        return None
    rest = _without(old, (block for block, _ in told)), _without(new, (block for _, block in told))
    return Explanation(_titled(overviews), _titled(reports), None if rest[0] == rest[1] else rest)


def _report(old: _Block, new: _Block) -> tuple[list[str], list[str]]:
    """Overview and report; one line where there is nothing to report."""
    try:
        diff: TraceDiff = diff_traces(old.text, new.text)
    except TraceError as error:
        return [str(error)], [str(error)]
    return _told(diff) if diff else ([_ONLY_TEXT], [_ONLY_TEXT])


def _told(diff: TraceDiff) -> tuple[list[str], list[str]]:
    """Overview and report; behind the first line of each the advice, if there is any."""
    advised = _advised(diff)
    (first, *overview), (_, *lines) = diff.overview(), diff.lines()
    return [first, *advised, *overview], [first, *advised, *lines]


def _advised(diff: TraceDiff) -> list[str]:
    """What to do if all that changed is new on each run; nothing where scrubbers would leave some of it."""
    names: set[str] = set()
    for change in (*diff.changes, *diff.consequences):
        for value in change.values or [change]:
            between = scrubbers_between(value.old, value.new)
            if not between:
                return []
            names.update(between)
    return [f"  if it is another on each run, {advice(sorted(names))}"]


def _titled(parts: dict[str, list[str]]) -> list[str]:
    """The lines of each part; of several parts, first the first line of each."""
    if len(parts) == 1:
        return next(iter(parts.values()))
    firsts = [f"{name} {lines[0]}" for name, lines in parts.items()]
    return firsts + [line for name, lines in parts.items() if len(lines) > 1 for line in (name, *lines[1:])]


def snapshot_lines(data: Any) -> list[str]:
    """Return the lines of a serialized snapshot, whatever ends them in a file."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)
    return text.replace("\r\n", "\n").rstrip("\n").split("\n")


def _blocks(lines: list[str]) -> Iterator[tuple[str, _Block]]:
    """The traces in a text, by what stands before each: the key of a dict, say."""
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
    """Whether it is the repr of a trace inside of another value: only its first line is indented."""
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
