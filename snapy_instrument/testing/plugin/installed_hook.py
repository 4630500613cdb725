"""The hook of a test run: what it traces, and what it missed.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["Hooked", "can_be_found", "early_warning", "header", "install", "unmatched_warning"]

import importlib.util
import re
import sys
import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pytest

from snapy_instrument.errors import SnapyWarning
from snapy_instrument.filters import your_code

if TYPE_CHECKING:
    from snapy_instrument.backends.hook.hook import Hook, HookReport

_MOST_NAMES = 5


class Hooked:
    """An installed hook.

    Attributes:
        early: Modules that were imported before it, sorted.
    """

    def __init__(self, hook: Hook, early: Sequence[str]) -> None:
        self.early = early
        self._hook = hook

    def report(self) -> HookReport:
        """What is wrapped, what is not and why."""
        return self._hook.report()

    def unmatched(self) -> list[str]:
        """The patterns that have met no module yet; test modules count, though they are never wrapped."""
        report = self.report()
        return list(self._hook.filter.unmatched([*report.modules, *report.not_wrapped]))


def install(config: pytest.Config, patterns: Sequence[str]) -> Hooked | None:
    """Install the hook for the run; None without patterns.

    Raises:
        pytest.UsageError: A pattern is malformed.
    """
    if not patterns:
        return None
    from snapy_instrument.backends.hook.hook import install_hook

    try:
        with warnings.catch_warnings():
            # Folders of the project may join sys.path later; the run tells at its end which patterns met no module.
            warnings.simplefilter("ignore")
            hook = install_hook(list(patterns))
    except ValueError as error:
        raise pytest.UsageError(f"snapy_trace: {error}") from error
    config.add_cleanup(hook.uninstall)
    return Hooked(hook, _early(hook))


def header() -> list[str]:
    """A line for each installed hook, of the plugin and of others: what it traces, and by which implementation."""
    if "snapy_instrument.backends.hook.hook" not in sys.modules:
        return []
    from snapy_instrument._twins import IMPLEMENTATION, PURE_BECAUSE
    from snapy_instrument.backends.hook.hook import installed_hooks

    how = IMPLEMENTATION if PURE_BECAUSE is None else f"{IMPLEMENTATION}: {PURE_BECAUSE}"
    return [f"snapy: tracing {' '.join(hook.filter.patterns) or 'your code'} ({how})" for hook in installed_hooks()]


def early_warning(modules: Iterable[str]) -> SnapyWarning:
    """What to say about modules that were imported before the hook."""
    names = sorted(modules)
    shown = ", ".join(names[:_MOST_NAMES]) + (f" and {len(names) - _MOST_NAMES} more" * (len(names) > _MOST_NAMES))
    return SnapyWarning(
        "imported-early",
        f"imported before snapy's hook: {shown}. Their functions were wrapped in place; what took a function before, "
        "such as a registry or a decorator, has it without its proxy. Import them in conftest.py or in tests, not "
        "in a plugin that pytest loads earlier",
    )


def unmatched_warning(pattern: str) -> SnapyWarning:
    """What to say about a pattern that met no module."""
    return SnapyWarning(
        "pattern-unmatched",
        f"the pattern {pattern!r} of snapy_trace met no module: is the name right, is the module imported by a test? "
        "Correct it or take it out",
    )


def can_be_found(pattern: str) -> bool:
    """The top-level module that ``pattern`` spells out exists, or the pattern spells none out."""
    name = re.match(r"[^!:.*\s]+", pattern)
    if pattern.startswith("re:") or name is None or pattern[name.end() : name.end() + 1] == "*":
        return True
    try:
        return name[0] in sys.modules or importlib.util.find_spec(name[0]) is not None
    except (ImportError, ValueError):
        return False


def _early(hook: Hook) -> list[str]:
    names = [name for name in list(sys.modules) if hook.filter.matches_module(name) and _is_meant(name, hook)]
    # The report looks through all objects: only where there is something to report.
    ways = hook.report().modules if names else {}
    return sorted(name for name in names if ways.get(name) == "in place")


def _is_meant(module: str, hook: Hook) -> bool:
    """A pattern spells out the top-level name of ``module``, or it is the user's code: ``*`` is not about json."""
    top = module.partition(".")[0]
    spelt = {re.split(r"[.:]", pattern)[0] for pattern in hook.filter.patterns}
    return top in spelt or your_code(getattr(sys.modules[module], "__file__", None) or "", module)
