"""Interrupts statements of ours in turn: ``python -m tests.interruptions.sweep PART WAY``, each of them with ``--all``.

Parts: "blocks" enters and leaves tracers, "hooks" installs and uninstalls hooks and imports under one, "calls" records.
Prints what went wrong, a line each, and the number of interruptions last.
"""

from __future__ import annotations

import gc
import importlib
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.interruptions.ticking import NOW, SILENCE, Timeout, install

ticks = install()

from snapy_instrument import FunctionTracer, install_hook  # noqa: E402 - with ticks
from snapy_instrument._thread_flags import thread_flags  # noqa: E402
from snapy_instrument.backends.frames.monitoring.tool import monitoring_backend  # noqa: E402
from snapy_instrument.backends.frames.settrace import settrace_backend  # noqa: E402
from snapy_instrument.recording.sink import changing, proxied  # noqa: E402
from snapy_instrument.recording.start_hooks import starts  # noqa: E402
from tests.lifetime.pictures import changes, of_modules, of_the_interpreter  # noqa: E402

MODULE = "tests.interruptions.subject"
# What reaches the program wherever it arrives, and what is ours alone.
PROGRAMS_OWN: list[type[BaseException]] = [KeyboardInterrupt, SystemExit, Timeout]
OURS: list[type[BaseException]] = [MemoryError, RecursionError]
FEW = 18
Picture = dict[str, Any]


def chosen(size: int, most: int, turn: int) -> list[int]:
    """Return numbers up to ``size``: all, or ``most``, two thirds of them at both ends; a few are beyond the end."""
    third = most // 3
    if size <= most:
        return list(range(1, size + 3))
    step = (size - 2 * third) // third + 1
    middle = range(third + 1 + turn % step, size - third, step)
    return [*range(1, third + 1), *middle, *range(size - third, size + 3)]


class Sweep:
    """The interruptions of one part, with what went wrong.

    Args:
        most: Interruptions of one scenario by one kind of exception. A few are enough of SystemExit, Timeout and
            RecursionError, which take the same ways as the others.
    """

    def __init__(self, most: int) -> None:
        self.wrong: Counter[str] = Counter()
        self.interruptions = 0
        self.most = most
        self.turn = 0

    def each(self, kind: type[BaseException], scenario: Callable[[], Any], size: int = 0) -> Iterator[Any]:
        """Run ``scenario``, of ``size`` statements of ours, interrupted at each of them in turn: its outcomes."""
        self.turn += 1
        most = self.most if kind in (KeyboardInterrupt, MemoryError) else FEW
        for number in chosen(size or ticks.counting(scenario), most, self.turn):
            exceptions = {number: kind("first")}
            ticks.arm(exceptions)
            try:
                outcome = ("returned", scenario())
                NOW[0] = SILENCE
            except BaseException as error:
                NOW[0] = SILENCE
                outcome = ("raised", error)
            self.interruptions += len(ticks.places)
            yield outcome, exceptions

    def expect(self, fact: object, text: str) -> None:
        """Report ``text`` if ``fact`` is false."""
        if not fact:
            self.wrong[f"{text} at {', '.join(ticks.places)}"] += 1


def inner_state() -> Picture:
    """What our own modules hold while nobody traces."""
    flags = thread_flags()
    return {
        "recorders": list(proxied.recorders),
        "framed": proxied.framed,
        "sink": proxied.sink,
        "users": [*settrace_backend._users, *monitoring_backend._users],
        "users here": list(settrace_backend._thread.users),
        "before": settrace_backend._thread.before,
        "tool": monitoring_backend._tool,
        "frames": [
            *monitoring_backend._callbacks.thread.open,
            *monitoring_backend._callbacks.thread.resumed,
            *monitoring_backend._callbacks.suspensions.frames,
        ],
        "watchers": list(starts._watchers),
        "replaced": list(starts._replaced),
        "locked": changing.lock._is_owned(),  # type: ignore[attr-defined]
        "quiet": flags.quiet,
    }


