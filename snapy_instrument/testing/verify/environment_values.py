"""Signs of this day, process and machine: texts that a trace made tomorrow, or elsewhere, would not hold.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["Sign", "signs_of_now"]

import getpass
import os
import platform
import re
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import NamedTuple

# Digits and more on either side make another number of it: part of a digest, of a float, of a longer number.
_BEFORE, _AFTER = r"(?<![0-9A-Za-z.])", r"(?![0-9A-Za-z]|\.\d)"
_DATES = (
    *("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y"),
    *("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y"),
)
_MONTH = re.compile(r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?,? (?:\d{1,2},? )?\Z")
_FEWEST_DIGITS = 4
_SHORTEST_PATH = 4
_EVERYDAY = frozenset(
    "admin app build builder ci docker guest host jenkins local localhost machine main me node nobody root runner "
    "server system test tester ubuntu user username vagrant web worker www".split()
)


class Sign(NamedTuple):
    """One thing to look for.

    Attributes:
        meaning: What it is: "today's date".
        pattern: Finds it in the text of arguments or of a result; what it finds is the value.
        quoted: It counts only inside a text.
        after: It counts only behind this; the name of the call stands in front of its arguments and its result.
        not_after: It does not count behind this.
        scrubber: The built-in scrubber that may replace it, or nothing.
        replacement: What may stand for all of its kind, or nothing.
        spelt: How a source may spell it out, besides as it is.
    """

    meaning: str
    pattern: re.Pattern[str]
    quoted: bool = False
    after: re.Pattern[str] | None = None
    not_after: re.Pattern[str] | None = None
    scrubber: str = ""
    replacement: str = ""
    spelt: tuple[str, ...] = ()


def signs_of_now(now: float) -> Iterator[Sign]:
    """The signs of the present day, of this process and of this machine.

    Args:
        now: The present moment, in seconds since 1970.
    """
    days = {date.fromtimestamp(now), datetime.fromtimestamp(now, UTC).date()}
    for day in sorted(days):
        yield from _dates(day)
    for year in sorted({day.year for day in days}):
        yield from _year(year)
    yield _number(os.getpid(), "the process id", "p(?:rocess_?)?id")
    yield _number(os.getppid(), "the id of the parent process", "p(?:rocess_?|arent_?)*id")
    yield _number(threading.get_ident(), "the id of this thread", "ident|thread_?id")
    yield from _ports()
    yield from _names()
    yield from _paths()


def _dates(day: date) -> Iterator[Sign]:
    spelt = tuple(f"{day.year},{space}{day.month},{space}{day.day}" for space in (" ", ""))
    for shape in _DATES:
        pattern = re.compile(rf"(?<![\w.-]){re.escape(day.strftime(shape))}(?!\d)")
        scrubber = "datetime" if shape == _DATES[0] else ""
        yield Sign("today's date", pattern, quoted=True, scrubber=scrubber, replacement="<date>", spelt=spelt)


def _year(year: int) -> Iterator[Sign]:
    """Alone: a date of this year is a fixed one."""
    pattern = re.compile(rf"(?<![\w.:/-]){year}(?![\w:/-]|\.\d)")
    yield Sign("the current year", pattern, quoted=True, not_after=_MONTH, replacement="<year>")
    yield Sign("the current year", pattern, after=_named("year"))


def _number(number: int, meaning: str, name: str) -> Sign:
    """Short numbers are equal by chance too often: they count where their name says what they are."""
    pattern = re.compile(rf"(?:{_BEFORE}|(?<=pid)){number}{_AFTER}")
    after = _named(name) if number < 10 ** (_FEWEST_DIGITS - 1) else None
    return Sign(meaning, pattern, after=after, replacement="<number>")


def _ports() -> Iterator[Sign]:
    """As the system gives to who asks for any; people choose lower ones."""
    meaning = "a port as the system gives to who asks for any"
    number = r"(?:3(?=276[89]|27[7-9]|2[89]|[3-9])|[45]|6(?=[0-4]|5[0-4]|55[0-2]|553[0-5]))\d{4}(?!\d)"
    host = r"(?:localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\]):\Z"
    yield Sign(meaning, re.compile(number), quoted=True, after=re.compile(host), scrubber="port")
    yield Sign(meaning, re.compile(f"{_BEFORE}{number}{_AFTER}"), after=_named("port"))


def _named(name: str) -> re.Pattern[str]:
    """The end of what stands in front of a value that is called so: an argument, a key, the result of a call."""
    return re.compile(rf"(?i:{name})\w*(?:['\"]?(?:=|: )| -> )\Z")


def _names() -> Iterator[Sign]:
    yield from _word(platform.node(), "the name of this machine")
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # by version: no such user
        return
    yield from _word(user, "the name of the user")


def _word(name: str, meaning: str) -> Iterator[Sign]:
    """A text of its own, or a part of an address."""
    if name and name.lower() not in _EVERYDAY:
        escaped = re.escape(name)
        whole = rf"(?<=['\"]){escaped}(?=['\"])"
        yield Sign(meaning, re.compile(rf"{whole}|(?<=[/\\@]){escaped}(?![\w-])|(?<![\w-]){escaped}(?=@)"), quoted=True)


def _paths() -> Iterator[Sign]:
    paths = {
        tempfile.gettempdir(): "the folder for temporary files",
        os.path.expanduser("~"): "the home folder",
        os.getcwd(): "the current folder",
    }
    for path, meaning in reversed(paths.items()):
        if len(path) >= _SHORTEST_PATH:
            yield Sign(meaning, re.compile(rf"(?<![\w.-]){re.escape(path)}(?![\w-])"), quoted=True)
