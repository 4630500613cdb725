"""The lifecycle of a tracer: what a block records, and what a tracer refuses."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from snapy_instrument import (
    FunctionTracer,
    TraceError,
    install_hook,
)
from tests.conftest import Application

FRAME_BACKENDS: list[Any] = ["settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]
HERE = [__name__]


def double(number: int) -> int:
    """A function to trace."""
    return number * 2


def quadruple(number: int) -> int:
    """A function that calls another."""
    return double(double(number))


def fail(number: int) -> None:
    """A function that raises."""
    raise LookupError("nothing", number)


@pytest.fixture(params=FRAME_BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Each frame backend of this Python."""
    name: str = request.param
    return name


def names(tracer: FunctionTracer) -> list[str]:
    """The function names of a tracer's calls, in order."""
    return [event.function_name for event in tracer.events if event.event_type == "call"]


def test_a_call_is_a_call_and_a_return(backend: Any) -> None:
    """One plain call gives exactly two events with arguments, result, depth, parents and backend."""
    tracer = FunctionTracer(HERE, backend=backend)
    with tracer:
        quadruple(1)
    first, second, third, *_, last = tracer.get_events()
    assert [event.event_type for event in tracer.events] == ["call", "call", "return", "call", "return", "return"]
    assert (first.args, first.depth, first.parent_id, first.backend) == ({"number": 1}, 0, None, backend)
    assert (second.args, second.depth, second.parent_id) == ({"number": 1}, 1, first.call_id)
    assert (third.call_id, third.return_value) == (second.call_id, 2)
    assert (last.call_id, last.return_value, last.qualname, last.module) == (first.call_id, 4, "quadruple", __name__)


def test_an_exception_is_an_event_and_the_call_still_returns(backend: Any) -> None:
    """A call left by an exception gives call, exception and a return that carries it; the program sees it too."""
    tracer = FunctionTracer(HERE, backend=backend)
    with tracer, pytest.raises(LookupError):
        fail(3)
    call, exception, returned = tracer.events
    assert [call.event_type, exception.event_type, returned.event_type] == ["call", "exception", "return"]
    assert exception.exception == returned.exception == ("LookupError", "'nothing', 3")
    assert returned.raised_in == call.call_id


def test_values_are_taken_at_that_moment(backend: Any) -> None:
    """What the program does to an argument later does not change the event."""
    tracer = FunctionTracer(HERE, backend=backend)

    def append(items: list[int]) -> list[int]:
        items.append(len(items))
        return items

    items: list[int] = []
    with tracer:
        append(items)
        append(items)
    values = [event.args["items"] if event.args else event.return_value for event in tracer.events]
    assert values == [[], [0], [0], [0, 1]]


def test_only_the_block_is_recorded(backend: Any) -> None:
    """Calls before and after the block are not."""
    tracer = FunctionTracer(HERE, backend=backend)
    double(1)
    with tracer:
        double(2)
    double(3)
    assert [event.args for event in tracer.events if event.args] == [{"number": 2}]


def test_a_tracer_may_be_entered_again(backend: Any) -> None:
    """Events of a second block join those of the first, under new call ids."""
    tracer = FunctionTracer(HERE, backend=backend)
    for number in (1, 2):
        with tracer:
            double(number)
    assert [event.call_id for event in tracer.events] == [1, 1, 2, 2]


def test_nested_tracers_each_get_what_they_asked_for(backend: Any) -> None:
    """An inner tracer sees its block, the outer one both, each with its own filter."""
    outer = FunctionTracer(HERE, backend=backend)
    inner = FunctionTracer([f"{__name__}:double"], backend=backend)
    with outer:
        double(1)
        with inner:
            quadruple(2)
    assert names(outer) == ["double", "quadruple", "double", "double"]
    assert names(inner) == ["double", "double"]


def test_tracers_may_overlap(backend: Any) -> None:
    """The first may end before the second."""
    first, second = FunctionTracer(HERE, backend=backend), FunctionTracer(HERE, backend=backend)
    first.__enter__()
    double(1)
    second.__enter__()
    double(2)
    first.__exit__(None, None, None)
    double(3)
    second.__exit__(None, None, None)
    double(4)
    assert [event.args["number"] for event in first.events if event.args] == [1, 2]
    assert [event.args["number"] for event in second.events if event.args] == [2, 3]


def test_the_trace_function_is_as_before(backend: Any) -> None:
    """After the block `sys.gettrace` and `threading.gettrace` give what they gave before."""
    before = sys.gettrace(), threading.gettrace()
    with FunctionTracer(HERE, backend=backend):
        double(1)
    assert (sys.gettrace(), threading.gettrace()) == before


