"""Generators, coroutines and async generators on their way: one logical call over many steps.

Each step takes the call back onto the running thread's stack, so that what it calls gets the right parent, and
lays it aside again when the step hands out a value. The call begins at the first step: that is where its body
begins, and all that a frame backend can see.

A step has one frame of ours above the generator's. It names a file that ``warnings`` and ``logging`` pass over, and is
taken out of the traceback of an exception that passes it.
"""

from __future__ import annotations

__all__ = ["AsyncGeneratorLife", "AwaitableGeneratorLife", "CoroutineLife", "GeneratorLife", "Life"]

import sys
from collections.abc import Callable, Sequence
from types import CodeType, FunctionType, TracebackType
from typing import Any

import wrapt

from snapy_instrument.backends.base import OWN_FILENAME
from snapy_instrument.capture.quiet import thread_flags
from snapy_instrument.recording.active import Sink, proxied
from snapy_instrument.recording.passing import traceback_of
from snapy_instrument.recording.recorder import AWAITING
from snapy_instrument.recording.sites import Site

# wrapt 1.x has one class; 2.x one without __iter__, which a coroutine must not have.
_ObjectProxy: Any = getattr(wrapt, "BaseObjectProxy", wrapt.ObjectProxy)
# Behaviour of CPython 3.13 and later: close() gives what the generator returns on its way out.
_CLOSE_GIVES_RESULT = sys.version_info >= (3, 13)
_set_traceback: Callable[[BaseException, TracebackType | None], None] = BaseException.__dict__["__traceback__"].__set__


