"""Explains why a trace is not stable: one test was recorded twice, and the texts differ.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["explain_instability"]

import re
from collections.abc import Iterator, Sequence

from snapy_instrument._words import count
from snapy_instrument.testing.verify.advice import advice
from snapy_instrument.trace.diff.change import Change
from snapy_instrument.trace.diff.diff import TraceDiff
from snapy_instrument.trace.text.scrubbers import NAMES, Scrubber, scrubbers
from snapy_instrument.trace.trace import Trace

_TITLE = "the trace differs between two runs of the same test"
_TEXT = re.compile(r"b?(['\"])(.*)\1", re.DOTALL)
_DIGEST = re.compile(r"#[0-9a-f]{8}>")
_FEWEST_DIGITS = 3
_OTHER_CALLS = frozenset({"added", "removed", "moved", "repeated", "renamed", "hidden", "raises", "no longer raises"})
_STATE = (
    "the first run left something behind that changes the second (a cache, a counter, a file), or the block depends "
    "on chance, the clock or the time zone, which differs in the second run: set it back in a fixture, seed random, "
    "freeze the clock"
)


def explain_instability(first: Trace, second: Trace) -> str | None:
    """Return what differs between two recordings of a test and what would make them equal; None where they are equal.

    Args:
        first: The recording that a snapshot is made of.
        second: The same test, recorded again with the same options.

    Returns:
        Several lines: the first names the unstable value, the next ones the call and the remedy.
    """
    if first == second:
        return None
    diff = first.diff(second)
    found = [*diff.changes, *diff.consequences]
    if not found:
        return f"{_TITLE}: the numbers of objects or the order of other threads differ\n  {_STATE}"
    return "\n".join([f"{_TITLE}: {found[0]}", *(f"  {line}" for line in _about(first, second, diff, found))])


def _about(first: Trace, second: Trace, diff: TraceDiff, found: Sequence[Change]) -> Iterator[str]:
    if path := found[0].path:
        yield f"in {' > '.join(path)}"
    if more := len(diff.changes) - 1:
        yield f"and {count(more, 'more change')}"
    yield from _remedies(first, second, found[0])


def _remedies(first: Trace, second: Trace, change: Change) -> Iterator[str]:
    """Yield what makes the texts equal, or else what helps to find out."""
    current = list(first.options.scrub)
    names = [name for name in NAMES if name not in {scrubber.name for scrubber in current}]
    if needed := _needed(first, second, names):
        yield advice(needed)
    elif digits := _digits(first, second):
        yield f"float_digits={digits} makes it stable, or snapy_float_digits = {digits} in the ini file"
    else:
        yield from _hints(first, second, change, names)


def _equal(first: Trace, second: Trace, names: Sequence[str]) -> bool:
    scrub: list[Scrubber | str] = [*first.options.scrub, *names]
    return first.replace(scrub=scrub) == second.replace(scrub=scrub)


def _needed(first: Trace, second: Trace, names: Sequence[str]) -> list[str]:
    """Return the fewest scrubbers that make the texts equal; none where all of them together do not."""
    needed = list(names)
    if not _equal(first, second, needed):
        return []
    for name in names:
        fewer = [each for each in needed if each != name]
        if _equal(first, second, fewer):
            needed = fewer
    return needed


def _digits(first: Trace, second: Trace) -> int:
    """Return the highest number of digits of floats that makes the texts equal, 0 where none does."""
    for digits in range(first.options.float_digits - 1, _FEWEST_DIGITS - 1, -1):
        if first.replace(float_digits=digits) == second.replace(float_digits=digits):
            return digits
    return 0


def _hints(first: Trace, second: Trace, change: Change, names: Sequence[str]) -> Iterator[str]:
    """Yield what makes this one change vanish, and what may have caused it."""
    old, new = (change.values[0].old, change.values[0].new) if change.values else (change.old, change.new)
    for scrubber in scrubbers(names):
        if scrubber.pattern.search(old) and scrubber.pattern.search(new):
            scrub = [*first.options.scrub, scrubber]
            left = first.replace(scrub=scrub).diff(second.replace(scrub=scrub))
            if not any(_is_same(each, change) for each in left.changes):
                yield f'scrub=["{scrubber.name}"] makes this value stable, and leaves: {left.summary}'
                return
    if _DIGEST.search(old) and _DIGEST.search(new):
        yield "the part of the value that was cut off differs: show more of it by limits=Limits(...) to see what it is"
    elif change.kind not in _OTHER_CALLS and (pair := _pair(old, new)) is not None:
        yield f"no built-in scrubber matches it; a pair of your own can: scrub=[{pair}]"
    yield _STATE


def _is_same(change: Change, other: Change) -> bool:
    return change.kind == other.kind and change.path == other.path and change.old_line == other.old_line


def _pair(old: str, new: str) -> str | None:
    """Return a regex for what two texts have in common, and its replacement: ``(r"ord_\\d+", "ord_<changing>")``."""
    first, second = _TEXT.fullmatch(old), _TEXT.fullmatch(new)
    if first is None or second is None:
        return None
    old, new = first[2], second[2]
    start = _common(old, new)
    end = min(_common(old[::-1], new[::-1]), len(old) - start, len(new) - start)
    middle = old[start : len(old) - end] + new[start : len(new) - end]
    kind = r"\d" if middle.isdigit() else r"[^\W_]" if middle.isalnum() else r"[\w-]"
    # Of ord-00009 and ord-00010 all digits are the number, not only those that differ.
    before = re.sub(rf"{kind}+\Z", "", old[:start])
    after = re.sub(rf"\A{kind}+", "", old[len(old) - end :])
    regex = f"{re.escape(before)}{kind}+{re.escape(after)}".replace(r"\-", "-")
    replacement = f"{before}<changing>{after}"
    known = re.fullmatch(regex, old) and re.fullmatch(regex, new) and (before or after)
    return f'(r"{regex}", "{replacement}")' if known and not set(replacement) & set('"\\') else None


def _common(old: str, new: str) -> int:
    same = 0
    for left, right in zip(old, new, strict=False):
        if left != right:
            break
        same += 1
    return same