def test_an_earlier_trace_function_sees_what_it_saw(backend: Any) -> None:
    """A settrace user from before gets its call, line and return events during the block too."""
    seen: list[tuple[str, str]] = []

    def theirs(frame: Any, event: str, arg: Any) -> Any:
        if frame.f_code is double.__code__:
            seen.append((event, frame.f_code.co_name))
        return theirs

    tracer = FunctionTracer(HERE, backend=backend)
    before = sys.gettrace()
    sys.settrace(theirs)
    try:
        with tracer:
            double(1)
        assert sys.gettrace() is theirs
    finally:
        sys.settrace(before)
    assert seen == [("call", "double"), ("line", "double"), ("return", "double")]
    assert names(tracer) == ["double"]


def test_threads_started_in_the_block_are_recorded(backend: Any) -> None:
    """A thread's calls are children of the call that started it, in the order of the starts."""

    def start_two() -> None:
        threads = [threading.Thread(target=double, args=(n,)) for n in (1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    tracer = FunctionTracer(HERE, backend=backend)
    with tracer:
        start_two()
    lines = tracer.format_trace().splitlines()
    assert [line.partition("(")[0].split(".")[-1] for line in lines[1:]] == ["start_two", "double", "double"]
    assert lines[2].startswith("  ")
    assert lines[2].endswith("double(number=1) -> 2")


def test_scope_context_leaves_other_threads_out(backend: Any) -> None:
    """A thread that was not started from the block's thread is not recorded."""
    go, done = threading.Event(), threading.Event()

    def other() -> None:
        go.wait()
        double(99)
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    tracer = FunctionTracer(HERE, backend=backend, scope="context")
    with install_hook([f"{__name__}:double"]), tracer:
        double(1)
        go.set()
        done.wait()
        mine = threading.Thread(target=sys.modules[__name__].double, args=(2,))
        mine.start()
        mine.join()
    thread.join()
    assert sorted(event.args["number"] for event in tracer.events if event.args) == [1, 2]


def test_scope_context_leaves_other_tasks_out(backend: Any) -> None:
    """A task that was not started from the block's task is not recorded, though it runs during the block."""
    import asyncio

    async def step(number: int) -> int:
        await asyncio.sleep(0)
        return double(number)

    async def other() -> None:
        for number in range(90, 95):
            await step(number)

    async def main() -> None:
        running = asyncio.ensure_future(other())
        await asyncio.sleep(0)
        with tracer:
            await asyncio.gather(step(1), step(2))
        await running

    tracer = FunctionTracer([f"{__name__}:double"], backend=backend, scope="context")
    asyncio.run(main())
    assert sorted(event.args["number"] for event in tracer.events if event.args) == [1, 2]


def test_lines_are_recorded_on_demand(backend: Any) -> None:
    """trace_lines=True gives a line event for each line, with the locals that changed at verbose level."""

    def steps() -> int:
        first = 1
        second = first + 1
        return second  # noqa: RET504 - a line of its own is the point

    tracer = FunctionTracer(HERE, backend=backend, trace_lines=True, detail_level="verbose")
    with tracer:
        steps()
    lines = [event for event in tracer.events if event.event_type == "line"]
    start = steps.__code__.co_firstlineno
    assert [event.line_number - start for event in lines] == [1, 2, 3]
    assert [event.args for event in lines] == [{}, {"first": 1}, {"second": 2}]


def test_lines_of_proxied_functions_are_recorded(backend: Any, application: Application) -> None:
    """A function with a proxy has its line events inside the proxy's call."""
    application.write(app="def f(a):\n    b = a + 1\n    return b\n")
    with install_hook(["app"]):
        tracer = FunctionTracer(backend=backend, trace_lines=True)
        with tracer:
            application.load("app").f(1)
    assert [(event.event_type, event.call_id) for event in tracer.events] == [
        ("call", 1),
        ("line", 1),
        ("line", 1),
        ("return", 1),
    ]
    assert tracer.events[0].backend == "proxy"


def test_a_filtered_call_leaves_its_children(backend: Any) -> None:
    """The children of a call that is filtered out become those of its nearest recorded ancestor."""

    def outer() -> int:
        return quadruple(1)

    tracer = FunctionTracer([__name__, f"!{__name__}:quadruple"], backend=backend)
    with tracer:
        outer()
    calls = [event for event in tracer.events if event.event_type == "call"]
    assert [event.function_name for event in calls] == ["outer", "double", "double"]
    assert {event.parent_id for event in calls[1:]} == {calls[0].call_id}


def test_with_a_hook_the_scope_is_the_hook_s(application: Application) -> None:
    """Without patterns of its own a tracer records what the installed hooks match."""
    application.write(app="def f(g):\n    return g()\n")
    with install_hook(["app"]):
        tracer = FunctionTracer()
        with tracer:
            application.load("app").f(lambda: double(1))
    assert names(tracer) == ["f"]


def test_proxies_record_nothing_without_a_tracer(application: Application) -> None:
    """A proxied function called outside any tracer passes straight through."""
    application.write(app="def f():\n    return 1\n")
    with install_hook(["app"]):
        app = application.load("app")
        assert app.f() == 1
        with FunctionTracer() as tracer:
            pass
    assert tracer.events == []


def test_max_events_stops_with_a_marker(backend: Any) -> None:
    """The trace says that recording stopped; the program goes on and calls still balance."""
    tracer = FunctionTracer(HERE, backend=backend, max_events=3)
    with tracer:
        assert quadruple(1) == 4
    assert tracer.format_trace().splitlines()[-1] == "[recording stopped: max_events=3 reached]"
    kinds = [event.event_type for event in tracer.events]
    assert kinds.count("call") == kinds.count("return") == 2


def test_a_tracer_entered_twice_is_refused() -> None:
    """The message says what to do, and the first block goes on."""
    tracer = FunctionTracer(HERE)
    with tracer:
        with pytest.raises(TraceError, match="already recording: leave its block first"):
            tracer.__enter__()
        double(1)
    assert names(tracer) == ["double"]


@pytest.mark.parametrize(
    "use",
    [
        lambda tracer: tracer.__enter__(),
        lambda tracer: tracer.get_events(),
        lambda tracer: tracer.format_trace(),
        lambda tracer: tracer.get_metrics(),
        lambda tracer: tracer.call_stack,
        lambda tracer: tracer.trace_function(sys._getframe(), "call", None),
    ],
)
def test_a_tracer_used_after_cleanup_is_refused(use: Callable[[FunctionTracer], Any]) -> None:
    """Every use after cleanup names the state and the remedy."""
    tracer = FunctionTracer(HERE)
    tracer.cleanup()
    tracer.cleanup()
    with pytest.raises(TraceError, match="cleaned up and holds nothing any more: make a new one"):
        use(tracer)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"detail_level": "loud"}, "'loud'.*minimal.*standard.*verbose"),
        ({"backend": "magic"}, "backend='magic' is not one of 'auto', 'proxy', 'settrace', 'monitoring'"),
        ({"scope": "galaxy"}, "scope='galaxy' is not one of 'process', 'context'"),
        ({"max_events": 0}, "max_events must be 1 or more, got 0"),
        ({"filter_modules": ["a b/c"]}, "'a b/c'"),
        ({"filter_modules": ["re:("]}, r"'re:\('"),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], message: str) -> None:
    """A ValueError quotes the option and says what is allowed."""
    with pytest.raises(ValueError, match=message):
        FunctionTracer(**options)


