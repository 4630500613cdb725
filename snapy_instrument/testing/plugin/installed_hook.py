"""The hook of a test run: what it traces, and what it could not wrap or match.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["InstalledHook", "early_warning", "header", "install", "is_findable", "unmatched_warning"]

import sys
import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pytest

from snapy_instrument.errors import SnapyWarning
from snapy_instrument.filters import your_code

if TYPE_CHECKING:
    from snapy_instrument.backends.hook.hook import Hook, HookReport


class InstalledHook:
    """A hook that the plugin installed.

    Attributes:
        early: Modules that were imported before it, sorted.
    """

    def __init__(self, hook: Hook, early: Sequence[str]) -> None:
        self.early = early
        self._hook = hook

    def report(self) -> HookReport:
        """Return what is wrapped, what is not and why."""
        return self._hook.report()

    def unmatched(self) -> list[str]:
        """Return the patterns that match no module yet; test modules count, though they are never wrapped."""
        report = self.report()
        return list(self._hook.filter.unmatched([*report.modules, *report.not_wrapped]))


def install(config: pytest.Config, patterns: Sequence[str]) -> InstalledHook | None:
    """Install the hook for the run; None without patterns.

    Raises:
        pytest.UsageError: A pattern is malformed.
    """
    if not patterns:
        return None
    from snapy_instrument.backends.hook.hook import install_hook

    try:
        with warnings.catch_warnings():
            # Folders of the project may join sys.path later: unmatched patterns are reported at the end of the run.
            warnings.simplefilter("ignore")
            hook = install_hook(list(patterns))
    except ValueError as error:
        raise pytest.UsageError(f"snapy_trace: {error}") from error
    config.add_cleanup(hook.uninstall)
    return InstalledHook(hook, _early(hook))


def header() -> list[str]:
    """Return a line for each installed hook, of the plugin and of others: what it traces, and by which twin."""
    if "snapy_instrument.backends.hook.hook" not in sys.modules:
        return []
    from snapy_instrument._twins import IMPLEMENTATION, PURE_BECAUSE
    from snapy_instrument.backends.hook.hook import installed_hooks

    twin = IMPLEMENTATION if PURE_BECAUSE is None else f"{IMPLEMENTATION}: {PURE_BECAUSE}"
    return [f"snapy: tracing {' '.join(hook.filter.patterns) or 'your code'} ({twin})" for hook in installed_hooks()]


def early_warning(modules: Iterable[str]) -> SnapyWarning:
    """Return the warning about modules that were imported before the hook."""
    from snapy_instrument.backends.hook.hook import imported_early

    return SnapyWarning("imported-early", imported_early(sorted(modules)))


def unmatched_warning(pattern: str) -> SnapyWarning:
    """Return the warning about a pattern that matches no module of the run."""
    return SnapyWarning(
        "pattern-unmatched",
        f"the pattern {pattern!r} of snapy_trace matches no module that was imported: correct it, import the module in "
        "a test, or remove the pattern",
    )


def is_findable(pattern: str) -> bool:
    """Return whether the top-level module that ``pattern`` spells out exists; True if it spells out none."""
    from snapy_instrument.backends.hook.hook import can_be_found, top_level_name

    name = top_level_name(pattern)
    return name is None or can_be_found(name)


def _early(hook: Hook) -> list[str]:
    names = [name for name in list(sys.modules) if hook.filter.matches_module(name) and _is_chosen(name, hook)]
    # The report looks through all objects: only where there is something to report.
    ways = hook.report().modules if names else {}
    return sorted(name for name in names if ways.get(name) == "in place")


def _is_chosen(module: str, hook: Hook) -> bool:
    """Return whether a pattern spells out the top-level name of ``module`` or it is the user's code, not just ``*``."""
    from snapy_instrument.backends.hook.hook import top_level_name

    if module.partition(".")[0] in map(top_level_name, hook.filter.patterns):
        return True
    return your_code(getattr(sys.modules[module], "__file__", None) or "", module)