class _Hidden:
    """A context whose frame is not in the traceback of an exception that leaves it.

    An exception raised again gets no new traceback entry for the frame that does so.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, exception: BaseException | None, traceback: object) -> None:
        if exception is not None:
            _forget_own_frames(exception)


def _forget_own_frames(exception: BaseException) -> None:
    entry = traceback_of(exception)
    while entry is not None and entry.tb_frame.f_code.co_filename == OWN_FILENAME:
        entry = entry.tb_next
    _set_traceback(exception, entry)


_hidden = _Hidden()


class _Steps:
    """One logical call that runs in steps, a generator's: the context in which each step runs.

    Attributes:
        sent: What the next step sends in.
    """

    __slots__ = ("_begun", "_call", "_code", "_sink", "_site", "_values", "sent")

    def __init__(self, site: Site, values: Sequence[Any], code: CodeType) -> None:
        self._site = site
        self._values: Sequence[Any] | None = values
        self._code = code
        self._sink: Sink | None = None
        self._call: Any = None
        self._begun = False
        self.sent: Any = None

    @property
    def asleep(self) -> bool:
        """The call began and has not ended."""
        return self._call is not None

    @property
    def ignored_exit(self) -> RuntimeError:
        """What Python raises where a GeneratorExit is answered with a value."""
        return RuntimeError(f"{self._site.kind.value} ignored GeneratorExit")

    def skip_begin(self) -> None:
        """An exception is thrown in, or the end comes, now: before the first step that leaves nothing to record."""
        self._begun = True

    def __enter__(self) -> None:
        sent, self.sent = self.sent, None
        if not self._begun:
            self._begun = True
            values, self._values = self._values, None
            self._sink = proxied.sink
            if self._sink is not None:
                self._call = self._sink.enter(self._site, values or (), "proxy")
        elif self._call is not None and self._sink is not None:
            self._sink.resume(self._call, sent)
        if proxied.framed and self._call is not None:
            flags = thread_flags()
            flags.expected, flags.expected_call = self._code, self._call

    def __exit__(self, kind: object, exception: BaseException | None, traceback: object) -> None:
        if exception is not None:
            _forget_own_frames(exception)
            if self._call is not None:
                self._left(exception)

    def gave(self, value: Any) -> None:
        """The step handed out ``value``."""
        if self._call is not None and self._sink is not None:
            self._sink.suspend(self._call, value)

    def _left(self, exception: BaseException) -> None:
        if isinstance(exception, StopIteration):
            self._end("leave", exception.value)
        elif isinstance(exception, GeneratorExit):
            self._end("abandon")
        else:
            self._end("fail", exception)

    def _end(self, how: str, *value: Any) -> None:
        call, self._call = self._call, None
        getattr(self._sink, how)(call, *value)


class _AwaitingSteps(_Steps):
    """The steps of a coroutine."""

    __slots__ = ()

    def gave(self, value: Any) -> None:
        super().gave(AWAITING)


class _ItemSteps(_AwaitingSteps):
    """The steps of an async generator: an item comes by StopIteration, the end by StopAsyncIteration."""

    __slots__ = ()

    def _left(self, exception: BaseException) -> None:
        if isinstance(exception, StopIteration):
            _Steps.gave(self, exception.value)
        elif isinstance(exception, StopAsyncIteration):
            self._end("leave", None)
        else:
            super()._left(exception)


class Life(_ObjectProxy):  # type: ignore[misc]
    """Stands for a generator-like object and reports its steps."""

    # No annotations in this class: they would be found in place of the generator's attributes.
    _self_make_steps = _Steps

    def __init__(self, made: Any, site: Site, values: Sequence[Any], code: CodeType) -> None:
        super().__init__(made)
        self._self_steps = self._self_make_steps(site, values, code)


class _DrivenLife(Life):
    """Stands for what is sent to, thrown into, closed and dropped: a generator or a coroutine."""

    def send(self, value: Any) -> Any:
        """Go on with ``value``."""
        steps = self._self_steps
        steps.sent = value
        with steps:
            value = self.__wrapped__.send(value)
        steps.gave(value)
        return value

    def throw(self, *exception: Any) -> Any:
        """Go on by raising ``exception`` inside."""
        steps = self._self_steps
        steps.skip_begin()
        try:
            with steps:
                value = self.__wrapped__.throw(*exception)
        finally:
            del exception  # the frame of what it was raised in may hold this one
        steps.gave(value)
        return value

    def close(self) -> Any:
        """End it, as its own method does: by throwing a GeneratorExit in, to see how it ends."""
        steps = self._self_steps
        with _hidden:
            if not steps.asleep:
                steps.skip_begin()
                return self.__wrapped__.close()
            try:
                with steps:
                    value = self.__wrapped__.throw(GeneratorExit)
            except GeneratorExit:
                return None
            except StopIteration as stop:
                return stop.value if _CLOSE_GIVES_RESULT else None
            steps.gave(value)
            raise steps.ignored_exit

    def __del__(self) -> None:
        # Dropped half way: its finally blocks run now, inside their own call.
        if self._self_steps.asleep:
            self.close()


def _next(self: Any) -> Any:
    """Go on."""
    steps = self._self_steps
    with steps:
        value = self.__wrapped__.send(None)
    steps.gave(value)
    return value


class GeneratorLife(_DrivenLife):
    """Stands for a generator."""

    __next__ = _next

    def __iter__(self) -> GeneratorLife:
        return self


class AwaitableGeneratorLife(GeneratorLife):
    """Stands for a generator made by a function that ``types.coroutine`` marked."""

    _self_make_steps = _AwaitingSteps

    def __await__(self) -> AwaitableGeneratorLife:
        return self


class CoroutineLife(_DrivenLife):
    """Stands for a coroutine."""

    _self_make_steps = _AwaitingSteps

    def __await__(self) -> _Awaiting:
        return _Awaiting(self)


class _Awaiting:
    """What ``await`` drives."""

    __slots__ = ("__wrapped__", "_life", "_self_steps")

    def __init__(self, life: CoroutineLife) -> None:
        self._life = life  # which ends the coroutine when it is dropped
        self._self_steps = life._self_steps
        self.__wrapped__ = life.__wrapped__

    def __iter__(self) -> _Awaiting:
        return self

    __next__ = _next
    send = _DrivenLife.send
    throw = _DrivenLife.throw
    close = _DrivenLife.close


class AsyncGeneratorLife(Life):
    """Stands for an async generator; each item is awaited in steps of its own."""

    _self_make_steps = _ItemSteps

    def __aiter__(self) -> AsyncGeneratorLife:
        return self

    def __anext__(self) -> _Item:
        return _Item(self._self_steps, self.__wrapped__.__anext__())

    def asend(self, value: Any) -> _Item:
        """Go on with ``value``."""
        return _Item(self._self_steps, self.__wrapped__.asend(value), sent=value)

    def athrow(self, *exception: Any) -> _Item:
        """Go on by raising ``exception`` inside."""
        return _Item(self._self_steps, self.__wrapped__.athrow(*exception), thrown=True)

    def aclose(self) -> Any:
        """End it."""
        steps = self._self_steps
        if not steps.asleep:
            return self.__wrapped__.aclose()
        # What close() is to generators, by the same means.
        return _Closing(steps, self.__wrapped__.athrow(GeneratorExit), thrown=True)


class _Item:
    """One awaited step of an async generator, or an exception thrown in: ends with StopIteration(item)."""

    __slots__ = ("__wrapped__", "_self_sent", "_self_steps", "_self_thrown")

    def __init__(self, steps: _Steps, item: Any, *, sent: Any = None, thrown: bool = False) -> None:
        self._self_steps = steps
        self.__wrapped__ = item
        self._self_sent = sent
        self._self_thrown = thrown

    def __await__(self) -> Any:
        return self

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        steps = self._self_steps
        self._prepare(steps)
        with steps:
            value = self.__wrapped__.send(None)
        steps.gave(value)
        return value

    def send(self, value: Any) -> Any:
        steps = self._self_steps
        self._prepare(steps)
        with steps:
            value = self.__wrapped__.send(value)
        steps.gave(value)
        return value

    def throw(self, *exception: Any) -> Any:
        return _DrivenLife.throw(self, *exception)

    def close(self) -> Any:
        with _hidden:
            return self.__wrapped__.close()

    def _prepare(self, steps: _Steps) -> None:
        steps.sent = self._self_sent
        if self._self_thrown:
            steps.skip_begin()


class _Closing(_Item):
    """The awaited close of an async generator."""

    __slots__ = ()

    def __next__(self) -> Any:
        return self.send(None)

    def send(self, value: Any) -> Any:
        with _hidden:
            return self._last(_Item.send, value)

    def throw(self, *exception: Any) -> Any:
        with _hidden:
            try:
                return self._last(_Item.throw, *exception)
            finally:
                del exception

    def _last(self, step: Callable[..., Any], *args: Any) -> Any:
        try:
            return step(self, *args)
        except (GeneratorExit, StopAsyncIteration):
            pass
        except StopIteration:
            raise self._self_steps.ignored_exit from None
        finally:
            del args
        raise StopIteration


def _disown(owner: type) -> None:
    for each in vars(owner).values():
        if type(each) is FunctionType:
            each.__code__ = each.__code__.replace(co_filename=OWN_FILENAME)


for _each in (Life, _DrivenLife, GeneratorLife, AwaitableGeneratorLife, CoroutineLife, _Awaiting, AsyncGeneratorLife):
    _disown(_each)
for _each in (_Hidden, _Steps, _AwaitingSteps, _ItemSteps, _Item, _Closing):
    _disown(_each)
