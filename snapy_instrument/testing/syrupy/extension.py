"""syrupy extensions: traces as one text file each, and traced executions inside amber snapshots."""

from __future__ import annotations

__all__ = ["TraceFileExtension", "TracedSnapshotExtension"]

from collections.abc import Callable, Hashable, Iterator
from functools import partial
from typing import Any

from syrupy.extensions.amber import AmberSnapshotExtension
from syrupy.extensions.amber.serializer import AmberDataSerializer
from syrupy.extensions.base import AbstractSyrupyExtension
from syrupy.extensions.single_file import SingleFileSnapshotExtension

from snapy_instrument.testing.case_clashes import clashes_by_case, is_later_spelling
from snapy_instrument.testing.differences import differences
from snapy_instrument.testing.empty_traces import empty_traces
from snapy_instrument.testing.explain import explain, snapshot_lines
from snapy_instrument.testing.pending_updates import pending
from snapy_instrument.testing.snapshot import TracedSnapshot
from snapy_instrument.testing.syrupy.file_names import belongs, file_name, is_beside
from snapy_instrument.trace.execution import TracedExecution
from snapy_instrument.trace.trace import Trace
from snapy_instrument.tracers.tracer import FunctionTracer


class TraceFileExtension(SingleFileSnapshotExtension):
    """One text file a snapshot: ``__snapshots__/<module>/<test>.trace``.

    Takes a trace, a tracer, a `TracedExecution` or the text of a trace. ``matcher``, ``include`` and ``exclude`` see
    the values of a trace by their paths: ``exclude=paths("shop.pay.amount")``.
    """

    file_extension = "trace"
    write_immediately = False
    """The end of the run decides whether changes are written, see ``pending_updates``."""

    def serialize(self, data: Any, **kwargs: Any) -> bytes:
        """Return the text of the trace, UTF-8, with a final newline."""
        pending.note_trace(data)
        return _TextBytes(f"{_trace_text(data, **kwargs)}\n".encode("utf-8", "backslashreplace"))

    def read_snapshot_data_from_location(self, **kwargs: Any) -> Any:
        """Return the content of the file, or None."""
        data = super().read_snapshot_data_from_location(**kwargs)
        return _TextBytes(data) if isinstance(data, bytes) else data

    def matches(self, *, serialized_data: Any, snapshot_data: Any) -> bool:
        """Return whether both are equal but for line ends, which a checkout may have changed."""
        return snapshot_lines(serialized_data) == snapshot_lines(snapshot_data)

    def diff_lines(self, serialized_data: Any, snapshot_data: Any) -> Iterator[str]:
        """Yield what changed, then the calls that changed; syrupy's own diff where one side is no trace."""
        return _diff_lines(
            super().diff_lines, "\n".join(snapshot_lines(serialized_data)), "\n".join(snapshot_lines(snapshot_data))
        )

    @classmethod
    def get_snapshot_name(cls, *, test_location: Any, index: Any = 0) -> str:
        """Return the name of the file without its suffix, a different one for each test and each name."""
        name = AbstractSyrupyExtension.get_snapshot_name(test_location=test_location, index=index)
        item = test_location.item
        is_later = isinstance(index, str) and is_later_spelling(item, index)
        return file_name(
            name,
            escape_capitals=clashes_by_case(item),
            letters_from=len(test_location.snapshot_name) if is_later else None,
        )

    @classmethod
    def matches_test_location(cls, *, test_location: Any, snapshot_location: str) -> bool:
        """Return whether the file may be a snapshot of the test; syrupy 7 asks for each file and each test.

        As in syrupy, any file of the module may be one of a test without parameters.
        """
        if belongs(test_location, snapshot_location):
            return True
        return not test_location.is_item_parametrized and is_beside(test_location, snapshot_location)

    @classmethod
    def write_snapshot_collection(cls, *, snapshot_collection: Any, **kwargs: Any) -> None:
        """Write a new snapshot; leave a changed one to the end of the run."""
        write = partial(super().write_snapshot_collection, snapshot_collection=snapshot_collection, **kwargs)
        # Workers of xdist send them, and can send no subclass.
        pending.receive(snapshot_collection.location, bytes(next(iter(snapshot_collection)).data), write)