def picture() -> Picture:
    """All that a tracer changes."""
    return of_the_interpreter() | inner_state()


def works(way: Any, module: Any) -> bool:
    """A later tracer records one call, once."""
    tracer = FunctionTracer([MODULE], backend=way)
    with tracer:
        module.probe()
    return [(call.function_name, call.depth) for call in begun(tracer)] == [("probe", 0)]


def begun(tracer: FunctionTracer) -> list[Any]:
    """The calls, as events."""
    return [event for event in tracer.events if event.event_type == "call"]


def sweep_blocks(sweep: Sweep, way: Any, module: Any) -> None:
    """Enter and leave a tracer, interrupted: it reaches the program, nothing is left, a later tracer works."""
    before = picture()
    tracer = FunctionTracer([MODULE], backend=way, scope="context")

    def block() -> None:
        with tracer:
            pass

    for kind in (KeyboardInterrupt, MemoryError):
        for outcome, exceptions in sweep.each(kind, block):
            if ticks.places and kind in PROGRAMS_OWN:
                # In a generator of ours that is dropped just then, it is Python that reports and drops it.
                reached = outcome == ("raised", exceptions[min(exceptions)]) or bool(UNRAISABLE)
                sweep.expect(reached, f"{kind.__name__} was lost")
            UNRAISABLE.clear()
            if tracer.active:  # interrupted before its first step out
                tracer.__exit__(None, None, None)
            sweep.expect(not changes(before, picture()), f"{kind.__name__} left {changes(before, picture())}")
            sweep.expect(works(way, module), f"{kind.__name__}: a later tracer fails")


def sweep_nested(sweep: Sweep, way: Any, module: Any) -> None:
    """The same while another tracer records: it goes on, or says that it does not.

    Not by settrace: Python takes away a trace function in which an exception is raised.
    """
    if way == "settrace":
        return
    tracer = FunctionTracer([MODULE], backend=way)

    def block() -> None:
        with tracer:
            pass

    before = picture()
    sweeping = sweep.each(KeyboardInterrupt, block)
    while True:
        with FunctionTracer([MODULE], backend=way) as other:
            during = picture()
            if next(sweeping, None) is None:
                break
            if tracer.active:
                tracer.__exit__(None, None, None)
            sweep.expect(not changes(during, picture()), f"beside another, left {changes(during, picture())}")
            module.probe()
        kinds = [event.event_type for event in other.events]
        sweep.expect(kinds in (["call", "return"], ["marker"]), f"another tracer has {kinds}")
    sweep.expect(not changes(before, picture()), f"beside another, left {changes(before, picture())}")


def sweep_hooks(sweep: Sweep, way: Any, module: Any) -> None:
    """Install and uninstall a hook over a module that is imported, and import one under it."""
    before = picture() | of_modules("tests")
    works(way, module)

    def block() -> None:
        with install_hook([MODULE]):
            pass

    for outcome, exceptions in sweep.each(KeyboardInterrupt, block):
        if ticks.places:
            sweep.expect(outcome == ("raised", exceptions[min(exceptions)]), "KeyboardInterrupt was lost")
        after = picture() | of_modules("tests")
        sweep.expect(not changes(before, after), f"a hook left {changes(before, after)}")
    del sys.modules[MODULE]
    sweep_imports(sweep, way)
    sys.modules[MODULE] = module


def sweep_imports(sweep: Sweep, way: Any) -> None:
    """Import a module under the hook; what is interrupted is imported when it is asked for again."""
    for _ in sweep.each(KeyboardInterrupt, hooked_import):
        sys.modules.pop(MODULE, None)
        with install_hook([MODULE]):
            again = importlib.import_module(MODULE)
            tracer = FunctionTracer([MODULE], backend=way)
            with tracer:
                again.outer(1)
        sweep.expect(len(begun(tracer)) == 3, f"a module imported again has {begun(tracer)}")
        del sys.modules[MODULE]


def hooked_import() -> None:
    """Import the module under a hook."""
    sys.modules.pop(MODULE, None)
    with install_hook([MODULE]):
        importlib.import_module(MODULE)


