"""Where something starts: now, in the calling code, or at the first switch into a greenlet."""

from __future__ import annotations

__all__ = ["spawn_here", "switches"]

import sys
from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._threads import ThreadLocal
from snapy_instrument.recording.lanes import greenlet_module
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sink import proxied
from snapy_instrument.recording.spawns import Origin, Spawn, remember_start, spawn_of

keep_builtins(globals())


def spawn_here() -> Spawn:
    """Return the start of something that the calling code starts now."""
    return _spawn(Recorder.origin_here)


def _spawn(origin_of: Callable[[Recorder], Origin | None]) -> Spawn:
    recorders = proxied.recorders
    try:
        found = [(recorder.key, origin_of(recorder)) for recorder in recorders]
        return Spawn({key: origin for key, origin in found if origin is not None})
    except BaseException as problem:
        # The program starts something: an error of ours is not to be seen there.
        if any([recorder.withdraw(problem) for recorder in recorders]):  # noqa: C419 - all of them withdraw
            raise
        return Spawn({})


class _Thread(ThreadLocal):
    """Whose trace function stands before ours in this thread."""

    def __init__(self) -> None:
        self.watched = False
        self.before: Any = None


class _Switches:
    """The trace function of `greenlet.settrace`, which a thread calls at each switch, and its earlier one.

    It only finds out what started a greenlet. Where another tool takes it away without calling ours, a greenlet
    belongs to the call that is open in its parent.
    """

    def __init__(self) -> None:
        self._thread = _Thread()
        self._active = False

    def watch(self) -> None:
        """Watch the greenlets of the calling thread, where the program has imported `greenlet`."""
        module, thread = greenlet_module(), self._thread
        self._active = module is not None
        if module is None:
            return
        before = module.gettrace()
        if thread.watched and before is not None:
            return  # ours, or another tool's that calls ours
        thread.before, thread.watched = before, True
        module.settrace(self._trace)

    def forget(self) -> None:
        """Watch no more; other threads do so at their next switch."""
        self._active = False
        self._release()

    def _release(self) -> None:
        module, thread = greenlet_module(), self._thread
        # `==`, for each access makes another bound method.
        if module is not None and thread.watched and module.gettrace() == self._trace:
            module.settrace(thread.before)
            thread.before, thread.watched = None, False

    def _trace(self, event: str, args: Any) -> None:
        before = self._thread.before
        if not self._active:
            self._release()
        elif event in ("switch", "throw"):
            origin, target = args
            # The main greenlet of a thread has no parent: nothing started it but the thread.
            if target.parent is not None and spawn_of(target) is None:
                remember_start(target, _start_of(origin, target))
        if before is not None:
            before(event, args)


def _start_of(origin: Any, target: Any) -> Spawn:
    """Return the start of ``target``, a greenlet to which ``origin`` has switched for the first time."""
    codes: Sequence[CodeType] = ()
    gevent = getattr(sys.modules.get("gevent"), "Greenlet", None)
    if gevent is not None and issubclass(type(target), gevent):
        # The hub switches to it, long after a call has started it.
        starter = target.spawning_greenlet() if target.spawning_greenlet is not None else None
        if starter is not None:
            origin, codes = starter, _codes(target.spawning_stack)
    return _spawn(lambda recorder: recorder.origin_in_greenlet(origin, codes))


def _codes(frame: Any) -> list[CodeType]:
    found = []
    while frame is not None:
        found.append(frame.f_code)
        frame = frame.f_back
    return found


switches = _Switches()
