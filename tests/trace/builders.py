"""Traces typed by hand: `events` plays a program made of `call` and gives what a recorder would have seen.

    events(call("shop.total", x=1)(call("shop.add", n=1).returns(2)).returns(3))

Each event comes one second after the one before. Threads are stepped by a schedule; identifiers and serials of
objects are given out in the order of time, as a recorder does.
"""

from __future__ import annotations

__all__ = [
    "Spec",
    "Thing",
    "call",
    "detached",
    "event",
    "events",
    "marker",
    "receives",
    "sets",
    "thing",
    "yields",
]

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from snapy_instrument.events import CallEvent, EventType, ExceptionInfo
from snapy_instrument.values import Cut, Ref, Struct


class Thing(NamedTuple):
    """A live object of the played program; captured as `Ref`."""

    type_name: str
    label: str


class Inner(NamedTuple):
    """An event inside a call."""

    kind: EventType
    content: Any


class Raised(NamedTuple):
    """An exception on its way up."""

    call_id: int
    info: ExceptionInfo
    value: Struct


@dataclass
class Spec:
    """A call to play."""

    name: str
    args: dict[str, Any]
    inside: tuple[Spec | Inner, ...] = ()
    result: Any = None
    error: Struct | None = None
    passes: bool = False
    end: str = "finished"
    defaulted: tuple[str, ...] = ()
    thread: str | None = None
    task: str | None = None
    detached: bool = False

    def __call__(self, *inside: Spec | Inner) -> Spec:
        """With these calls and events inside."""
        self.inside = inside
        return self

    def returns(self, result: Any) -> Spec:
        """It gives ``result``."""
        self.result = result
        return self

    def raises(self, type_name: str, *args: Any) -> Spec:
        """It is left by a new exception."""
        self.error = Struct(type_name, tuple((None, arg) for arg in args))
        return self

    def passes_up(self) -> Spec:
        """It is left by the exception of its last call."""
        self.passes = True
        return self

    def unfinished(self) -> Spec:
        """Its return says that recording ended first."""
        self.end = "unfinished"
        return self

    def never_returns(self) -> Spec:
        """It has no return event."""
        self.end = "missing"
        return self

    def with_defaults(self, *names: str) -> Spec:
        """The parameters ``names`` have their defaults."""
        self.defaulted = names
        return self

    def in_thread(self, name: str) -> Spec:
        """Its caller starts the thread ``name`` that makes it."""
        self.thread = name
        return self

    def in_task(self, name: str) -> Spec:
        """Its caller makes the task ``name`` that makes it."""
        self.task = name
        return self


def call(name: str, /, **args: Any) -> Spec:
    """A call of ``module.qualname``."""
    return Spec(name, args)


def detached(thread: str, spec: Spec) -> Spec:
    """``spec`` as a root of a thread that no recorded call started."""
    spec.thread, spec.detached = thread, True
    return spec


def yields(value: Any) -> Inner:
    """A generator hands out ``value``."""
    return Inner(EventType.YIELD, value)


def receives(value: Any) -> Inner:
    """A generator goes on with ``value``."""
    return Inner(EventType.RESUME, value)


def sets(**changes: Any) -> Inner:
    """A line ran; ``changes`` are the locals that changed."""
    return Inner(EventType.LINE, changes)


def marker(text: str) -> Inner:
    """The tracer says ``text``."""
    return Inner(EventType.MARKER, text)


def thing(type_name: str, label: str = "") -> Any:
    """An object of the program; the same for the same arguments."""
    return Thing(type_name, label)


def event(kind: str, name: str, **fields: Any) -> CallEvent:
    """One event as in the founding document: without identifiers."""
    values: dict[str, Any] = {
        "filename": "shop.py",
        "line_number": 1,
        "args": {},
        "return_value": None,
        "depth": 0,
        "timestamp": 0.0,
        "thread_id": "1",
        "memory_usage": 0,
        **fields,
    }
    return CallEvent(EventType(kind), name, **values)


def events(*specs: Spec | Inner, schedule: Callable[[int], int] | None = None) -> list[CallEvent]:
    """What a recorder sees of ``specs``.

    Args:
        specs: Roots in order; detached ones by their thread.
        schedule: Picks which of the given number of runnable threads makes the next step; default the first.
    """
    return _Player().play(specs, schedule or (lambda runnable: 0))


Steps = Generator[None, None, Raised | None]


@dataclass
class _Frame:
    spec: Spec
    call_id: int
    depth: int
    thread: str
    task: str | None
    parent_id: int | None
    spawn_id: int | None


