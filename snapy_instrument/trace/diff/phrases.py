"""Changes in words, each in one line."""

from __future__ import annotations

__all__ = ["overview", "phrase", "summary"]

from collections.abc import Callable, Sequence

from snapy_instrument._words import count
from snapy_instrument.trace.diff.change import Change, Place
from snapy_instrument.trace.diff.value_diff import ValueChange

_LONGEST_VALUE = 50
_LONGEST_PATH = 70
_LONGEST_SUMMARY = 240
_MOST_LINES = 6
_TOP = "the top"


def summary(changes: Sequence[Change]) -> str:
    """``2 changes: shop.tax returned 0.5, was 0.7; shop.audit added under shop.checkout``."""
    if not changes:
        return "no change"
    text = f"{count(len(changes), 'change')}: "
    left, told = len(changes), ""
    for group in _groups(changes):
        piece = f"{'; ' if told else ''}{phrase(group[0])}{_alike(group)}"
        if told and len(text) + len(told) + len(piece) > _LONGEST_SUMMARY:
            break
        told, left = told + piece, left - len(group)
    return f"{text}{told}{f'; and {left} more' if left else ''}"


def overview(changes: Sequence[Change], consequences: Sequence[Change]) -> list[str]:
    """A line for each kind of change of each call, with its path, then one for all that follows."""
    groups = _groups(changes)
    rest = _counted(consequences)
    most = _MOST_LINES - bool(rest) if len(groups) <= _MOST_LINES - bool(rest) else _MOST_LINES - 1
    lines = [
        f"  {_path(group[0].place)}: {_what(group[0])}{_where(group[0])}{_alike(group)}" for group in groups[:most]
    ]
    left = sum(map(len, groups[most:]))
    ends = [*([count(left, "more change")] if left else []), *rest]
    return [*lines, f"  and {', '.join(ends)}"] if ends else lines


def phrase(change: Change) -> str:
    """``shop.tax returned 0.5, was 0.7 (call 280 of 300)``."""
    name = change.name or ("the trace" if change.kind != "header" else "the level")
    return f"{name} {_what(change)}{_under(change)}{_which(change)}"


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
    told = (
        (callers, "caller's result", "callers' results"),
        (others, "place that a changed value reaches", "places that changed values reach"),
    )
    return [count(*each) for each in told if each[0]]


def _path(place: Place) -> str:
    names = place.path or ("the trace",)
    whole = " > ".join(names)
    if len(whole) <= _LONGEST_PATH or len(names) < 4:
        return whole
    return " > ".join([names[0], "...", *names[-2:]])


def _which(change: Change) -> str:
    if change.total < 2:
        return ""
    if change.times > 1:
        return f" (calls {change.number} to {change.number + change.times - 1} of {change.total})"
    return f" (call {change.number} of {change.total})"


def _where(change: Change) -> str:
    lines = [number for number in (change.old_line, change.new_line) if number is not None]
    which = _which(change)[2:-1]
    if lines and (change.old_line is None or change.new_line is None):
        line = f"{'new' if change.old_line is None else 'old'} line {lines[0]}"
    else:
        line = "line " + " -> ".join(map(str, dict.fromkeys(lines))) if lines else ""
    told = ", ".join(filter(None, (which, line)))
    return f" ({told})" if told else ""


def _what(change: Change) -> str:
    return _WORDS[change.kind](change)


def _under(change: Change) -> str:
    if change.kind not in ("added", "removed", "moved", "repeated", "renamed") or change.origin is not None:
        return ""
    # A number of times would read on: was 2 under shop.checkout.
    comma = "," * (change.kind == "repeated")
    caller = _caller(change.place.parent)
    return f"{comma} at {_TOP}" if caller == _TOP else f"{comma} under {caller}"


def _caller(place: Place | None) -> str:
    return (place.name if place is not None else "") or _TOP


def _alone(change: Change) -> str:
    around = f" around {count(change.around, 'call')}" if change.around else ""
    return f"{change.kind}{_times(change)}{around}"


def _times(change: Change) -> str:
    return f" {change.times} times" if change.times > 1 else ""


def _moved(change: Change) -> str:
    if change.origin is not None:
        return f"moved{_times(change)} from {_caller(change.origin)} to {_caller(change.place.parent)}"
    return f"moved{_times(change)} {f'behind {change.after}' if change.after else 'to the front'}"


def _repeated(change: Change) -> str:
    return f"called {count(int(change.new), 'time')}, was {change.old}"


def _argument(change: Change) -> str:
    return f"called with {_values(change.values)}"


def _result(change: Change) -> str:
    if change.values and change.values[0].where:
        return f"returned {_values(change.values)}"
    old, new = _shortened(change.old, change.new)
    return f"returned {new}, was {old}"


def _raises(change: Change) -> str:
    return f"now raises {_short(change.new)}" + (f", had returned {_short(change.old)}" if change.old else "")


def _raises_no_longer(change: Change) -> str:
    return f"no longer raises {_short(change.old)}" + (f", returned {_short(change.new)}" if change.new else "")


def _exception(change: Change) -> str:
    old, new = _shortened(change.old, change.new)
    return f"raises {new}, was {old}"


def _hidden(change: Change) -> str:
    old, new = (text.strip("[+]") for text in (change.old, change.new))
    if not new:
        return f"shows the {old} that it hid"
    return f"hides {new} inside, was {old or 'showing them'}"


def _line(change: Change) -> str:
    if change.old and change.new:
        verb = change.new.partition(" ")[0]
        return f"{verb} {_values(change.values)}" if change.values else f"has {change.new}, was {change.old}"
    verb = {"marker": "says ", "label": "is marked "}.get(change.kind, "")
    return f"now {verb}{_short(change.new)}" if change.new else f"no longer {verb}{_short(change.old)}"


def _renamed(change: Change) -> str:
    return f"called in place of {change.old}"


def _header(change: Change) -> str:
    return f"is {change.new.split()[-1]}, was {change.old.split()[-1]}: only what both tell is compared"


def _values(values: Sequence[ValueChange]) -> str:
    if not values:
        return "other values"
    first = values[0]
    old, new = _shortened(first.old, first.new)
    more = f" (and {len(values) - 1} more inside)" if len(values) > 1 else ""
    return f"{first._replace(old=old, new=new)}{more}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 15]}...{text[-12:]}"


def _shortened(old: str, new: str) -> tuple[str, str]:
    """Both texts, of long ones the part where they begin to differ."""
    if max(len(old), len(new)) <= _LONGEST_VALUE:
        return old, new
    same = 0
    for mine, yours in zip(old, new, strict=False):
        if mine != yours:
            break
        same += 1
    start = max(0, same - 15)
    return _window(old, start), _window(new, start)


def _window(text: str, start: int) -> str:
    shown = text[start : start + _LONGEST_VALUE]
    return f"{'...' * bool(start)}{shown}{'...' * (start + _LONGEST_VALUE < len(text))}"


_WORDS: dict[str, Callable[[Change], str]] = {
    "added": _alone,
    "removed": _alone,
    "moved": _moved,
    "repeated": _repeated,
    "renamed": _renamed,
    "argument": _argument,
    "result": _result,
    "raises": _raises,
    "no longer raises": _raises_no_longer,
    "exception": _exception,
    "hidden": _hidden,
    "marker": _line,
    "label": _line,
    "yield": _line,
    "resume": _line,
    "line": _line,
    "header": _header,
}
