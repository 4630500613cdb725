"""Wrong code of a user: each line that ends in a comment is refused, with these codes of mypy and pyright."""

from __future__ import annotations

from snapy_instrument import (
    AsyncTracer,
    FunctionTracer,
    Limits,
    Redactor,
    StreamingTracer,
    TextOptions,
    Trace,
    TracedSnapshot,
    TracerFactory,
    TracerOptions,
    diff_traces,
    install_hook,
    register_capture,
    trace_legacy_system,
    traced,
)


def pay(amount: int) -> bool:
    """A function of the program."""
    return amount > 0


def names(make: TracerFactory, trace: Trace) -> None:
    """An option that does not exist."""
    FunctionTracer(detial="minimal")  # error: call-arg, reportCallIssue
    AsyncTracer(backnd="proxy")  # error: call-arg, reportCallIssue
    StreamingTracer(10, exlude="shop")  # error: call-arg, reportCallIssue
    TracedSnapshot(detial="x")  # error: call-arg, reportCallIssue
    TracerOptions(includes="shop")  # error: call-arg, reportCallIssue
    TextOptions(level="minimal")  # error: call-arg, reportCallIssue
    make("shop.*", detial="minimal")  # error: call-arg, reportCallIssue
    Trace([], detial="minimal")  # error: call-arg, reportCallIssue
    trace.replace(levels=3)  # error: call-arg, reportCallIssue
    TracerOptions().changed(detial="minimal")  # error: call-arg, reportCallIssue
    Limits(deep=3)  # error: call-arg, reportCallIssue
    install_hook("shop.*", already="wrap")  # error: call-arg, reportCallIssue


def kinds(make: TracerFactory, trace: Trace) -> None:
    """An option of the wrong type."""
    FunctionTracer(5)  # error: arg-type, reportArgumentType
    FunctionTracer("shop", "minimal")  # error: call-arg, reportCallIssue
    FunctionTracer(scope="galaxy")  # error: arg-type, reportArgumentType
    FunctionTracer(detail="x")  # error: arg-type, reportArgumentType
    FunctionTracer(detail_level="loud")  # error: arg-type, reportArgumentType
    FunctionTracer(backend="magic")  # error: arg-type, reportArgumentType
    TracedSnapshot(detail="x")  # error: arg-type, reportArgumentType
    FunctionTracer(max_events="many")  # error: arg-type, reportArgumentType
    FunctionTracer(limits={"depth": 3})  # error: arg-type, reportArgumentType
    FunctionTracer(redactor=True)  # error: arg-type, reportArgumentType
    FunctionTracer(options={"detail": "minimal"})  # error: arg-type, reportArgumentType
    AsyncTracer(trace_lines="yes")  # error: arg-type, reportArgumentType
    StreamingTracer("many")  # error: arg-type, reportArgumentType
    TracedSnapshot(serializer="json")  # error: arg-type, reportArgumentType
    make(3)  # error: arg-type, reportArgumentType
    Trace(5)  # error: arg-type, reportArgumentType
    TextOptions(max_depth="deep")  # error: arg-type, reportArgumentType
    diff_traces(trace, 5)  # error: arg-type, reportArgumentType
    install_hook(5)  # error: arg-type, reportArgumentType
    register_capture(5, str)  # error: call-overload, reportArgumentType
    Redactor(names=5)  # error: arg-type, reportArgumentType
    traced(5)  # error: call-overload, reportArgumentType
    trace_legacy_system(pay, "three")  # error: arg-type, reportArgumentType


async def results(tracer: AsyncTracer, trace: Trace) -> None:
    """A result of another type."""
    number: int = tracer.format_trace()  # error: assignment, reportAssignmentType
    answer: str = traced(pay)(3)  # error: assignment, reportAssignmentType
    text: int = trace.diff(trace).summary  # error: assignment, reportAssignmentType
    tracer.events.missing()  # error: attr-defined, reportAttributeAccessIssue
    tracer.options.include = ()  # error: misc, reportAttributeAccessIssue
    print(number, answer, text)