def driven(waits: Any) -> Any:
    """Run a coroutine to its end, as a loop would."""
    while True:
        try:
            waits.send(None)
        except StopIteration as stop:
            return stop.value


def stepped(module: Any) -> list[Any]:
    """A generator that is sent to, and one that is closed half way."""
    steps = module.numbers(2)
    found = [next(steps), steps.send(1)]
    try:
        next(steps)
    except StopIteration as stop:
        found.append(stop.value)
    half = module.numbers(2)
    found.append(next(half))
    half.close()
    return found


def caught(module: Any) -> str:
    """A call that raises."""
    try:
        module.fails("lost")
    except module.Failure as error:
        return str(error)
    return ""


PROGRAMS: list[Callable[[Any], Any]] = [
    lambda module: module.outer(1, 2, key="other", more=3),
    lambda module: module.Box(2).double,
    caught,
    lambda module: module.recovers("lost"),
    stepped,
    lambda module: driven(module.waits(1)),
    lambda module: driven(module.collects(2)),
]
# At verbose, what they hand out are events.
SUSPENDING = [PROGRAMS[4], PROGRAMS[6]]


def rows(events: list[Any]) -> list[tuple[Any, ...]]:
    """Return what the events say, without what differs from run to run."""
    return [
        (
            str(event.event_type),
            event.function_name,
            event.call_id,
            event.parent_id,
            event.depth,
            event.args,
            event.return_value,
            None if event.exception is None else str(event.exception),
            event.finished,
        )
        for event in events
    ]


def is_whole(events: list[Any]) -> bool:
    """Return whether every call has one end, under parents that begin before it."""
    begun: list[int] = []
    ends: Counter[int] = Counter()
    for event in events:
        if event.event_type == "call":
            if event.parent_id is not None and event.parent_id not in begun:
                return False
            begun.append(event.call_id)
        elif event.event_type == "return":
            ends[event.call_id] += 1
    return Counter(begun) == ends