def test_open_calls_are_closed_when_recording_ends(backend: Any) -> None:
    """A call still open at the end of the block returns unfinished, so calls balance."""
    tracer = FunctionTracer(HERE, backend=backend)

    def leave_the_block() -> None:
        tracer.__exit__(None, None, None)

    tracer.__enter__()
    leave_the_block()
    call, returned = tracer.events
    assert (returned.event_type, returned.finished, returned.call_id) == ("return", False, call.call_id)


def test_call_stack_shows_the_open_calls(backend: Any) -> None:
    """Inside a traced call the stack holds it and its callers."""
    stacks: list[list[str]] = []
    tracer = FunctionTracer([__name__, "!*:*look"], backend=backend)

    def look() -> None:
        stacks.append([event.function_name for event in tracer.call_stack])

    def outer(inner: Callable[[], None]) -> None:
        inner()

    with tracer:
        outer(look)
    assert stacks == [["outer"]]
    assert tracer.call_stack == []


def test_trace_function_by_hand() -> None:
    """``sys.settrace(tracer.trace_function)`` records like the block does."""
    tracer = FunctionTracer(HERE)
    before = sys.gettrace()
    sys.settrace(tracer.trace_function)
    try:
        quadruple(1)
    finally:
        sys.settrace(before)
    assert names(tracer) == ["quadruple", "double", "double"]


def test_trace_context_names_the_task(backend: Any) -> None:
    """Calls inside carry the name; the tracer records only while a context is open."""
    tracer = FunctionTracer(HERE, backend=backend)
    with tracer.trace_context("first"):
        double(1)
    double(2)
    with tracer.trace_context("second"):
        double(3)
    assert [(event.task, event.args["number"]) for event in tracer.events if event.args] == [
        ("first", 1),
        ("second", 3),
    ]


@pytest.fixture(autouse=True)
def _no_trace_function_is_left() -> Iterator[None]:
    before = sys.gettrace()
    yield
    assert sys.gettrace() is before


@pytest.mark.parametrize("backend", FRAME_BACKENDS)
def test_a_minimal_tracer_captures_no_values(backend: Any) -> None:
    """A text at another level says which option left them out."""
    with FunctionTracer(HERE, backend=backend, detail="minimal") as tracer:
        quadruple(2)
        with pytest.raises(TypeError):
            double(None)  # type: ignore[arg-type]
    values = [value for event in tracer.events for value in (event.args or {}).values()]
    assert {repr(value) for value in values} == {"<not captured: detail='minimal'>"}
    assert "quadruple(number=<not captured: detail='minimal'>)" in tracer.trace.format("standard")
    assert "raises TypeError" in str(tracer.trace)
    assert "captured" not in str(tracer.trace)
