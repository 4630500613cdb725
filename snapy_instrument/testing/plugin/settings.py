"""The settings of a run: from the ini file and the command line.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["NO_LIMIT", "OPTIONS", "Option", "Settings", "add_options", "read_settings", "settings_key"]

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import pytest

from snapy_instrument._words import whole_number

NO_LIMIT = -1

Kind = Literal["text", "list", "number", "flag"]


class Option(NamedTuple):
    """One setting: ``snapy_<name>`` in the ini file, ``--snapy-<name>`` on the command line.

    Attributes:
        name: Its name, also of its attribute in `Settings`.
        kind: "text", "list" (may be repeated on the command line), "number" or "flag".
        metavar: The placeholder of its value in the help.
        help: Its help text.
    """

    name: str
    kind: Kind
    metavar: str
    help: str

    @property
    def ini(self) -> str:
        """Return its name in the ini file."""
        return f"snapy_{self.name}"

    @property
    def flag(self) -> str:
        """Return its name on the command line."""
        return f"--snapy-{self.name.replace('_', '-')}"


@dataclass(frozen=True)
class Settings:
    """The settings of a run; each attribute is one of `OPTIONS`."""

    trace: tuple[str, ...] = ()
    detail: str = "standard"
    redact: tuple[str, ...] = ()
    scrub: tuple[str, ...] = ()
    float_digits: int | None = None
    max_updates: int = 50
    strict: bool = False
    artifacts: str | None = None
    on_failure: bool = False
    verify: bool = False
    allow_empty: bool = False
    frames: str = "shape"
    pending: bool = False
    exclude: tuple[str, ...] = ()
    max_depth: int | None = None
    collapse: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    backend: str | None = None


settings_key = pytest.StashKey[Settings]()
"""The settings of a run, in the stash of its config."""

OPTIONS = (
    Option("trace", "list", "PATTERN", "Trace functions of modules that match PATTERN: 'myapp.*' '!myapp.vendor.*'."),
    Option("detail", "text", "LEVEL", "How much traces show: minimal, standard (the default) or verbose."),
    Option("redact", "list", "NAME", "Also hide values called NAME; 're:REGEX' hides matches inside texts."),
    Option("scrub", "list", "SCRUBBER", "Replace values that differ on every run: uuid, datetime, epoch, hex, ..."),
    Option("float_digits", "number", "N", "Significant digits of floats in traces."),
    Option(
        "max_updates",
        "number",
        "N",
        f"Refuse a --snapshot-update that changes more than N trace snapshots (default: {Settings.max_updates}; "
        f"{NO_LIMIT}: no limit).",
    ),
    Option("strict", "flag", "", "Fail the run where tracing would issue a warning."),
    Option("artifacts", "text", "DIR", "Save the trace of each failing test in DIR, for Trace.load."),
    Option("on_failure", "flag", "", "Show the calls of each failing test in its report."),
    Option("verify", "flag", "", "Run each test that writes a trace snapshot twice; refuse unstable traces."),
    Option("allow_empty", "flag", "", "Accept snapshots of traces without any call."),
    Option("frames", "text", "HOW", "How much traces show of data frames: shape (the default), head or full."),
    Option("pending", "flag", "", "Leave what failed trace snapshots received in .snapy/pending."),
    Option("exclude", "list", "PATTERN", "Leave functions out of traces, not the calls inside them: 'myapp.db.*'."),
    Option("max_depth", "number", "N", "Show N nested calls; deeper ones are counted."),
    Option("collapse", "list", "PATTERN", "Count the calls inside functions that match PATTERN, do not show them."),
    Option("limits", "list", "NAME=N", "How much of each value is kept: 'chars=1000' 'items=20'; see Limits."),
    Option("backend", "text", "NAME", "How calls are seen: auto (the default), proxy, settrace or monitoring."),
)


def add_options(parser: pytest.Parser) -> None:
    """Declare all options."""
    group = parser.getgroup("snapy", "execution traces")
    for option in OPTIONS:
        # No default: only so can a given value be distinguished from none.
        group.addoption(option.flag, dest=option.ini, default=None, help=option.help, **_argparse_options(option))
        parser.addini(option.ini, option.help, type=_ini_type(option.kind), default=None)


def read_settings(given: argparse.Namespace, getini: Callable[[str], Any]) -> Settings:
    """Return the settings: from the command line, else from the ini file, else the defaults.

    Names to hide add up: the command line cannot show what the ini file hides.

    Args:
        given: The parsed command line.
        getini: `pytest.Config.getini`.

    Raises:
        pytest.UsageError: A value is not allowed; the message names the setting.
    """
    found: dict[str, Any] = {}
    for option in OPTIONS:
        here, there = getattr(given, option.ini, None), _from_ini(option, getini)
        value = here if here is not None else there
        if value is not None:
            found[option.name] = tuple(value) if option.kind == "list" else value
        if option.name == "redact" and here and there:
            found["redact"] = (*there, *here)
    settings = Settings(**found)
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    try:
        whole_number("snapy_max_updates", settings.max_updates, no_limit=NO_LIMIT)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def _from_ini(option: Option, getini: Callable[[str], Any]) -> Any:
    try:
        value = getini(option.ini)
        return int(value) if option.kind == "number" and value is not None else value
    except (TypeError, ValueError, pytest.UsageError) as error:  # by version of pytest
        wanted = {"number": "a whole number", "flag": "true or false", "list": "a list of texts", "text": "a text"}
        raise pytest.UsageError(f"{option.ini}: must be {wanted[option.kind]} ({error})") from None


def _argparse_options(option: Option) -> dict[str, Any]:
    """Return how argparse reads the option."""
    if option.kind == "flag":
        return {"action": "store_true"}
    action = "append" if option.kind == "list" else "store"
    number = {"type": int} if option.kind == "number" else {}
    return {"action": action, "metavar": option.metavar, **number}


def _ini_type(kind: Kind) -> Any:
    if kind == "number":
        # Before 8.4 a number is a text, from 9 on a TOML file must have the number itself.
        return "int" if pytest.version_tuple >= (8, 4) else "string"
    return {"list": "args", "flag": "bool", "text": "string"}[kind]
