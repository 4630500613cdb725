"""syrupy extensions: traces as one text file each, and traced executions inside amber snapshots."""

from __future__ import annotations

__all__ = ["TraceFileExtension", "TracedSnapshotExtension"]

from collections.abc import Callable, Hashable, Iterator
from typing import Any

from syrupy.extensions.amber import AmberSnapshotExtension
from syrupy.extensions.amber.serializer import AmberDataSerializer
from syrupy.extensions.single_file import SingleFileSnapshotExtension

from snapy_instrument.testing.explain import explain
from snapy_instrument.testing.snapshot import TracedSnapshot
from snapy_instrument.trace.execution import TracedExecution
from snapy_instrument.trace.trace import Trace
from snapy_instrument.tracers import FunctionTracer


class TraceFileExtension(SingleFileSnapshotExtension):
    """One text file a snapshot: ``__snapshots__/<module>/<test>.trace``.

    Takes a trace, a tracer, a `TracedExecution` or the text of a trace.
    """

    file_extension = "trace"

    def serialize(self, data: Any, **kwargs: Any) -> bytes:
        """The text of the trace, UTF-8, with a final newline."""
        return f"{_trace_text(data)}\n".encode("utf-8", "backslashreplace")

    def matches(self, *, serialized_data: Any, snapshot_data: Any) -> bool:
        """Equal but for line ends, which a checkout may have changed."""
        return _lines(serialized_data) == _lines(snapshot_data)

    def diff_lines(self, serialized_data: Any, snapshot_data: Any) -> Iterator[str]:
        """What changed, then the calls that changed; syrupy's own diff where one side is no trace."""
        return _diff_lines(super().diff_lines, "\n".join(_lines(serialized_data)), "\n".join(_lines(snapshot_data)))


class _TracePlugin:
    """How an amber snapshot shows a trace or a traced execution, at any depth."""

    @classmethod
    def is_data_serializable(cls, data: Any) -> bool:
        return isinstance(data, Trace | TracedExecution | FunctionTracer)

    @classmethod
    def serialize(cls, data: Any, **kwargs: Any) -> str:
        if isinstance(data, TracedExecution):
            return AmberDataSerializer.serialize_dict(_execution_parts(data), **kwargs)
        return AmberDataSerializer.serialize_string(_trace_text(data), **kwargs)


class _TraceSerializer(AmberDataSerializer):
    # Not annotated as syrupy does: the attribute exists from 5.1 on, and 5.0 ignores it.
    serializer_plugins = [_TracePlugin]  # type: ignore[list-item]  # noqa: RUF012


class TracedSnapshotExtension(AmberSnapshotExtension):
    """Amber snapshots in which a `TracedExecution` is told by its calls, call graph and performance summary."""

    serializer_class = _TraceSerializer

    def serialize(self, data: Any, **kwargs: Any) -> str:
        """The amber text of ``data``."""
        if isinstance(data, TracedExecution):
            data = _execution_parts(data)
        elif isinstance(data, Trace | FunctionTracer):
            data = _trace_text(data)
        return super().serialize(data, **kwargs)

    def diff_lines(self, serialized_data: Any, snapshot_data: Any) -> Iterator[str]:
        """What changed in the traces, then syrupy's own diff of what is around them."""
        return _diff_lines(super().diff_lines, serialized_data, snapshot_data)


def _diff_lines(syrupys: Callable[[Any, Any], Iterator[str]], new: Any, old: Any) -> Iterator[str]:
    found = explain(old, new)
    if found is None:
        yield from syrupys(new, old)
        return
    yield from found.lines
    if found.rest is not None:
        yield from syrupys(found.rest[1], found.rest[0])


def _execution_parts(traced: TracedExecution) -> dict[Hashable, Any]:
    return {
        "function_calls": traced.function_calls(),
        "call_graph": traced.build_call_graph(),
        "performance_summary": traced.get_performance_summary(),
    }


def _trace_text(data: Any) -> str:
    if isinstance(data, FunctionTracer):
        return data.format_trace()
    if isinstance(data, Trace):
        return data.format()
    if isinstance(data, TracedExecution):
        return repr(data)
    if isinstance(data, str):
        return data
    raise TypeError(
        f"a trace snapshot holds a trace, a tracer or its text, not {type(data).__name__}: compare "
        f"`tracer.trace` (or use the fixture `snapshot` for other values); {TracedSnapshot.__name__} has both"
    )


def _lines(data: Any) -> list[str]:
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)
    return text.replace("\r\n", "\n").rstrip("\n").split("\n")
