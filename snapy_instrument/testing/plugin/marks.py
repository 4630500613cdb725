"""The arguments of a test's tracers: from the mark ``snapy`` of the test, else from the settings of the run.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["MARK", "allows_empty", "check_mark", "check_settings", "tracer_options"]

from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

from snapy_instrument.testing.plugin.settings import Settings

MARK = (
    "snapy(trace, detail, redact, scrub, float_digits, frames, ...): how the calls of this test are traced; takes the "
    "settings of the same names, and the arguments of FunctionTracer."
)
# Settings that are arguments of tracers by the same names.
_ARGUMENTS = ("scrub", "float_digits", "exclude", "max_depth", "collapse", "backend")
_SETTINGS = ("trace", "detail", "redact", "scrub", "float_digits", "frames", "allow_empty")
# The settings set the first three by other names; the last is the same in the whole run.
_NOT_FOR_MARKS = {"redactor", "root"}


def tracer_options(item: pytest.Item, settings: Settings) -> dict[str, Any]:
    """Return the arguments of the tracers of a test.

    Raises:
        ValueError: The mark has an unknown argument; the message names it.
    """
    return _options(_marked(item), item.config, settings)


def _options(marked: dict[str, Any], config: pytest.Config, settings: Settings) -> dict[str, Any]:
    found: dict[str, Any] = {"root": str(config.rootpath), "detail": marked.pop("detail", settings.detail)}
    found["frames"] = marked.pop("frames", settings.frames)
    marked.pop("allow_empty", None)
    names = (*settings.redact, *_texts("redact", marked.pop("redact", ())))
    if names:
        found["redactor"] = _redactor(names)
    if patterns := _texts("trace", marked.pop("trace", ())):
        found["include"] = patterns
    values = {name: getattr(settings, name) for name in _ARGUMENTS}
    found |= {name: value for name, value in values.items() if value is not None and value != ()}
    limits = marked.pop("limits", settings.limits)
    if limits:
        found["limits"] = _limits(limits)
    return {**found, **marked}


def allows_empty(item: pytest.Item, settings: Settings) -> bool:
    """Return whether traces without calls may be snapshots of a test.

    Raises:
        ValueError: The mark has an unknown argument, or a value that is no bool.
    """
    allowed = _marked(item).get("allow_empty", settings.allow_empty)
    if type(allowed) is not bool:
        raise ValueError(f"allow_empty={allowed!r} must be True or False")
    return allowed


def check_mark(item: pytest.Item, settings: Settings) -> None:
    """Fail the test if its mark has an unknown argument or a wrong value."""
    if item.get_closest_marker("snapy") is None:
        return
    from snapy_instrument.testing.snapshot import TracedSnapshot

    try:
        TracedSnapshot(**tracer_options(item, settings), allow_empty=allows_empty(item, settings)).cleanup()
    except (TypeError, ValueError) as error:
        pytest.fail(f"{item.nodeid}: @pytest.mark.snapy: {error}", pytrace=False)


def check_settings(config: pytest.Config, settings: Settings) -> None:
    """Make a tracer with the settings of the run, so that a wrong one is reported before any test runs.

    Raises:
        pytest.UsageError: A setting has a wrong value.
    """
    names = ("detail", "redact", "frames", "limits", *_ARGUMENTS)
    if all(getattr(settings, name) == getattr(Settings, name) for name in names):
        return
    from snapy_instrument.testing.snapshot import TracedSnapshot

    try:
        TracedSnapshot(**_options({}, config, settings)).cleanup()
    except (TypeError, ValueError) as error:
        raise pytest.UsageError(f"settings of snapy: {error}") from None


def _marked(item: pytest.Item) -> dict[str, Any]:
    """Return the arguments of the marks of the test, its class and its module; the nearest wins."""
    found: dict[str, Any] = {}
    for mark in reversed(list(item.iter_markers("snapy"))):
        if mark.args:
            raise ValueError(f"takes only keyword arguments, such as detail='verbose', got {mark.args[0]!r}")
        unknown = sorted(mark.kwargs.keys() - _known())
        if unknown:
            raise ValueError(f"unknown argument {unknown[0]!r}; known are {', '.join(sorted(_known()))}")
        found.update(mark.kwargs)
    return found


@cache
def _known() -> frozenset[str]:
    from snapy_instrument.tracers.tracer_options import OPTION_NAMES

    return frozenset({*_SETTINGS, *OPTION_NAMES} - _NOT_FOR_MARKS)


def _limits(given: Any) -> Any:
    """Return limits given as such, or as texts, ``"chars=1000 items=20"``, which an ini file can hold."""
    from snapy_instrument.capture.limits import Limits

    if isinstance(given, Limits):
        return given
    found: dict[str, int] = {}
    for text in " ".join(_texts("limits", given)).split():
        name, _, number = text.partition("=")
        if name not in Limits.__dataclass_fields__ or not number.isdecimal():
            known = ", ".join(Limits.__dataclass_fields__)
            raise ValueError(f"limits: {text!r} must be NAME=N, such as chars=1000; known are {known}")
        found[name] = int(number)
    return Limits(**found)


def _texts(name: str, value: str | Iterable[str]) -> tuple[str, ...]:
    found = (value,) if isinstance(value, str) else tuple(value)
    if not all(isinstance(each, str) for each in found):
        raise ValueError(f"{name}={value!r} must be a text or a list of texts")
    return found


def _redactor(names: Iterable[str]) -> Any:
    from snapy_instrument.capture.redaction.redactor import (
        DEFAULT_SECRET_NAMES,
        DEFAULT_SECRET_PATTERNS,
        Redactor,
        Secrecy,
    )

    patterns = [name.removeprefix("re:") for name in names if name.startswith("re:")]
    plain = [name for name in names if not name.startswith("re:")]
    return Redactor(
        {**DEFAULT_SECRET_NAMES, **dict.fromkeys(plain, Secrecy.ALWAYS)}, [*DEFAULT_SECRET_PATTERNS, *patterns]
    )
