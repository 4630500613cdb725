"""A diff in a few lines: a headline that names the causes, and a line for each."""

from __future__ import annotations

__all__ = ["headlines", "overview", "summary"]

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from snapy_instrument._words import count
from snapy_instrument.trace.diff.causes.cause import Cause
from snapy_instrument.trace.diff.change import Change, Place
from snapy_instrument.trace.diff.report.inline_diff import inline_change

_Causes: TypeAlias = Mapping[Cause, Sequence[Change]]

_LONGEST_PATH = 40
_LONGEST_LINE = 92
_LONGEST_SUMMARY = 200
_MOST_LINES = 6


def summary(causes: _Causes) -> str:
    """Return ``2 changes: shop.tax returned 0.5, was 0.7; shop.audit added under shop.checkout``."""
    groups = [_occurrences(changes) for changes in causes.values()]
    if not groups:
        return "no change"
    total = sum(map(len, groups))
    text = f"{count(total, 'change')}: "
    left, found = total, ""
    for group in groups:
        piece = f"{'; ' if found else ''}{group[0]}{_alike(group)}"
        if found and len(text) + len(found) + len(piece) > _LONGEST_SUMMARY:
            break
        found, left = found + piece, left - len(group)
    return f"{text}{found}{f'; and {left} more' if left else ''}"


def headlines(causes: _Causes) -> Iterator[str]:
    """Yield the summary, then ever shorter ones for a line of limited width: the first cause, with less of its name."""
    yield summary(causes)
    first = next(iter(causes), None)
    if first is None:
        return
    total = sum(len(_occurrences(changes)) for changes in causes.values())
    start, more = f"{count(total, 'change')}: ", f" (and {total - 1} more)" if total > 1 else ""
    names = first.function.split(".")
    short = [".".join(names[-2:]), names[-1]]
    yield f"{start}{first}{more}"
    what = replace(first, place=first.place.rpartition(".")[2]).what if first.is_of_caller else first.what
    for name in short:
        yield f"{start}{name} {what}{more}"
    yield f"{names[-1]} {what}{more}"
    yield f"{names[-1]} {what}"


def overview(causes: _Causes) -> list[str]:
    """Return a line for each cause, with the call that changed, then one for all consequences."""
    groups = [_occurrences(changes) for changes in causes.values()]
    follows = sum(cause.consequences for cause in causes)
    most = _MOST_LINES - bool(follows) if len(groups) <= _MOST_LINES - bool(follows) else _MOST_LINES - 1
    lines = [_line(group) for group in groups[:most]]
    left = sum(map(len, groups[most:]))
    ends = [
        *([count(left, "more change")] if left else []),
        *([count(follows, "consequence")] if follows else []),
    ]
    return [*lines, f"  and {', '.join(ends)}"] if ends else lines


def _occurrences(changes: Sequence[Change]) -> list[Change]:
    """Return the changes of a cause that are no consequences."""
    return [change for change in changes if not change.follows]


def _line(group: Sequence[Change]) -> str:
    change = group[0]
    around = _around(change)
    where = _where(change)
    start = f"  {around} > " if around else "  "
    return f"{start}{inline_change(change, _LONGEST_LINE - len(start) - len(where))}{where}{_alike(group)}"


def _around(change: Change) -> str:
    """Return the calls around the line that changed; of another line than a call also the call that it is in."""
    place = change.place if change.kind in ("marker", "label", "yield", "resume", "line") else change.place.parent
    return _path(place) if place is not None else ""


def _alike(group: Sequence[Change]) -> str:
    return f", and {len(group) - 1} more like it" if len(group) > 1 else ""


def _path(place: Place) -> str:
    names = place.path
    whole = " > ".join(names)
    if len(whole) <= _LONGEST_PATH or len(names) < 2:
        return whole
    return f"... > {names[-1]}"


def _where(change: Change) -> str:
    lines = [number for number in (change.old_line, change.new_line) if number is not None]
    which = change.which
    if lines and (change.old_line is None or change.new_line is None):
        line = f"{'new' if change.old_line is None else 'old'} line {lines[0]}"
    else:
        line = "line " + " -> ".join(map(str, dict.fromkeys(lines))) if lines else ""
    found = ", ".join(filter(None, (which, line)))
    return f" ({found})" if found else ""
