"""The end of a run: changed snapshots are written, what was not traced is told; workers of xdist hand in their part.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["Ending", "complain"]

from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from snapy_instrument.errors import SnapyWarning
from snapy_instrument.testing.plugin.installed_hook import can_be_found, early_warning, unmatched_warning
from snapy_instrument.testing.plugin.settings import Settings
from snapy_instrument.testing.plugin.update_guard import Updates

if TYPE_CHECKING:
    from snapy_instrument.testing.plugin.installed_hook import Hooked

_OUTPUT = "snapy"
_COMPLETE = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


class Ending:
    """A plugin that collects what a run has to tell.

    Args:
        config: The run's.
        settings: The run's.
        hooked: The hook of this process, or None.
    """

    def __init__(self, config: pytest.Config, settings: Settings, hooked: Hooked | None) -> None:
        self._config = config
        self._settings = settings
        self._hooked = hooked
        self._updates = Updates(settings.max_updates)
        self._deselected = False
        self._early: set[str] = set()
        self._unmatched: list[set[str]] = []
        self._errors: list[str] = []

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Note that the run is not about everything."""
        self._deselected = True

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a worker of xdist has to tell; one that crashed tells nothing."""
        told = getattr(node, "workeroutput", {}).get(_OUTPUT)
        if told is not None:
            self._updates.receive(told["updates"])
            self._deselected |= told["deselected"]
            self._early.update(told["early"])
            self._unmatched.append(set(told["unmatched"]))

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """When syrupy is done: settle the changes, or send them to the process that does."""
        result = yield
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT] = {
                "updates": self._updates.send(),
                "deselected": self._deselected,
                "early": [] if self._hooked is None else list(self._hooked.early),
                "unmatched": [] if self._hooked is None else self._hooked.unmatched(),
            }
            return result
        settled = self._updates.settle()
        self._complain(session)
        if (self._errors or not settled) and session.exitstatus in (*_COMPLETE, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        return result

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show the changed traces and what failed the run."""
        for title, lines, colour in (
            ("updated traces", self._updates.summary(), {"red": True} if self._updates.refused else {}),
            ("snapy: not traced", self._errors, {"red": True}),
        ):
            if lines:
                terminalreporter.section(title, sep="-", **colour)
                for line in lines:
                    terminalreporter.line(line)

    def _complain(self, session: pytest.Session) -> None:
        """Tell of what this process and all workers missed."""
        if self._hooked is None or session.config.option.collectonly:
            return
        # Modules of this process were told of at its start.
        if early := self._early - set(self._hooked.early):
            self._errors += complain(self._config, self._settings, early_warning(early))
        unmatched = set.intersection(set(self._hooked.unmatched()), *self._unmatched)
        for pattern in sorted(unmatched):
            if not can_be_found(pattern) or self._is_whole(session):
                self._errors += complain(self._config, self._settings, unmatched_warning(pattern))

    def _is_whole(self, session: pytest.Session) -> bool:
        """All tests ran, so what no test imported is not imported by any."""
        stopped = session.shouldstop or session.shouldfail
        return session.exitstatus in _COMPLETE and not (stopped or self._deselected or _is_part(self._config))


def complain(config: pytest.Config, settings: Settings, warning: SnapyWarning) -> list[str]:
    """Give a warning, or with ``snapy_strict``, or where filters make the warning an error, the error."""
    if settings.strict:
        return [str(warning)]
    try:
        config.issue_config_time_warning(warning, stacklevel=2)
    except SnapyWarning as error:
        slug = f"\\[{error.slug}\\]"
        return [f"{error}; filterwarnings make it an error: add 'ignore:.*{slug}' to them if that is meant to be"]
    return []


def _is_part(config: pytest.Config) -> bool:
    """The command line names less than all tests."""
    if any(getattr(config.option, name, None) for name in ("lf", "ignore", "ignore_glob")):
        return True
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        return False
    given = [config.invocation_params.dir / arg for arg in config.args]
    return not all(any(path.is_relative_to(each) for each in given) for path in _all_of(config))


def _all_of(config: pytest.Config) -> Iterable[Path]:
    paths = config.getini("testpaths")
    return [config.rootpath / path for path in paths] or [config.rootpath]
