"""Other tools, each at the fastest setting that its documentation offers."""

# They are installed where the benchmarks run, not where types are checked.
# mypy: disable-error-code="import-not-found,import-untyped"
from __future__ import annotations

__all__ = ["CProfile", "Hunter", "MonkeyType", "VizTracer"]

import cProfile
import io
from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import CodeType
from typing import Any


def modules_of(patterns: Sequence[str]) -> tuple[str, ...]:
    """The names without their endings."""
    return tuple(pattern.removesuffix(".*") for pattern in patterns)


class VizTracer:
    """C profile function or sys.monitoring, into a buffer of C structures.

    C functions and garbage collections are not recorded, nothing is printed, and the buffer is large enough that no
    call is lost. ``include_files`` is left out: it costs a comparison a call and cuts off all calls below others.
    """

    def __init__(self, values: bool) -> None:
        self.values = values

    def prepare(self, patterns: Sequence[str]) -> None:
        """Make the buffer."""
        import viztracer

        self.tracer = viztracer.VizTracer(
            tracer_entries=2_000_000,
            verbose=0,
            ignore_c_function=True,
            log_func_args=self.values,
            log_func_retval=self.values,
        )

    def start(self) -> None:
        """Start."""
        self.tracer.start()

    def stop(self) -> None:
        """Stop; the buffer is not turned into Python objects."""
        self.tracer.stop()

    def records(self) -> int:
        """Entries of the buffer."""
        count: int = self.tracer.parse()
        return count


class _Count:
    """An action that looks at nothing."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, event: Any) -> None:
        self.calls += 1


class Hunter:
    """Its C tracer as a profile function, without line events.

    With values it prints calls and results with plain `repr`, without colours, into memory: it has no other store.
    """

    def __init__(self, values: bool) -> None:
        self.values = values

    def prepare(self, patterns: Sequence[str]) -> None:
        """Choose the action."""
        import hunter

        self.hunter = hunter
        self.stream = io.StringIO()
        self.count = _Count()
        self.action: Any = self.count
        if self.values:
            self.action = hunter.CallPrinter(stream=self.stream, repr_func=repr, force_colors=False)
        kinds = ("call", "return") if self.values else ("call",)
        self.query = hunter.Q(module_startswith=modules_of(patterns), kind_in=kinds)

    def start(self) -> None:
        """Trace, in new threads too."""
        self.tracer = self.hunter.trace(self.query, action=self.action, profile=True)

    def stop(self) -> None:
        """Stop."""
        self.tracer.stop()

    def records(self) -> int:
        """Lines printed for calls, or the count."""
        return self.stream.getvalue().count(" call ") if self.values else self.count.calls


class MonkeyType:
    """Types of arguments and results, kept in a list instead of its database; new threads are not traced."""

    def prepare(self, patterns: Sequence[str]) -> None:
        """A logger that only keeps, and a filter with a cache."""
        from monkeytype.tracing import CallTraceLogger, trace_calls

        modules = modules_of(patterns)
        decisions: dict[CodeType, bool] = {}

        def wanted(code: CodeType) -> bool:
            found = decisions.get(code)
            if found is None:
                place = code.co_filename.removesuffix(".py").replace("/", ".")
                found = decisions[code] = any(name in place for name in modules)
            return found

        class Kept(CallTraceLogger):  # type: ignore[misc]
            def __init__(self) -> None:
                self.traces: list[Any] = []

            def log(self, trace: Any) -> None:
                self.traces.append(trace)

        self.logger = Kept()
        self.context: AbstractContextManager[None] = trace_calls(self.logger, max_typed_dict_size=0, code_filter=wanted)

    def start(self) -> None:
        """Start."""
        self.context.__enter__()

    def stop(self) -> None:
        """Stop."""
        self.context.__exit__(None, None, None)

    def records(self) -> int:
        """Traces kept."""
        return len(self.logger.traces)


class CProfile:
    """Counts and times of each function, no calls: what the interpreter brings along."""

    def prepare(self, patterns: Sequence[str]) -> None:
        """Without built-in functions."""
        self.profile = cProfile.Profile(builtins=False)

    def start(self) -> None:
        """Enable."""
        self.profile.enable()

    def stop(self) -> None:
        """Disable."""
        self.profile.disable()

    def records(self) -> int:
        """Calls counted."""
        return sum(entry.callcount for entry in self.profile.getstats())
