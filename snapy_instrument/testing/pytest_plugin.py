"""The pytest plugin ``snapy``: installs the hook before conftest files run, and gives the fixtures.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["trace_snapshot", "traced"]

import warnings
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from snapy_instrument.backends.hook import Hook
    from snapy_instrument.tracers import FunctionTracer

_hook_key = pytest.StashKey["Hook | None"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option and the ini setting."""
    group = parser.getgroup("snapy", "execution traces")
    group.addoption(
        "--snapy-trace",
        action="append",
        default=[],
        metavar="PATTERN",
        help="Trace the functions of modules that match PATTERN ('myapp.*', '!myapp.vendor.*'); may be repeated. "
        "Takes the place of the ini setting snapy_trace.",
    )
    parser.addini("snapy_trace", "Patterns of modules whose functions are traced: myapp.* !myapp.vendor.*", type="args")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Install the hook: conftest files, which import the application, are loaded next."""
    patterns = early_config.known_args_namespace.snapy_trace or early_config.getini("snapy_trace")
    early_config.stash[_hook_key] = _install(early_config, patterns) if patterns else None
    return (yield)


def _install(config: pytest.Config, patterns: list[str]) -> Hook:
    from snapy_instrument.backends.hook import install_hook

    try:
        with warnings.catch_warnings():
            # Folders of the project may join sys.path later; the summary names patterns that met no module.
            warnings.simplefilter("ignore")
            hook = install_hook(patterns)
    except ValueError as error:
        raise pytest.UsageError(f"snapy_trace: {error}") from error
    config.add_cleanup(hook.uninstall)
    return hook


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say what is traced."""
    hook = config.stash.get(_hook_key, None)
    return [] if hook is None else [f"snapy: tracing {' '.join(hook.filter.patterns)}"]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Name the patterns that met no module."""
    hook = config.stash.get(_hook_key, None)
    # Under xdist the workers import the application, not this process.
    if hook is None or config.getoption("numprocesses", None):
        return
    for pattern in hook.report().unmatched:
        terminalreporter.write_line(
            f"snapy: pattern {pattern!r} met no module: is the name right, is it imported by a test?", yellow=True
        )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_assertrepr_compare(
    config: pytest.Config, op: str, left: object, right: object
) -> Generator[None, list[Any], list[Any]]:
    """Say first what changed, where traces are compared: with a snapshot, with each other, with a text."""
    found = yield
    if op != "==" or not (_may_hold_trace(left) or _may_hold_trace(right)):
        return found
    from snapy_instrument.testing.explain import explain_comparison

    mode = config.getoption("diff_mode", None)  # syrupy's, an enumeration; its members became texts in version 7
    return found if getattr(mode, "value", mode) == "disabled" else explain_comparison(found, left, right)


def _may_hold_trace(value: object) -> bool:
    names = {cls.__name__ for cls in type(value).__mro__}
    return not names.isdisjoint({"SnapshotAssertion", "Trace"}) or (type(value) is str and value.startswith("trace v"))


@pytest.fixture
def traced(request: pytest.FixtureRequest) -> Iterator[Callable[..., FunctionTracer]]:
    """A factory of tracers: ``with traced("myapp.*") as trace:``; takes the arguments of FunctionTracer.

    Without patterns a tracer records what the hook matches. All are cleaned up after the test.
    """
    from snapy_instrument.testing.snapshot import TracedSnapshot

    tracers: list[FunctionTracer] = []

    def make(*patterns: str, **options: Any) -> FunctionTracer:
        options.setdefault("root", str(request.config.rootpath))
        if patterns:
            options["filter_modules"] = patterns
        tracers.append(TracedSnapshot(**options))
        return tracers[-1]

    yield make
    for tracer in tracers:
        tracer.cleanup()


@pytest.fixture
def trace_snapshot(request: pytest.FixtureRequest) -> Any:
    """syrupy's ``snapshot`` that keeps each trace as one text file, ``__snapshots__/<module>/<test>.trace``."""
    try:
        snapshot = request.getfixturevalue("snapshot")
    except pytest.FixtureLookupError:
        pytest.fail(
            "the fixture trace_snapshot needs syrupy's plugin: pip install 'snapy-instrument[pytest]', and do not "
            "pass -p no:syrupy",
            pytrace=False,
        )
    from snapy_instrument.testing.syrupy_extension import TraceFileExtension

    return snapshot.use_extension(TraceFileExtension)