def same(row: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Return whether two rows are equal, but for a value that says that it could not be captured."""
    return row == other or ("<capture failed: " in repr(row) and row[:5] == other[:5])


def fault(events: list[Any], whole: list[Any], kind: type[BaseException], raised: bool) -> str:
    """Return what is not true in a trace: of a program, interrupted by ``kind``, and of a call of `probe` after it.

    Args:
        whole: The rows of the trace without an interruption.
        raised: The exception reached the program.
    """
    if not is_whole(events):
        return "is not balanced"
    markers = [index for index, event in enumerate(events) if event.event_type == "marker"]
    found = rows(events)
    if markers:
        if len(markers) > 1:
            return "has several markers"
        text = events[markers[0]].function_name
        if text != f"recording stopped: {kind.__name__} inside the tracer, later calls are missing":
            return f"has the marker {text!r}"
        differs = next((index for index in range(markers[0]) if not same(found[index], whole[index])), None)
        if differs is not None:
            return f"is not true up to its marker: {found[differs]} for {whole[differs]}"
        if any(event.event_type != "return" or event.finished for event in events[markers[0] + 1 :]):
            return "goes on after its marker"
        return ""
    probes = [index for index, event in enumerate(events) if event.function_name == "probe"]
    if len(probes) != 2 or (events[probes[0]].depth, events[probes[0]].parent_id) != (0, None):
        return "has lost the place of a later call, and nothing says so"
    if not raised:
        fine = len(found) == len(whole) and all(map(same, found, whole))
        return "" if fine else "has lost something, and nothing says so"
    before = found[: probes[0]]
    common = next((index for index, row in enumerate(before) if not same(row, whole[index])), len(before))
    later = {row[0] for row in before[common:]}
    return "" if later <= {"exception", "return"} else "is not true where the program was interrupted"


@contextmanager
def recording(way: Any, verbose: bool, both: bool) -> Iterator[list[FunctionTracer]]:
    """Tracers: one, or two of the same calls."""
    level: Any = "verbose" if verbose else "standard"
    with ExitStack() as stack:
        tracers = [FunctionTracer([MODULE], backend=way, detail_level=level) for _ in range(1 + both)]
        for each in tracers:
            stack.enter_context(each)
        yield tracers


def sweep_calls(sweep: Sweep, way: Any, module: Any) -> None:
    """Record calls, interrupted: the program is as it would be without us, the trace is true up to its marker."""
    before = picture()
    for program in PROGRAMS:
        for kind in [*PROGRAMS_OWN, *OURS]:
            sweep_program(sweep, way, module, program, kind)
    for program in SUSPENDING:
        for kind in (KeyboardInterrupt, MemoryError):
            sweep_program(sweep, way, module, program, kind, verbose=True)
    for kind in (KeyboardInterrupt, MemoryError):
        sweep_program(sweep, way, module, PROGRAMS[0], kind, both=True)
        sweep_program(sweep, way, module, PROGRAMS[3], kind, both=True)
    sweep.expect(not changes(before, picture()), f"recording left {changes(before, picture())}")


def sweep_program(
    sweep: Sweep,
    way: Any,
    module: Any,
    program: Callable[[Any], Any],
    kind: type[BaseException],
    *,
    verbose: bool = False,
    both: bool = False,
) -> None:
    """One program and one kind of exception."""
    plain = program(module)
    with recording(way, verbose, both) as tracers:
        size = ticks.counting(lambda: program(module))
        module.probe()
    whole = rows(tracers[0].events)
    sweeping = sweep.each(kind, lambda: program(module), size)
    name = f"{kind.__name__}, program {PROGRAMS.index(program)}"
    while True:
        with recording(way, verbose, both) as tracers:
            step = next(sweeping, None)
            if step is None:
                break
            outcome, exceptions = step
            reached = outcome == ("raised", exceptions[min(exceptions)]) or bool(UNRAISABLE)
            UNRAISABLE.clear()
            module.probe()
        expected = bool(ticks.places) and (kind in PROGRAMS_OWN or (reached and is_outside()))
        fine = reached if expected else outcome == ("returned", plain)
        sweep.expect(fine, f"{name}: the program got {outcome}")
        for tracer in tracers:
            found = fault(tracer.events, whole, kind, expected)
            # Python takes away a trace function that raises, at its first statement too, and calls ours no more.
            gone = expected and ("took sys.settrace" in found or ticks.places[0].startswith("backends.frames.settrace"))
            sweep.expect(gone or not found, f"{name}: the trace {found}")
    sweep.expect(works(way, module), f"{name}: a later tracer fails")


# The first statements of functions that Python calls in place of the program's: what is raised there is as if Python
# had raised it at the call.
_OUTSIDE = ("tests.interruptions", "backends.proxy", "backends.frames.settrace", "backends.frames.followers")


def is_outside() -> bool:
    """Return whether the exception was raised at such a place."""
    return ticks.places[0].startswith(_OUTSIDE)


UNRAISABLE: list[Any] = []
MOST = {"blocks": 90, "hooks": 36, "calls": 120}
PARTS: dict[str, list[Callable[[Sweep, str, Any], None]]] = {
    "blocks": [sweep_blocks, sweep_nested],
    "hooks": [sweep_hooks],
    "calls": [sweep_calls],
}


def main(part: str, way: Any, *, everything: bool = False) -> None:
    """Sweep and print."""
    warnings.simplefilter("ignore", RuntimeWarning)  # coroutines that nobody awaits, for the call was interrupted
    sys.unraisablehook = lambda problem: UNRAISABLE.append(problem.exc_type)
    if way == "proxy" and part != "hooks":
        install_hook([MODULE])
    module = importlib.import_module(MODULE)
    sweep = Sweep(sys.maxsize if everything else MOST[part])
    works(way, module)
    gc.collect()
    for each in PARTS[part]:
        each(sweep, way, module)
    for text, times in sweep.wrong.most_common():
        print(times, text)
    print(sweep.interruptions)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], everything=sys.argv[3:] == ["--all"])
