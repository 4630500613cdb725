"""What a trace holds of this day, this process and this machine, and what would mend it.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["Finding", "advice", "find_surroundings", "sources_of"]

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from snapy_instrument.errors import TraceError
from snapy_instrument.testing.verify.environment_values import Sign, signs_of_now
from snapy_instrument.trace.diff.parse import parse_trace
from snapy_instrument.trace.trace import Trace

_LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_NUMBER = re.compile(r"\d+")
_DATE_DIGITS = (2, 4, 8)
# Of a text, on either side of the value: enough to tell it from other numbers.
_MOST_BESIDE = 20


class Finding(NamedTuple):
    """A value that another day, process or machine would not give.

    Attributes:
        call: The name of the call.
        value: The value.
        meaning: What it is.
        remedy: What makes the trace stable.
    """

    call: str
    value: str
    meaning: str
    remedy: str


class _Place(NamedTuple):
    """Where a sign was found: its call, the arguments or result, the literal it is inside of, and where in there."""

    call: str
    text: str
    value: str
    literal: str
    span: tuple[int, int]


def find_surroundings(trace: Trace, now: float, sources: Callable[[], Iterable[str]]) -> Finding | None:
    """The first such value that no source spells out.

    Args:
        trace: The trace.
        now: The present moment, in seconds since 1970.
        sources: Gives the sources in which a value may be spelt out; it is fixed then. Asked for where there is one.
    """
    known: list[str] | None = None
    for sign, place in _places(trace, now):
        known = list(sources()) if known is None else known
        if not any(_spells(source, sign, place.value) for source in known):
            return Finding(place.call, place.value, sign.meaning, _remedy(trace, sign, place))
    return None


def sources_of(trace: Trace, test: Path) -> Iterator[str]:
    """The texts of the file of a test, of the conftest files above it, and of the modules that a trace tells of."""
    conftests = [folder / "conftest.py" for folder in test.parents]
    modules = {event.module for event in trace.events}
    files = [getattr(sys.modules.get(module), "__file__", None) for module in modules]
    for path in {test, *conftests, *(Path(file) for file in files if file and file.endswith(".py"))}:
        try:
            yield path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue


def advice(scrub: Iterable[str | tuple[str, str]]) -> str:
    """How to use scrubbers: in Python, and in an ini file."""
    told = ", ".join(f'"{each}"' if isinstance(each, str) else f'(r"{each[0]}", "{each[1]}")' for each in scrub)
    ini = " ".join(each if isinstance(each, str) else f"'re:{each[0]} -> {each[1]}'" for each in scrub)
    return f"scrub=[{told}] makes it stable: traced(..., scrub=[{told}]), or snapy_scrub = {ini} in the ini file"


def _places(trace: Trace, now: float) -> Iterator[tuple[Sign, _Place]]:
    text = str(trace)
    signs = [sign for sign in signs_of_now(now) if sign.pattern.search(text)]
    if not signs:
        return
    try:
        nodes = parse_trace(text).walk()
    except TraceError:
        return
    for node in nodes:
        for part in (f"{node.name}({node.args}" if node.args else "", f"{node.name} {node.outcome}"):
            for sign in signs:
                yield from ((sign, place) for place in _found(sign, node.name, part))


def _found(sign: Sign, call: str, text: str) -> Iterator[_Place]:
    matches = list(sign.pattern.finditer(text, len(call)))
    literals = list(_LITERAL.finditer(text, len(call))) if matches else []
    for match in matches:
        start, stop = match.span()
        inside = next((each for each in literals if each.start() < start and stop < each.end()), None)
        before = text[:start]
        if (
            (inside is not None or not sign.quoted)
            and (sign.after is None or sign.after.search(before))
            and not (sign.not_after and sign.not_after.search(before))
        ):
            literal, origin = ("", 0) if inside is None else (inside[0], inside.start())
            yield _Place(call, text, match[0], literal, (start - origin, stop - origin))


def _spells(source: str, sign: Sign, value: str) -> bool:
    pattern = "|".join(map(re.escape, (value, *sign.spelt)))
    return re.search(rf"(?<!\w)(?:{pattern})(?!\w)", source) is not None


def _remedy(trace: Trace, sign: Sign, place: _Place) -> str:
    """The first scrubber that mends it when tried, else what can be done without one."""
    for scrub in _scrubs(sign, place):
        if place.value not in str(trace.replace(scrub=[*trace.options.scrub, scrub])):
            return advice([scrub])
    kind = "str" if place.literal else "int"
    if place.text == f"{place.call} -> {place.literal or place.value}":
        path = f'{{"{place.call}.return": ({kind},)}}'
    else:
        path = f'{{r"{re.escape(place.call)}\\..*": ({kind},)}}, regex=True, strict=False'
    return f"set it in the test (freeze the clock, monkeypatch), or have syrupy replace it: matcher=path_type({path})"


def _scrubs(sign: Sign, place: _Place) -> Iterator[str | tuple[str, str]]:
    """Scrubbers that may help: of the library, then one made of the value."""
    if sign.scrubber:
        yield sign.scrubber
    if not sign.replacement or not place.literal:
        return
    if sign.replacement == "<date>":
        yield rf"\b{_like(place.value)}\b", sign.replacement
        return
    start, stop = place.span
    before, after = place.literal[1:start][-_MOST_BESIDE:], place.literal[stop:-1][:_MOST_BESIDE]
    if re.search(r"[^\W\d]", before + after) and not set(before + after) & set("\"'\\"):
        regex = f"{re.escape(before)}{_like(place.value)}{re.escape(after)}"
        yield regex.replace(r"\-", "-").replace(r"\ ", " "), f"{before}{sign.replacement}{after}"


def _like(value: str) -> str:
    """A regex for what looks like ``value``: ``\\d{4}-\\d{2}-\\d{2}``."""
    regex = re.escape(value).replace(r"\-", "-").replace(r"\ ", " ")
    words = re.sub(r"[A-Z][a-z]+", "[A-Z][a-z]+", regex)
    return _NUMBER.sub(_digits, words)


def _digits(found: re.Match[str]) -> str:
    return rf"\d{{{len(found[0])}}}" if len(found[0]) in _DATE_DIGITS else r"\d+"
