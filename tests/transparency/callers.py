"""Functions that look at the frames of their callers, each kind once: `looks` returns what each of them sees."""

from __future__ import annotations

import collections
import dataclasses
import enum
import importlib
import inspect
import logging
import sys
import traceback
import typing
import warnings
from collections.abc import Callable
from types import FrameType
from typing import Any

LOGGER = logging.getLogger("callers")
LOGGER.propagate = False
LOGGER.setLevel(logging.INFO)


def names(frame: FrameType | None, count: int) -> list[str]:
    """Return the names of the functions of ``frame`` and its callers."""
    found: list[str] = []
    while frame is not None and len(found) < count:
        found.append(frame.f_code.co_name)
        frame = frame.f_back
    return found


def by_stack() -> str:
    """Return the caller's name."""
    return inspect.stack()[1].function


def by_currentframe() -> list[str]:
    """Return the caller's name."""
    frame = inspect.currentframe()
    return [] if frame is None or frame.f_back is None else [frame.f_back.f_code.co_name]


def by_getframe() -> str:
    """Return the caller's name."""
    return sys._getframe(1).f_code.co_name


def by_format_stack() -> list[str]:
    """Return the names of the last two functions."""
    return [line.split(" in ")[1].split("\n")[0] for line in traceback.format_stack()[-2:]]


def by_extract_stack() -> list[str]:
    """Return the names of the last two functions."""
    return [each.name for each in traceback.extract_stack(limit=2)]


def by_walk_stack() -> list[str]:
    """Return the names of the last two functions."""
    return [frame.f_code.co_name for frame, _ in traceback.walk_stack(sys._getframe())][:2]


def by_warning() -> tuple[str, int]:
    """Return whom a warning blames: the caller."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn("old", stacklevel=2)
    return caught[0].filename.rpartition("/")[2], caught[0].lineno


def by_warning_of_a_library() -> tuple[str, int]:
    """Return whom a warning of a function that is not hooked blames: the caller of its caller."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        library().warn_of_the_caller()
    return caught[0].filename.rpartition("/")[2], caught[0].lineno


def logged(**options: Any) -> str:
    """Return the name of the function that a log record names."""
    records: list[logging.LogRecord] = []

    class Handler(logging.Handler):
        """Keep the records."""

        def emit(self, record: logging.LogRecord) -> None:
            """Keep one."""
            records.append(record)

    handler = Handler()
    LOGGER.addHandler(handler)
    try:
        LOGGER.info("text", **options)
    finally:
        LOGGER.removeHandler(handler)
    return records[0].funcName


def by_log() -> str:
    """Return whom a record names: the function that logs."""
    return logged()


def by_log_of_the_caller() -> str:
    """Return whom a record names: the caller of the function that logs."""
    return logged(stacklevel=2)


def by_module() -> list[str]:
    """Return the first frame outside of a library, found as structlog finds it, and its function's name."""
    return names(library().first_frame_outside(), 1)


def library() -> Any:
    """Return a library that is not hooked."""
    return importlib.import_module("tests.transparency.callers_library")


def by_classes() -> list[str]:
    """Return the modules of classes that find out in which module they are made."""
    made_by: Any = typing
    made: list[Any] = [
        collections.namedtuple("made", "x"),
        enum.Enum("made", "A"),
        made_by.NewType("made", int),
        made_by.TypeVar("made"),
        made_by.NamedTuple("made", [("x", int)]),
        made_by.TypedDict("made", {"x": int}),
        *([dataclasses.make_dataclass("made", ["x"])] if sys.version_info >= (3, 12) else []),
    ]
    return [each.__module__ for each in made]


def by_depth_two() -> str:
    """Return the caller's name, through a helper that counts frames."""
    return caller_of_the_caller()


def caller_of_the_caller() -> str:
    """Return the name two frames further out."""
    return sys._getframe(2).f_code.co_name


def by_walk_to_the_caller() -> list[str]:
    """Return all that a helper finds between itself and the caller."""
    return walk()


def walk() -> list[str]:
    """Return the names of the frames as far as `looks`."""
    frame: FrameType | None = sys._getframe()
    found = []
    while frame is not None and frame.f_code.co_name != "looks":
        found.append(frame.f_code.co_name)
        frame = frame.f_back
    return found


def by_traceback() -> list[str]:
    """Return the functions that an exception came through."""
    try:
        fail()
    except LookupError as error:
        return [each.name for each in traceback.extract_tb(error.__traceback__)]
    return []


def fail() -> None:
    """Raise."""
    raise LookupError


LOOKS: list[Callable[[], Any]] = [
    by_stack, by_currentframe, by_getframe, by_format_stack, by_extract_stack, by_walk_stack, by_warning,
    by_warning_of_a_library, by_log, by_log_of_the_caller, by_module, by_classes, by_depth_two,
    by_walk_to_the_caller, by_traceback,
]  # fmt: skip


def caller(look: Callable[[], Any]) -> Any:
    """Call one of them."""
    return look()


def looks() -> dict[str, Any]:
    """Return what each of them sees."""
    return {look.__name__: caller(look) for look in LOOKS}
