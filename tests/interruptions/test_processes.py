"""Processes that fork, end or outlive a tracer: what the program prints and how it ends is its own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

FRAMES = ["settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]
WAYS = ["proxy", *FRAMES]

START = """
import os, sys, threading
from snapy_instrument import FunctionTracer, install_hook
WAY = sys.argv[1]
HERE = ["tests.interruptions.subject"]
if WAY == "proxy":
    install_hook(HERE)
from tests.interruptions import subject

def shape(tracer):
    "Each event with its place; calls have one end each."
    events = tracer.events
    begun = [event.call_id for event in events if event.event_type == "call"]
    ended = [event.call_id for event in events if event.event_type == "return"]
    assert sorted(begun) == sorted(ended) and len(set(begun)) == len(begun), events
    return " ".join(f"{event.function_name}@{event.depth}" for event in events if event.event_type == "call")
"""


def ran(program: str, way: str, seed: str = "0") -> str:
    """What ``program`` prints; it must end with status 0 and say nothing on stderr, in time."""
    code = START + textwrap.dedent(program)
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", code, way]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("way", WAYS)
def test_a_fork_in_the_middle_of_a_recorded_call(way: str) -> None:
    """Parent and child both go on tracing; each trace is whole."""
    program = """
    def split(sender):
        subject.inner(1)
        child = os.fork()
        subject.inner(2)
        return child
    tracer = FunctionTracer([__name__, *HERE], backend=WAY)
    from snapy_instrument import traced
    call = traced(split) if WAY == "proxy" else split
    with tracer:
        child = call(None)
        subject.outer(3)
    recorded = shape(tracer)
    later = FunctionTracer(HERE, backend=WAY)
    with later:
        subject.probe()
    if child == 0:
        print("child:", recorded, "later:", shape(later), flush=True)
        sys.exit(0)
    _, status = os.waitpid(child, 0)
    print("parent:", recorded, "later:", shape(later), status)
    """
    recorded = "split@0 inner@1 inner@1 outer@0 inner@1 inner@1 later: probe@0"
    assert sorted(ran(program, way).splitlines()) == [f"child: {recorded}", f"parent: {recorded} 0"]


@pytest.mark.parametrize("way", WAYS)
def test_a_fork_while_another_thread_starts_a_tracer(way: str) -> None:
    """The lock that thread holds does not keep the child from starting and stopping tracers."""
    program = """
    from snapy_instrument.recording.sink import changing
    held, done = threading.Event(), threading.Event()
    def holder():
        with changing.lock:
            held.set()
            done.wait()
    thread = threading.Thread(target=holder)
    outside = FunctionTracer(HERE, backend=WAY)
    outside.__enter__()
    thread.start()
    held.wait()
    child = os.fork()
    if child == 0:
        with FunctionTracer(HERE, backend=WAY) as tracer:
            subject.probe()
        outside.__exit__(None, None, None)
        os._exit(0 if shape(tracer) == "probe@0" else 1)
    _, status = os.waitpid(child, 0)
    done.set()
    thread.join()
    outside.__exit__(None, None, None)
    print(status)
    """
    assert ran(program, way) == "0\n"


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize("way", WAYS)
def test_multiprocessing(way: str, method: str) -> None:
    """A process started in a traced block works, gives its result back, and the parent's trace is whole."""
    program = f"""
    import multiprocessing
    context = multiprocessing.get_context("{method}")
    with FunctionTracer(HERE, backend=WAY) as tracer:
        subject.probe()
        with context.Pool(1) as pool:
            result = pool.apply(subject.inner, (4,))
        subject.probe()
    print(result, shape(tracer))
    """
    assert ran(program, way) == "8 probe@0 probe@0\n"


@pytest.mark.parametrize("way", WAYS)
def test_os_exit_in_a_recorded_call(way: str) -> None:
    """The process ends there and then, with its own status."""
    program = """
    class Leaver:
        def __radd__(self, other):
            print("leaving", flush=True)
            os._exit(0)
        __rmul__ = __radd__
    with FunctionTracer(HERE, backend=WAY):
        subject.inner(Leaver())
    print("not reached")
    """
    assert ran(program, way) == "leaving\n"


@pytest.mark.parametrize(("daemon", "seed"), [(True, "0"), (False, "1")])
@pytest.mark.parametrize("way", WAYS)
def test_threads_alive_at_the_end(way: str, daemon: bool, seed: str) -> None:
    """With a tracer still active, threads that run recorded calls at shutdown do no harm."""
    program = f"""
    busy = threading.Event()
    over = threading.Event()
    def work():
        while not over.is_set():
            subject.outer(1)
            subject.recovers("lost")
            list(subject.numbers(2))
            busy.set()
    tracer = FunctionTracer(HERE, backend=WAY, max_events=5000)
    tracer.__enter__()
    threads = [threading.Thread(target=work, daemon={daemon}) for _ in range(3)]
    for thread in threads:
        thread.start()
    busy.wait()
    if not {daemon}:
        threading.Timer(0.02, over.set).start()
    print("main ends")
    """
    assert ran(program, way, seed=seed) == "main ends\n"


@pytest.mark.parametrize("way", WAYS)
def test_an_interrupt_inside_a_recorded_function(way: str) -> None:
    """A signal that comes while the function runs is the exception that left it, and reaches the program as raised."""
    program = """
    import signal
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a process in the background ignores it
    class Signal:
        def __rmul__(self, other):
            signal.raise_signal(signal.SIGINT)
            return 0
    with FunctionTracer(HERE, backend=WAY) as tracer:
        try:
            subject.inner(Signal())
        except KeyboardInterrupt:
            print("interrupted")
        subject.probe()
    print(shape(tracer), [event.exception.type_name for event in tracer.events if event.event_type == "exception"])
    """
    assert ran(program, way) == "interrupted\ninner@0 probe@0 ['KeyboardInterrupt']\n"


def test_a_sub_interpreter_is_told_no() -> None:
    """Tracing there is refused by an ImportError that says what to do; a saved trace can be read."""
    program = """
    try:
        import _interpreters as interpreters
    except ImportError:
        import _xxsubinterpreters as interpreters
    inner = interpreters.create()
    code = f'''
    import sys
    sys.path[:] = {sys.path!r}
    try:
        from snapy_instrument import FunctionTracer
    except ImportError as problem:
        print(problem)
    '''
    import textwrap
    interpreters.run_string(inner, textwrap.dedent(code))
    interpreters.destroy(inner)
    with FunctionTracer(HERE, backend=WAY) as tracer:
        subject.probe()
    print(shape(tracer))
    """
    refusal, works = ran(program, "proxy").splitlines()
    assert refusal.startswith("snapy_instrument cannot trace in a sub-interpreter: import it in the main interpreter")
    assert works == "probe@0"
