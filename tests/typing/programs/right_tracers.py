"""Correct code of a user: tracers, their options, hooks, values."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Unpack, assert_type

from snapy_instrument import (
    DEFAULT_SECRET_NAMES,
    DEFAULT_SECRET_PATTERNS,
    IMPLEMENTATION,
    AsyncTracer,
    CallEvent,
    Calls,
    EventType,
    Fields,
    FunctionTracer,
    Hook,
    HookReport,
    LegacyTracing,
    Limits,
    Mark,
    ModuleFilter,
    NameTest,
    PathRoots,
    PerformanceMetrics,
    Redactor,
    Secrecy,
    SecretPattern,
    SnapyError,
    SnapyWarning,
    StreamingTracer,
    TextOptions,
    Trace,
    TraceError,
    TraceProcessor,
    TracerOptions,
    TracerOptionsDict,
    TracingDiagnostics,
    Volatile,
    install_hook,
    register_capture,
    trace_legacy_system,
    traced,
    unregister_capture,
)


class Money:
    """A class of the program."""

    def __init__(self, cents: int) -> None:
        self.cents = cents


@traced
def tax(net: int) -> float:
    """Keep its signature under the decorator."""
    return net / 5


@traced()
class Shop:
    """Stay a class under the decorator."""

    @traced
    @staticmethod
    def open() -> bool:
        """Stay a static method."""
        return True

    @traced
    async def order(self, sku: str) -> int:
        """Stay a coroutine function."""
        return len(sku)


assert_type(tax(3), float)
assert_type(Shop(), Shop)


def options() -> None:
    """Give each option, by its name and by its earlier one."""
    FunctionTracer()
    FunctionTracer("shop.* !shop.vendor.*")
    FunctionTracer(["shop.*", re.compile("^tax")], exclude="shop.audit", detail="verbose")
    FunctionTracer(
        include=["shop.*"],
        exclude=[re.compile("^shop.audit")],
        detail="minimal",
        backend="proxy",
        trace_lines=True,
        scope="context",
        max_events=1000,
        limits=Limits(depth=3),
        redactor=Redactor(),
        root="/srv/shop",
        max_depth=3,
        collapse=["shop.db.*"],
        float_digits=6,
        scrub=["uuid", (r"\d+ ms", "<ms>"), (re.compile("x"), "y")],
    )
    FunctionTracer(filter_modules=["myapp.*"], detail_level="minimal")
    shared = TracerOptions(include="shop.*", scrub="uuid")
    assert_type(shared.changed(detail="verbose"), TracerOptions)
    assert_type(shared.text, TextOptions)
    FunctionTracer(options=shared, detail="verbose")
    StreamingTracer(100, "shop.*", max_events=None).trace_processor = TraceProcessor(path="events.jsonl")
    AsyncTracer(["shop.*"], backend="auto")


def quiet(**given: Unpack[TracerOptionsDict]) -> FunctionTracer:
    """Pass the options on."""
    return FunctionTracer("shop.*", **given)


def readings() -> None:
    """Read a recording."""
    with FunctionTracer("shop.*") as tracer:
        tax(5)
    assert_type(tracer, FunctionTracer)
    assert_type(tracer.events, list[CallEvent])
    assert_type(tracer.trace, Trace)
    assert_type(tracer.calls, Calls)
    assert_type(tracer.calls("shop.tax"), Calls)
    assert_type(tracer.format_trace(), str)
    assert_type(tracer.get_function_list(), list[str])
    assert_type(tracer.get_metrics(), dict[str, Any])
    assert_type(tracer.get_performance_metrics(), PerformanceMetrics)
    assert_type(tracer.get_performance_metrics().calculate_overhead(), Volatile)
    assert_type(TracingDiagnostics().analyze_performance_impact(tracer), dict[str, Any])
    assert_type(tracer.assert_called("shop.tax", net=5, times=1), Calls)
    tracer.assert_order("shop.tax", "shop.pay")
    with tracer.trace_context("checkout") as entered:
        assert_type(entered, FunctionTracer)
    if tracer.events[0].event_type == EventType.CALL:
        tracer.cleanup()


async def awaited() -> None:
    """Keep the type of what is awaited."""
    tracer = AsyncTracer("shop.*")
    assert_type(await tracer.trace_async_function(Shop().order, "pen"), int)


def hooked() -> Hook:
    """Install a hook, ask it, take it off."""
    assert_type(trace_legacy_system(tax, 3), dict[str, Any])
    assert_type(trace_legacy_system.of("shop.*", detail="verbose"), LegacyTracing)
    assert_type(trace_legacy_system.of()(tax, 3), dict[str, Any])
    with install_hook("shop.*") as hook:
        assert_type(hook.report(), HookReport)
        assert_type(hook.report().why_not("shop:tax"), str)
    assert_type(FunctionTracer("shop.*").why_not("shop:tax"), str)
    assert_type(FunctionTracer("shop.*").why_empty(), str)
    with install_hook("shop.*") as hook:
        assert_type(hook.filter, ModuleFilter)
    hook.uninstall()
    return install_hook(["shop.*", "!shop.vendor.*"])


def values() -> None:
    """Describe a type, hide names and patterns."""
    register_capture(Money, lambda money: money.cents)
    register_capture(Money, lambda money: Fields(money.cents, currency=Mark("<euro>")))
    register_capture("tables.Table", lambda table, frames: frames, frames=True)
    register_capture(lambda kind: kind.__name__ == "Table", lambda table: "table")

    @register_capture(Money)
    def cents(money: Money) -> int:
        return money.cents

    assert_type(cents(Money(1)), int)
    unregister_capture(Money)
    unregister_capture("tables.Table")
    names = {**DEFAULT_SECRET_NAMES, "iban": Secrecy.ALWAYS}
    Redactor(names, [*DEFAULT_SECRET_PATTERNS, r"ACME-\d+", SecretPattern(re.compile("x"))])
    NameTest(names)
    assert_type(IMPLEMENTATION, str)
    PathRoots({"root": "/srv"})
    try:
        FunctionTracer().trace.save("trace.snapy")
    except TraceError as error:
        raise SnapyError(str(error)) from SnapyWarning("a-slug", "text")


asyncio.run(awaited())
