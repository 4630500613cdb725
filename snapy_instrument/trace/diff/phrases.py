"""A diff in a few lines: its changes grouped by kind and function, and counts of what follows from them."""

from __future__ import annotations

__all__ = ["overview", "summary"]

from collections.abc import Sequence

from snapy_instrument._words import count
from snapy_instrument.trace.diff.change import Change, Place

_LONGEST_PATH = 70
_LONGEST_SUMMARY = 240
_MOST_LINES = 6


def summary(changes: Sequence[Change]) -> str:
    """Return ``2 changes: shop.tax returned 0.5, was 0.7; shop.audit added under shop.checkout``."""
    if not changes:
        return "no change"
    text = f"{count(len(changes), 'change')}: "
    left, found = len(changes), ""
    for group in _groups(changes):
        piece = f"{'; ' if found else ''}{group[0]}{_alike(group)}"
        if found and len(text) + len(found) + len(piece) > _LONGEST_SUMMARY:
            break
        found, left = found + piece, left - len(group)
    return f"{text}{found}{f'; and {left} more' if left else ''}"


def overview(changes: Sequence[Change], consequences: Sequence[Change]) -> list[str]:
    """Return a line for each kind of change of each call, with its path, then one for all consequences."""
    groups = _groups(changes)
    rest = _counted(consequences)
    most = _MOST_LINES - bool(rest) if len(groups) <= _MOST_LINES - bool(rest) else _MOST_LINES - 1
    lines = [f"  {_path(group[0].place)}: {group[0].what}{_where(group[0])}{_alike(group)}" for group in groups[:most]]
    left = sum(map(len, groups[most:]))
    ends = [*([count(left, "more change")] if left else []), *rest]
    return [*lines, f"  and {', '.join(ends)}"] if ends else lines


def _groups(changes: Sequence[Change]) -> list[list[Change]]:
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        groups.setdefault((change.kind, change.name), []).append(change)
    return list(groups.values())


def _alike(group: Sequence[Change]) -> str:
    return f", and {len(group) - 1} more like it" if len(group) > 1 else ""


def _counted(consequences: Sequence[Change]) -> list[str]:
    callers = sum(change.inside_changed for change in consequences)
    others = len(consequences) - callers
    counts = (
        (callers, "caller's result", "callers' results"),
        (others, "place that a changed value reaches", "places that changed values reach"),
    )
    return [count(*each) for each in counts if each[0]]


def _path(place: Place) -> str:
    names = place.path or ("the trace",)
    whole = " > ".join(names)
    if len(whole) <= _LONGEST_PATH or len(names) < 4:
        return whole
    return " > ".join([names[0], "...", *names[-2:]])


def _where(change: Change) -> str:
    lines = [number for number in (change.old_line, change.new_line) if number is not None]
    which = change.which
    if lines and (change.old_line is None or change.new_line is None):
        line = f"{'new' if change.old_line is None else 'old'} line {lines[0]}"
    else:
        line = "line " + " -> ".join(map(str, dict.fromkeys(lines))) if lines else ""
    found = ", ".join(filter(None, (which, line)))
    return f" ({found})" if found else ""
