"""What tests and examples share: pytest's test tools, hypothesis' profile, hooks of examples, what needs `apps`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from snapy_instrument import Hook, install_hook
from tests.apps import APPLICATIONS, LEFT_OUT

# pytest allows this line in the conftest.py at the top level alone.
pytest_plugins = ["pytester"]

CHANGED = Path(__file__).parent / "tests" / "applications"
# A busy machine is slow; that is no fault of a strategy.
settings.register_profile("snapy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("snapy")

collect_ignore = [*LEFT_OUT, *APPLICATIONS]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that runs the slow tests of the example applications."""
    parser.addoption("--applications", action="store_true", help="Change the example applications and run their tests.")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the tests of the example applications unless they are asked for."""
    wanted = config.getoption("applications")
    return True if collection_path == CHANGED and not wanted else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that were left out."""
    if not terminalreporter.config.getoption("applications"):
        terminalreporter.write_line("left out, they take minutes: tests/applications (run them by --applications)")
    if LEFT_OUT:
        terminalreporter.write_line(f"left out, they need the extra apps: {' '.join(LEFT_OUT)}")


@pytest.fixture(scope="module")
def hook(request: pytest.FixtureRequest) -> Iterator[Hook]:
    """Hook the modules that an example names in ``HOOKED``, and put their functions back after it.

    A project of its own needs no fixture, only ``install_hook("stationery.*")`` at the top of its conftest.py or
    ``snapy_trace`` in its ini file. The examples share their run with tests that expect no hook.
    """
    with install_hook(request.module.HOOKED) as installed:
        yield installed
