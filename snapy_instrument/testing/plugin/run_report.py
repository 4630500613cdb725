"""The end of a run: changed snapshots are written, missed modules are reported, workers of xdist send their part.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["RunReport", "warn_or_fail"]

from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from snapy_instrument.errors import SnapyWarning
from snapy_instrument.testing.plugin.installed_hook import early_warning, is_findable, unmatched_warning
from snapy_instrument.testing.plugin.settings import Settings
from snapy_instrument.testing.plugin.update_guard import UpdateGuard

if TYPE_CHECKING:
    from snapy_instrument.testing.plugin.installed_hook import InstalledHook

_OUTPUT = "snapy"
_COMPLETE = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


class RunReport:
    """A plugin that collects the changes and warnings of a run, and reports them at its end.

    Args:
        config: The run's.
        settings: The run's.
        hooked: The hook of this process, or None.
    """

    def __init__(self, config: pytest.Config, settings: Settings, hooked: InstalledHook | None) -> None:
        self._config = config
        self._settings = settings
        self._hooked = hooked
        self._updates = UpdateGuard(settings.max_updates)
        self._deselected = False
        self._early: set[str] = set()
        self._unmatched: list[set[str]] = []
        self._errors: list[str] = []

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Note that some tests do not run."""
        self._deselected = True

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the part of a worker of xdist; one that crashed has none."""
        sent = getattr(node, "workeroutput", {}).get(_OUTPUT)
        if sent is not None:
            self._updates.receive(sent["updates"])
            self._deselected |= sent["deselected"]
            self._early.update(sent["early"])
            self._unmatched.append(set(sent["unmatched"]))

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """When syrupy is done, write the changes, or send them to the controller, which writes them."""
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
        written = self._updates.finish()
        self._check_hook(session)
        if (self._errors or not written) and session.exitstatus in (*_COMPLETE, pytest.ExitCode.NO_TESTS_COLLECTED):
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

    def _check_hook(self, session: pytest.Session) -> None:
        """Report modules that were imported too early, and patterns that match none, in all processes."""
        if self._hooked is None or session.config.option.collectonly:
            return
        # Those of this process were reported at its start.
        if early := self._early - set(self._hooked.early):
            self._errors += warn_or_fail(self._config, self._settings, early_warning(early))
        unmatched = set.intersection(set(self._hooked.unmatched()), *self._unmatched)
        for pattern in sorted(unmatched):
            if not is_findable(pattern) or self._is_whole(session):
                self._errors += warn_or_fail(self._config, self._settings, unmatched_warning(pattern))

    def _is_whole(self, session: pytest.Session) -> bool:
        """Return whether all tests ran: what was not imported then is imported by no test."""
        stopped = session.shouldstop or session.shouldfail
        return session.exitstatus in _COMPLETE and not (stopped or self._deselected or _is_part(self._config))


def warn_or_fail(config: pytest.Config, settings: Settings, warning: SnapyWarning) -> list[str]:
    """Issue a warning; return it as an error with ``snapy_strict``, or if filters make it one."""
    if settings.strict:
        return [str(warning)]
    try:
        config.issue_config_time_warning(warning, stacklevel=2)
    except SnapyWarning as error:
        slug = f"\\[{error.slug}\\]"
        return [f"{error}; filterwarnings make it an error; to allow it, add 'ignore:.*{slug}' to them"]
    return []


def _is_part(config: pytest.Config) -> bool:
    """Return whether the command line names only a part of the tests."""
    if any(getattr(config.option, name, None) for name in ("lf", "ignore", "ignore_glob")):
        return True
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        return False
    given = [config.invocation_params.dir / arg for arg in config.args]
    return not all(any(path.is_relative_to(each) for each in given) for path in _all_of(config))


def _all_of(config: pytest.Config) -> Iterable[Path]:
    paths = config.getini("testpaths")
    return [config.rootpath / path for path in paths] or [config.rootpath]