@dataclass
class _Player:
    found: list[CallEvent] = field(default_factory=list)
    serials: dict[Thing, int] = field(default_factory=dict)
    threads: list[Steps] = field(default_factory=list)
    last_id: int = 0

    def play(self, specs: tuple[Spec | Inner, ...], schedule: Callable[[int], int]) -> list[CallEvent]:
        homes = [spec for spec in specs if not (isinstance(spec, Spec) and spec.detached)]
        others: dict[str, list[Spec | Inner]] = {}
        for spec in specs:
            if isinstance(spec, Spec) and spec.detached:
                others.setdefault(spec.thread or "", []).append(spec)
        self.threads = [self.roots(homes, "main"), *(self.roots(own, name) for name, own in others.items())]
        while self.threads:
            chosen = self.threads[schedule(len(self.threads))]
            try:
                next(chosen)
            except StopIteration:
                self.threads.remove(chosen)
        return self.found

    def roots(self, specs: list[Spec | Inner], thread: str) -> Steps:
        for spec in specs:
            if isinstance(spec, Spec):
                yield from self.steps(spec, None, thread, spec.task, None)
            else:
                self.found.append(self.marker(spec, None))
                yield
        return None

    def steps(self, spec: Spec, parent: _Frame | None, thread: str, task: str | None, spawn_id: int | None) -> Steps:
        inherited = parent is not None and spawn_id is None
        depth = parent.depth + 1 if parent is not None and inherited else 0
        parent_id = parent.call_id if parent is not None else None
        frame = _Frame(spec, self.next_id(), depth, thread, task, parent_id, spawn_id)
        self.add(EventType.CALL, frame, args=self.captured(spec.args), defaulted=spec.defaulted)
        yield
        raised: Raised | None = None
        for item in spec.inside:
            if isinstance(item, Inner):
                self.inner(item, frame)
                yield
            elif item.thread is not None or (item.task is not None and item.task != task):
                self.start(item, frame)
                yield
            else:
                raised = yield from self.steps(item, frame, thread, task, None)
        if spec.end == "missing":
            return None
        left_by = self.leaves(frame, raised)
        yield
        return left_by

    def start(self, spec: Spec, frame: _Frame) -> None:
        spawn_id = self.next_id()
        self.threads.append(self.steps(spec, frame, spec.thread or frame.thread, spec.task, spawn_id))

    def leaves(self, frame: _Frame, raised: Raised | None) -> Raised | None:
        spec, left_by = frame.spec, None
        if spec.passes:
            assert raised is not None, f"nothing to pass up in {spec.name}"
            left_by = raised
        elif spec.error is not None:
            value = self.captured(spec.error)
            message = ", ".join(str(each) for _, each in spec.error.fields)
            left_by = Raised(frame.call_id, ExceptionInfo(value.type_name, message), value)
        if left_by is None:
            finished = spec.end == "finished"
            self.add(EventType.RETURN, frame, return_value=self.captured(spec.result), finished=finished)
            return None
        ending = {"exception": left_by.info, "raised_in": left_by.call_id}
        self.add(EventType.EXCEPTION, frame, return_value=left_by.value, **ending)
        self.add(EventType.RETURN, frame, **ending)
        return left_by

    def inner(self, item: Inner, frame: _Frame) -> None:
        if item.kind is EventType.MARKER:
            self.found.append(self.marker(item, frame.call_id))
        elif item.kind is EventType.LINE:
            self.add(item.kind, frame, args=self.captured(item.content))
        else:
            self.add(item.kind, frame, return_value=self.captured(item.content))

    def marker(self, item: Inner, parent_id: int | None) -> CallEvent:
        return event("marker", item.content, timestamp=self.now(), thread_id="", parent_id=parent_id)

    def add(self, kind: EventType, frame: _Frame, **fields: Any) -> None:
        module, _, qualname = frame.spec.name.partition(".")
        base: dict[str, Any] = {
            "depth": frame.depth,
            "timestamp": self.now(),
            "thread_id": frame.thread,
            "memory_usage": 1000 + len(self.found),
            "module": module,
            "qualname": qualname,
            "call_id": frame.call_id,
            "parent_id": frame.parent_id,
            "task": frame.task,
            "spawn_id": frame.spawn_id,
            "detached": frame.spec.detached,
        }
        self.found.append(event(kind, qualname.rpartition(".")[2], **{**base, **fields}))

    def now(self) -> float:
        return float(len(self.found))

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def captured(self, value: Any) -> Any:
        """``value`` with things as references."""
        if isinstance(value, Thing):
            return Ref(value.type_name, self.serials.setdefault(value, len(self.serials) + 1))
        if isinstance(value, Struct):
            return Struct(value.type_name, tuple((name, self.captured(each)) for name, each in value.fields))
        if isinstance(value, Cut):
            return Cut(self.captured(value.shown), value.hidden, value.unit, value.digest)
        if isinstance(value, dict):
            return {self.captured(key): self.captured(each) for key, each in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return type(value)([self.captured(each) for each in value])
        return value
