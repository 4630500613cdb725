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

from tests.interruptions.ticking import NAME, SILENCE, TICK, install

ticks = install()

from snapy_instrument import FunctionTracer, install_hook  # noqa: E402 - with ticks
from snapy_instrument._thread_flags import thread_flags  # noqa: E402
from snapy_instrument.backends import session as run  # noqa: E402
from snapy_instrument.backends.frames.monitoring import monitoring_backend  # noqa: E402
from snapy_instrument.backends.frames.settrace import settrace_backend  # noqa: E402
from snapy_instrument.recording.sink import changing, proxied  # noqa: E402
from snapy_instrument.recording.start_hooks import starts  # noqa: E402
from tests.lifetime.pictures import changes, of_modules, of_the_interpreter  # noqa: E402

MODULE = "tests.interruptions.subject"
# The program's own business wherever it is raised, and what may be ours alone.
OTHERS: list[type[BaseException]] = [KeyboardInterrupt, SystemExit]
OURS: list[type[BaseException]] = [MemoryError, RecursionError]
FEW = 18
Picture = dict[str, Any]


def chosen(size: int, most: int, turn: int) -> list[int]:
    """Numbers up to ``size``: all, or ``most`` of which two thirds are the first and the last; a few beyond the end."""
    third = most // 3
    if size <= most:
        return list(range(1, size + 3))
    step = (size - 2 * third) // third + 1
    middle = range(third + 1 + turn % step, size - third, step)
    return [*range(1, third + 1), *middle, *range(size - third, size + 3)]


class Sweep:
    """The interruptions of one part, with what went wrong.

    Args:
        most: Interruptions of one scenario by one kind of exception; of SystemExit and RecursionError, so like the
            others, a few do.
    """

    def __init__(self, most: int) -> None:
        self.wrong: Counter[str] = Counter()
        self.interruptions = 0
        self.most = most
        self.turn = 0

    def each(self, kind: type[BaseException], scenario: Callable[[], Any], *, twice: bool = False) -> Iterator[Any]:
        """Run ``scenario`` interrupted at each statement (and once more up to 7 statements later): its outcomes."""
        self.turn += 1
        most = self.most if kind in (KeyboardInterrupt, MemoryError) else FEW
        for number in chosen(ticks.counting(scenario), most, self.turn):
            exceptions = {number: kind("first")}
            if twice:
                exceptions[number + 1 + number % 7] = kind("second")
            ticks.arm(exceptions)
            try:
                outcome = ("returned", scenario())
                TICK[NAME] = SILENCE
            except BaseException as error:
                TICK[NAME] = SILENCE
                outcome = ("raised", error)
            self.interruptions += len(ticks.places)
            yield outcome, exceptions

    def expect(self, fact: object, text: str) -> None:
        """It is wrong, and told by ``text``, if ``fact`` is false."""
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
        "frames": [*monitoring_backend._thread.open, *monitoring_backend._thread.woken, *monitoring_backend._asleep],
        "watchers": list(starts._watchers),
        "replaced": list(starts._replaced),
        "half done": list(run._half_done),
        "locked": changing.lock._is_owned(),  # type: ignore[attr-defined]
        "quiet": flags.quiet,
    }


def picture() -> Picture:
    """All that a tracer changes."""
    return of_the_interpreter() | inner_state()


def works(way: str, module: Any) -> bool:
    """A later tracer records one call, once."""
    tracer = FunctionTracer([MODULE], backend=way)
    with tracer:
        module.probe()
    return [(call.function_name, call.depth) for call in begun(tracer)] == [("probe", 0)]


def begun(tracer: FunctionTracer) -> list[Any]:
    """The calls, as events."""
    return [event for event in tracer.events if event.event_type == "call"]


def sweep_blocks(sweep: Sweep, way: str, module: Any) -> None:
    """Enter and leave a tracer, interrupted once, and once more soon after."""
    before = picture()
    tracer = FunctionTracer([MODULE], backend=way, scope="context")

    def block() -> None:
        with tracer:
            pass

    for kind in (KeyboardInterrupt, MemoryError):
        for outcome, exceptions in sweep.each(kind, block):
            if ticks.places and kind in OTHERS:
                sweep.expect(outcome == ("raised", exceptions[min(exceptions)]), f"{kind.__name__} was lost")
            if tracer.active:  # interrupted before its first step out
                tracer.__exit__(None, None, None)
            sweep.expect(not changes(before, picture()), f"{kind.__name__} left {changes(before, picture())}")
            sweep.expect(works(way, module), f"{kind.__name__}: a later tracer fails")
    for _ in sweep.each(KeyboardInterrupt, block, twice=True):
        if tracer.active:
            tracer.__exit__(None, None, None)
        sweep.expect(works(way, module), "a tracer after two interruptions fails")
        left = changes(before, picture())
        sweep.expect(not left, f"two interruptions left {left}")


