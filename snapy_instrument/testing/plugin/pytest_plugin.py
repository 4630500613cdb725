"""The pytest plugin ``snapy``: installs the hook before conftest files run, and offers the fixtures.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["trace_snapshot", "traced"]

import sys
from collections.abc import Generator
from typing import Any

import pytest

import snapy_instrument.testing.plugin.own_finder  # noqa: F401 - before the other modules
from snapy_instrument.testing.case_clashes import CaseClashes
from snapy_instrument.testing.differences import differences
from snapy_instrument.testing.empty_traces import empty_traces
from snapy_instrument.testing.pending_updates import pending
from snapy_instrument.testing.plugin.difference_report import DifferenceReport
from snapy_instrument.testing.plugin.failures import Failures
from snapy_instrument.testing.plugin.fixtures import trace_snapshot, traced
from snapy_instrument.testing.plugin.installed_hook import InstalledHook, early_warning, header, install
from snapy_instrument.testing.plugin.marks import MARK, allows_empty, check_mark, check_settings
from snapy_instrument.testing.plugin.pending_traces import PendingTraces
from snapy_instrument.testing.plugin.run_report import RunReport, warn_or_fail
from snapy_instrument.testing.plugin.settings import Settings, add_options, read_settings, settings_key
from snapy_instrument.testing.plugin.skipped_tests import Skipped
from snapy_instrument.testing.plugin.temporary_folders import TemporaryFolders

_NAME = "snapy"

_hook_key = pytest.StashKey[InstalledHook | None]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options and the ini settings."""
    add_options(parser)


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    """Treat ``-p`` with the name of this module as ``-p snapy``, which pytest would load a second time."""
    if plugin is sys.modules[__name__] and manager.get_name(plugin) != _NAME:
        manager.set_blocked(_NAME)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Install the hook: conftest files, which import the application, are loaded next."""
    settings = read_settings(early_config.known_args_namespace, early_config.getini)
    early_config.stash[_hook_key] = install(early_config, settings.trace)
    return (yield)


def pytest_configure(config: pytest.Config) -> None:
    """Read the settings, and register the plugins that they ask for."""
    config.addinivalue_line("markers", MARK)
    settings = config.stash[settings_key] = read_settings(config.option, config.getini)
    check_settings(config, settings)
    if _hook_key not in config.stash:  # loaded late: by a conftest, or by xdist in a worker
        config.stash[_hook_key] = install(config, settings.trace)
    hooked = config.stash[_hook_key]
    if hooked is not None and hooked.early and not hasattr(config, "workerinput"):
        _report_early(config, settings, hooked)
    config.add_cleanup(pending.begin())
    pending.holds = True
    config.add_cleanup(differences.begin())
    differences.reported = True
    config.pluginmanager.register(DifferenceReport(), "snapy-differences")
    config.pluginmanager.register(RunReport(config, settings, hooked), "snapy-run-report")
    if settings.on_failure or settings.artifacts is not None:
        config.pluginmanager.register(Failures(settings, config.rootpath), "snapy-failures")
    if settings.pending:
        config.pluginmanager.register(PendingTraces(config.rootpath), "snapy-pending")
    config.pluginmanager.register(Skipped(), "snapy-skipped")
    config.pluginmanager.register(TemporaryFolders(), "snapy-temporary-folders")
    config.pluginmanager.register(CaseClashes(), "snapy-case-clashes")
    if settings.verify:
        from snapy_instrument.testing.verify.rerun import Verifier

        config.pluginmanager.register(Verifier(), "snapy-verifier")


def _report_early(config: pytest.Config, settings: Settings, hooked: InstalledHook) -> None:
    for error in warn_or_fail(config, settings, early_warning(hooked.early)):
        raise pytest.UsageError(error)


def pytest_report_header() -> list[str]:
    """Return what is traced."""
    return header()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give the mark that newer versions of syrupy have to tests with trace snapshots, for ``-m syrupy_snapshot``."""
    mark = "syrupy_snapshot"
    if any(line.startswith(mark) for line in config.getini("markers")):
        for item in items:
            if "trace_snapshot" in getattr(item, "fixturenames", ()):
                item.add_marker(mark)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test with a wrong mark, and note what it says about empty traces."""
    settings = item.config.stash[settings_key]
    empty_traces.allowed = settings.allow_empty
    check_mark(item, settings)
    empty_traces.allowed = allows_empty(item, settings)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_assertrepr_compare(
    config: pytest.Config, op: str, left: object, right: object
) -> Generator[None, list[Any], list[Any]]:
    """Put what changed first where a trace is compared with a snapshot, a trace or a text."""
    found = yield
    if op != "==" or not (_may_hold_trace(left) or _may_hold_trace(right)):
        return found
    from snapy_instrument.testing.explain import explain_comparison

    mode = config.getoption("diff_mode", None)  # syrupy's, an enumeration; its members became texts in version 7
    explained = explain_comparison(found, left, right)
    return found if getattr(mode, "value", mode) == "disabled" else explained


def _may_hold_trace(value: object) -> bool:
    names = {cls.__name__ for cls in type(value).__mro__}
    return not names.isdisjoint({"SnapshotAssertion", "Trace"}) or (type(value) is str and value.startswith("trace v"))
