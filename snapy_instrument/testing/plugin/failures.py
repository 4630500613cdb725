"""The calls of a failing test: shown in its report, and saved.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["Failures"]

import hashlib
import re
import traceback
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from snapy_instrument.testing.plugin.marks import tracer_options
from snapy_instrument.testing.plugin.settings import Settings

if TYPE_CHECKING:
    from snapy_instrument.testing.plugin.latest_calls import LatestCalls
    from snapy_instrument.trace.nodes import CallNode
    from snapy_instrument.trace.trace import Trace

TITLE = "snapy: calls of the failing test"
_LONGEST_NAME = 120
_LONGEST_PATH = 8
_PLAIN = re.compile(r"[\w./]+(::\w+)+(\[[\w.-]*\])?", re.ASCII)

_recording_key = pytest.StashKey["LatestCalls | None"]()


class Failures:
    """A plugin that records setup, call and teardown of every test, each on its own.

    Args:
        settings: Whether to show (``on_failure``) and where to save (``artifacts``).
        root: The folder that a relative ``artifacts`` starts from.
    """

    def __init__(self, settings: Settings, root: Path) -> None:
        self._settings = settings
        self._folder = None if settings.artifacts is None else root / settings.artifacts

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None]:
        """Record the fixtures."""
        return (yield from self._recorded(item))

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        """Record the test."""
        return (yield from self._recorded(item))

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None]:
        """Record the end of the fixtures."""
        return (yield from self._recorded(item))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add the calls to the report of a failure."""
        report = yield
        recording = item.stash.get(_recording_key, None)
        if report.failed and recording is not None:
            report.sections.append((TITLE, self._section(item, call, report, recording)))
        return report

    def _recorded(self, item: pytest.Item) -> Generator[None]:
        from snapy_instrument.testing.plugin.latest_calls import LatestCalls

        try:
            recording = LatestCalls(**tracer_options(item, self._settings))
        except (TypeError, ValueError):  # a wrong mark, which fails the test
            item.stash[_recording_key] = None
            return (yield)
        item.stash[_recording_key] = recording
        with recording:
            return (yield)

    def _section(
        self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport, recording: LatestCalls
    ) -> str:
        """Return the text of the section; an error in here is shown in it, and the report stays a report."""
        try:
            trace = recording.trace
            lines = _call_lines(trace, call.excinfo, recording.dropped) if self._settings.on_failure else []
            if self._folder is not None:
                path = _save(trace, self._folder, item.nodeid, report.when)
                lines.append(f"saved, for Trace.load: {_short(path, item.config.rootpath)}")
        except Exception as error:
            lines = [f"the calls cannot be shown: {type(error).__name__}: {error}"]
        # A worker of xdist sends the text, which half of a surrogate pair would break.
        return "\n".join(lines).encode("utf-8", "backslashreplace").decode("utf-8")


def _call_lines(trace: Trace, error: pytest.ExceptionInfo[BaseException] | None, dropped: int) -> list[str]:
    """Return a bounded number of calls, with the path to the one that raised."""
    from snapy_instrument.trace.assertions.excerpt import marked_lines

    nodes = list(trace.tree.walk())
    if not nodes:
        return ["no traced function was called: check the patterns of the setting snapy_trace"]
    path = _path_to(trace, error) if error is not None else []
    handled: list[CallNode] = []
    if path:
        titles = [_raising(trace, path)]
        if error is not None and (error.value.__cause__ or error.value.__context__):
            handled = _last_handled(trace, nodes, path)
    else:
        # In several threads or tasks the last line of the text is not the last call.
        path = [max(nodes, key=lambda node: node.number)]
        titles = [f"no traced call raised it; the last call was {path[0].name}"]
        handled = _last_handled(trace, nodes, [])
    if handled:
        titles.append(f"before: {_raising(trace, handled)}, handled in {_handler(trace, handled[0])}")
    early = [f"the {dropped} first calls were not kept"] if dropped else []
    return [*titles, *early, *marked_lines(trace.layout, [*path, *handled])]


def _raising(trace: Trace, path: list[CallNode]) -> str:
    """Return which exception was raised in which calls."""
    names = [node.name for node in path]
    if len(names) > _LONGEST_PATH:
        names[2 : 4 - _LONGEST_PATH] = ["..."]
    return f"{_raised(trace, path[-1])} raised in {' > '.join(names)}"


def _last_handled(trace: Trace, nodes: list[CallNode], path: list[CallNode]) -> list[CallNode]:
    """Return the calls that the last handled exception left: what was done instead may have failed the test."""
    left = [node for node in nodes if node.left_by_exception and node not in path]
    handled = [node for node in left if not _passed_on(trace, node)]
    if not handled:
        return []
    return _down(trace, max(handled, key=lambda node: (node.raised or node.call).timestamp))


def _passed_on(trace: Trace, node: CallNode) -> bool:
    """Return whether the exception that left a call also left its caller, and no other one in its place."""
    caller = trace.tree.by_id.get(node.call.parent_id or 0)
    return caller is not None and caller.left_by_exception and _origin(caller) == _origin(node)


def _origin(node: CallNode) -> int:
    """Return the identifier of the call that raised the exception that left ``node``."""
    return node.raised_in or node.call_id


def _handler(trace: Trace, node: CallNode) -> str:
    caller = trace.tree.by_id.get(node.call.parent_id or 0)
    return "the test" if caller is None else caller.name


def _path_to(trace: Trace, error: pytest.ExceptionInfo[BaseException]) -> list[CallNode]:
    """Return the calls from the outermost one that ``error`` left to the one that raised it."""
    frames = traceback.walk_tb(error.value.__traceback__)
    seen = {f"{frame.f_globals.get('__name__')}.{frame.f_code.co_qualname}" for frame, _ in frames}
    for root in reversed(trace.roots):
        if root.left_by_exception and root.name in seen:
            return _down(trace, root)
    return []


def _down(trace: Trace, root: CallNode) -> list[CallNode]:
    event = root.raised or root.returned
    raised_in = None if event is None else event.raised_in
    node = root if raised_in is None else trace.tree.by_id.get(raised_in, root)
    path = [node]
    while node is not root and (parent := trace.tree.by_id.get(node.call.parent_id or 0)) is not None:
        node = parent
        path.append(node)
    return path[::-1] if node is root else [root]


def _raised(trace: Trace, node: CallNode) -> str:
    return trace.layout.exception(node)


def _short(path: Path, root: Path) -> Path:
    return path.relative_to(root) if path.is_relative_to(root) else path


def _save(trace: Trace, folder: Path, nodeid: str, when: str | None) -> Path:
    """Save the trace, and return the path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_file_name(nodeid)}{'' if when in ('call', None) else f'-{when}'}.jsonl"
    trace.save(path)
    return path


def _file_name(nodeid: str) -> str:
    """Return a file name made of the identifier of a test, a different one for each test."""
    plain = re.sub(r"[^\w.\[\]]+", "-", nodeid, flags=re.ASCII).strip("-")
    if _PLAIN.fullmatch(nodeid) and len(plain) <= _LONGEST_NAME:
        return plain
    return f"{plain[:_LONGEST_NAME]}-{hashlib.sha256(nodeid.encode('utf-8', 'replace')).hexdigest()[:8]}"
