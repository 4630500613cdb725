"""What can be set for a run: by ini settings and on the command line.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["NO_LIMIT", "OPTIONS", "Option", "Settings", "add_options", "read_settings", "settings_key"]

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import pytest

NO_LIMIT = -1

Kind = Literal["text", "list", "number", "flag"]


class Option(NamedTuple):
    """One setting: ``snapy_<name>`` in the ini file, ``--snapy-<name>`` on the command line.

    Attributes:
        name: Its name, and that of its attribute in `Settings`.
        kind: "text", "list" (may be repeated on the command line), "number" or "flag".
        metavar: What stands for its value in the help.
        help: What it does.
    """

    name: str
    kind: Kind
    metavar: str
    help: str

    @property
    def ini(self) -> str:
        """Its name in the ini file."""
        return f"snapy_{self.name}"

    @property
    def flag(self) -> str:
        """Its name on the command line."""
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


settings_key = pytest.StashKey[Settings]()
"""The settings of a run, in the stash of its config."""

OPTIONS = (
    Option("trace", "list", "PATTERN", "Trace functions of modules that match PATTERN: 'myapp.*' '!myapp.vendor.*'."),
    Option("detail", "text", "LEVEL", "What traces tell: minimal, standard (the default) or verbose."),
    Option("redact", "list", "NAME", "Also hide values called NAME; 're:...' hides what matches inside texts."),
    Option("scrub", "list", "SCRUBBER", "Replace values that differ on every run: uuid, datetime, epoch, hex, ..."),
    Option("float_digits", "number", "N", "Significant digits of floats in traces."),
    Option(
        "max_updates",
        "number",
        "N",
        f"Refuse a --snapshot-update that changes more than N trace snapshots (default: {Settings.max_updates}; "
        f"{NO_LIMIT}: no limit).",
    ),
    Option("strict", "flag", "", "What would be a warning about tracing fails the run."),
    Option("artifacts", "text", "DIR", "Save the trace of each failing test in DIR, for Trace.load."),
    Option("on_failure", "flag", "", "Show with each failing test the calls that it made."),
    Option("verify", "flag", "", "Run a test again whose trace snapshot is written, and refuse an unstable one."),
)


def add_options(parser: pytest.Parser) -> None:
    """Declare all options."""
    group = parser.getgroup("snapy", "execution traces")
    for option in OPTIONS:
        # No defaults: what was not given must be told from what was.
        group.addoption(option.flag, dest=option.ini, default=None, help=option.help, **_ways(option))
        parser.addini(option.ini, option.help, type=_ini_type(option.kind), default=None)


def read_settings(given: argparse.Namespace, getini: Callable[[str], Any]) -> Settings:
    """The settings: from the command line, else from the ini file, else the defaults.

    Names to hide add up: a name in the ini file stays hidden whatever the command line says.

    Args:
        given: The command line, read.
        getini: `pytest.Config.getini`.

    Raises:
        pytest.UsageError: A value is no such value; the message names the setting.
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
    if settings.max_updates < NO_LIMIT:
        raise pytest.UsageError(f"snapy_max_updates: {settings.max_updates} is no number of snapshots; give 0 or more")


def _from_ini(option: Option, getini: Callable[[str], Any]) -> Any:
    try:
        value = getini(option.ini)
        return int(value) if option.kind == "number" and value is not None else value
    except (TypeError, ValueError, pytest.UsageError) as error:  # by version
        wanted = {"number": "a whole number", "flag": "true or false", "list": "a list of texts", "text": "a text"}
        raise pytest.UsageError(f"{option.ini}: must be {wanted[option.kind]} ({error})") from None


def _ways(option: Option) -> dict[str, Any]:
    """How argparse reads the option."""
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