def sweep_nested(sweep: Sweep, way: str, module: Any) -> None:
    """The same while another tracer records, which must not notice.

    Not by settrace: Python takes away a trace function in which an exception is raised.
    """
    if way == "settrace":
        return
    other = FunctionTracer([MODULE], backend=way)
    with other:
        before = picture()
        tracer = FunctionTracer([MODULE], backend=way)

        def block() -> None:
            with tracer:
                pass

        for _ in sweep.each(KeyboardInterrupt, block):
            if tracer.active:
                tracer.__exit__(None, None, None)
            sweep.expect(not changes(before, picture()), f"beside another, left {changes(before, picture())}")
            seen = len(other.events)
            module.probe()
            sweep.expect(len(other.events) == seen + 2, "another tracer lost a call")


def sweep_hooks(sweep: Sweep, way: str, module: Any) -> None:
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


def sweep_imports(sweep: Sweep, way: str) -> None:
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
        module.fails("told")
    except module.Failure as error:
        return str(error)
    return ""


PROGRAMS: list[Callable[[Any], Any]] = [
    lambda module: module.outer(1, 2, key="other", more=3),
    lambda module: module.Box(2).double,
    caught,
    lambda module: module.recovers("told"),
    stepped,
    lambda module: driven(module.waits(1)),
    lambda module: driven(module.collects(2)),
]
# At verbose, what they hand out are events.
SUSPENDING = [PROGRAMS[4], PROGRAMS[6]]


def short(events: list[Any]) -> str:
    """To be read in a message."""
    return " ".join(f"{each.event_type.value}:{each.function_name}#{each.call_id}" for each in events)


def is_whole(tracer: FunctionTracer) -> bool:
    """Every call has one end, under parents that were told before it."""
    begun: list[int] = []
    ends: Counter[int] = Counter()
    for event in tracer.events:
        if event.event_type == "call":
            if event.parent_id is not None and event.parent_id not in begun:
                return False
            begun.append(event.call_id)
        elif event.event_type == "return":
            ends[event.call_id] += 1
    return Counter(begun) == ends


@contextmanager
def recording(way: str, verbose: bool, both: bool) -> Iterator[FunctionTracer]:
    """A tracer, or two of which the second is looked at."""
    level = "verbose" if verbose else "standard"
    with ExitStack() as stack:
        if both:
            stack.enter_context(FunctionTracer([MODULE], backend=way))
        yield stack.enter_context(FunctionTracer([MODULE], backend=way, detail_level=level))


def sweep_calls(sweep: Sweep, way: str, module: Any, *, both: bool = False) -> None:
    """Record calls, interrupted: the program is as it would be, and the recording goes on."""
    before = picture()
    for verbose in (False, True):
        for program in SUSPENDING if verbose else PROGRAMS:
            plain = program(module)
            for kind in OTHERS[: 1 if verbose or both else 2] + OURS[: 1 if verbose or both else 2]:
                sweep_program(sweep, way, module, program, plain, kind, verbose, both)
                left = changes(before, picture())
                sweep.expect(not left, f"recording left {left}")


def sweep_program(
    sweep: Sweep, way: str, module: Any, program: Any, plain: Any, kind: Any, verbose: bool, both: bool
) -> None:
    """One program and one kind of exception."""
    tracers: list[FunctionTracer] = []

    def recorded() -> Any:
        return program(module)

    sweeping = sweep.each(kind, recorded)
    name = f"{kind.__name__}, {getattr(program, '__name__', '')} {PROGRAMS.index(program)}"
    while True:
        with recording(way, verbose, both) as tracer:
            step = next(sweeping, None)
            if step is None:
                break
            outcome, exceptions = step
            tracers.append(tracer)
            unraisable, told = list(UNRAISABLE), kind in OTHERS
            UNRAISABLE.clear()
            module.probe()
            probes = [call for call in begun(tracer) if call.function_name == "probe"]
        if not ticks.places or not told:
            fine = outcome == ("returned", plain) or (ticks.places and is_outside())
            sweep.expect(fine, f"{name}: the program got {outcome}")
        else:
            reached = outcome == ("raised", exceptions[min(exceptions)]) or unraisable
            sweep.expect(reached, f"{name}: it did not reach the program: {outcome}")
        sweep.expect(is_whole(tracer), f"{name}: not whole {short(tracer.events)}")
        lost = any("another tool took sys.settrace" in event.function_name for event in tracer.events)
        fine = lost or [(call.depth, call.parent_id) for call in probes] == [(0, None)]
        sweep.expect(fine, f"{name}: afterwards {short(probes)} after {short(tracer.events)}")


# Where we only pass the call on: what is raised there could not be, without memory or stack being asked for.
_OUTSIDE = ("tests.interruptions", "backends.proxy", "_thread_flags",
            "backends.frames.settrace", "backends.frames.followers")  # fmt: skip


def is_outside() -> bool:
    """The exception was raised at such a place."""
    return ticks.places[0].startswith(_OUTSIDE)


UNRAISABLE: list[Any] = []
MOST = {"blocks": 90, "hooks": 36, "calls": 120}
PARTS: dict[str, list[Callable[[Sweep, str, Any], None]]] = {
    "blocks": [sweep_blocks, sweep_nested],
    "hooks": [sweep_hooks],
    "calls": [sweep_calls],
}


def main(part: str, way: str, *, everything: bool = False) -> None:
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