class _TextBytes(bytes):
    """Bytes that pytest shows as text in the report of a failing test."""

    def __str__(self) -> str:
        return self.decode("utf-8", "replace").rstrip("\n")

    __repr__ = __str__


class _TracePlugin:
    """A serializer plugin that shows traces and traced executions at any depth of an amber snapshot."""

    @classmethod
    def is_data_serializable(cls, data: Any) -> bool:
        return isinstance(data, Trace | TracedExecution | FunctionTracer)

    @classmethod
    def serialize(cls, data: Any, **kwargs: Any) -> str:
        pending.note_trace(data)
        if isinstance(data, TracedExecution):
            return AmberDataSerializer.serialize_dict(_execution_parts(data), **kwargs)
        return AmberDataSerializer.serialize_string(_trace_text(data, **kwargs), **kwargs)


class _TraceSerializer(AmberDataSerializer):
    # Not annotated as syrupy does: the attribute exists from 5.1 on, and 5.0 ignores it.
    serializer_plugins = [_TracePlugin]  # type: ignore[list-item]  # noqa: RUF012

    @classmethod
    def serialize_unknown(cls, data: Any, **kwargs: Any) -> str:
        # syrupy 5.0 has no serializer plugins.
        if _TracePlugin.is_data_serializable(data):
            return _TracePlugin.serialize(data, **kwargs)
        return super().serialize_unknown(data, **kwargs)


class TracedSnapshotExtension(AmberSnapshotExtension):
    """Amber snapshots that show a `TracedExecution` as its calls, call graph and performance summary."""

    serializer_class = _TraceSerializer

    def serialize(self, data: Any, **kwargs: Any) -> str:
        """Return the amber text of ``data``."""
        if isinstance(data, TracedExecution | Trace | FunctionTracer):
            pending.note_trace(data)
        if isinstance(data, TracedExecution):
            data = _execution_parts(data)
        elif isinstance(data, Trace | FunctionTracer):
            # Matcher and filters were applied to the values of the trace, and must not be applied to its text again.
            data, kwargs = _trace_text(data, **kwargs), {}
        return super().serialize(data, **kwargs)

    def diff_lines(self, serialized_data: Any, snapshot_data: Any) -> Iterator[str]:
        """Yield what changed in the traces, then syrupy's own diff of what is around them."""
        return _diff_lines(super().diff_lines, serialized_data, snapshot_data)


def _diff_lines(default: Callable[[Any, Any], Iterator[str]], new: Any, old: Any) -> Iterator[str]:
    found = explain(old, new)
    if found is None:
        yield from default(new, old)
        return
    yield from found.overview if differences.reported else found.lines
    if found.rest is not None:
        yield from default(found.rest[1], found.rest[0])


def _execution_parts(traced: TracedExecution) -> dict[Hashable, Any]:
    empty_traces.check(traced, _plain_text(traced))
    return {
        "function_calls": traced.function_calls(),
        "call_graph": traced.build_call_graph(),
        "performance_summary": traced.get_performance_summary(),
    }


def _trace_text(data: Any, **kwargs: Any) -> str:
    text = _plain_text(data, **kwargs)
    empty_traces.check(data, text)
    return text


def _plain_text(
    data: Any, *, matcher: Any = None, include: Any = None, exclude: Any = None, path: Any = (), **others: Any
) -> str:
    if isinstance(data, str):
        return data
    if isinstance(data, TracedSnapshot) and data.serializer is not None:
        return data.format_trace()
    trace = data.trace if isinstance(data, FunctionTracer | TracedExecution) else data
    if isinstance(trace, Trace):
        return trace.format_revised(matcher=matcher, include=include, exclude=exclude, path=path)
    raise TypeError(
        f"a trace snapshot holds a trace, a tracer or its text, not {type(data).__name__}: compare "
        f"`tracer.trace` (or use the fixture `snapshot` for other values); {TracedSnapshot.__name__} has both"
    )
