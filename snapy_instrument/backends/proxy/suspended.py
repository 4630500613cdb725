"""What stands for a generator, a coroutine or an async generator on its way, and reports its `steps`."""

from __future__ import annotations

__all__ = ["AsyncGeneratorLife", "AwaitableGeneratorLife", "CoroutineLife", "GeneratorLife", "Life"]

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import CodeType
from typing import TYPE_CHECKING, Any, cast
from weakref import ref

import wrapt

from snapy_instrument._twins import native
from snapy_instrument.backends.proxy.steps import AwaitingSteps, ItemSteps, Steps, as_code_of, disown, hidden
from snapy_instrument.backends.proxy.wrapt_face import bare
from snapy_instrument.capture.describers.callables import register_wrapper
from snapy_instrument.recording.sites import Site

# wrapt 1.x has one class; 2.x one without __iter__, which a coroutine must not have.
_ObjectProxy: Any = bare(getattr(wrapt, "BaseObjectProxy", wrapt.ObjectProxy))
_init = _ObjectProxy.__init__
# Behaviour of CPython 3.13 and later: close() gives what the generator returns on its way out.
_CLOSE_GIVES_RESULT = sys.version_info >= (3, 13)
# And the awaited step of an async generator throws GeneratorExit in when it is closed; before, it did nothing.
_CLOSE_THROWS = sys.version_info >= (3, 13)


class Life(_ObjectProxy):  # type: ignore[misc]
    """Stands for a generator-like object and reports its steps."""

    # No annotations in this class: they would be found in place of the generator's attributes.
    _self_make_steps = Steps
    _self_steps = cast("Any", None)  # where there was no room to make them

    def __init__(self, made: Any, site: Site, values: Sequence[Any], code: CodeType) -> None:
        _init(self, made)
        self._self_steps = self._self_make_steps(site, values, code)

    def __repr__(self) -> str:
        return repr(self.__wrapped__)


class PureSends:
    """Takes steps when something is sent in; the native twin, in ``native/steps.c``, has no frame of its own."""

    # No annotations in these classes: they would be found in place of the generator's attributes.
    __slots__ = ()

    def send(self: Any, value: Any) -> Any:
        """Go on with ``value``."""
        steps = self._self_steps
        steps.sent = value
        with steps:
            value = steps.out = self.__wrapped__.send(value)
        return value


class PureIterates(PureSends):
    """And when the next value is asked for."""

    __slots__ = ()

    def __next__(self: Any) -> Any:
        steps = self._self_steps
        with steps:
            value = steps.out = self.__wrapped__.send(None)
        return value


class PureIteratesItems:
    """The same for one item of an async generator."""

    __slots__ = ()

    def __next__(self: Any) -> Any:
        steps = _prepared(self)
        with steps:
            value = steps.out = self.__wrapped__.send(None)
        self._self_waits = True
        return value

    def send(self: Any, value: Any) -> Any:
        """Go on with ``value``."""
        steps = _prepared(self)
        with steps:
            value = steps.out = self.__wrapped__.send(value)
        self._self_waits = True
        return value


def _prepared(item: Any) -> Any:
    item._self_waits = False
    steps = item._self_steps
    steps.sent = item._self_sent
    if item._self_thrown:
        steps.skip_begin()
    return steps


if TYPE_CHECKING or native is None:
    _Sends = PureSends
    _Iterates = PureIterates
    _IteratesItems = PureIteratesItems
else:
    _Sends = native.Sends
    _Iterates = native.Iterates
    _IteratesItems = native.IteratesItems


class _DrivenLife(Life):
    """Stands for what is sent to, thrown into, closed and dropped: a generator or a coroutine."""

    def throw(self, *exception: Any) -> Any:
        """Go on by raising ``exception`` inside."""
        steps = self._self_steps
        steps.skip_begin()
        try:
            with steps:
                value = steps.out = self.__wrapped__.throw(*exception)
        finally:
            del exception  # the frame of what it was raised in may hold this one
        return value

    def close(self) -> Any:
        """End it, as its own method does: by throwing a GeneratorExit in, to see how it ends."""
        steps = self._self_steps
        with hidden:
            if not steps.asleep:
                steps.skip_begin()
                return self.__wrapped__.close()
            try:
                with steps:
                    steps.out = self.__wrapped__.throw(GeneratorExit)
            except GeneratorExit:
                return None
            except StopIteration as stop:
                return stop.value if _CLOSE_GIVES_RESULT else None
            raise steps.ignored_exit

    def __del__(self) -> None:
        # Dropped half way: its finally blocks run now, inside their own call.
        steps = self._self_steps
        if steps is not None and steps.asleep:
            self.close()


class GeneratorLife(_Iterates, _DrivenLife):
    """Stands for a generator."""

    def __iter__(self) -> GeneratorLife:
        return self


class AwaitableGeneratorLife(GeneratorLife):
    """Stands for a generator made by a function that ``types.coroutine`` marked."""

    _self_make_steps = AwaitingSteps

    def __await__(self) -> AwaitableGeneratorLife:
        return self


class CoroutineLife(_Sends, _DrivenLife):
    """Stands for a coroutine."""

    _self_make_steps = AwaitingSteps

    def __await__(self) -> Any:
        return as_code_of(self._self_steps.module, _Awaiting)(self)


class _Awaiting(_Iterates):
    """What ``await`` drives."""

    __slots__ = ("__wrapped__", "_life", "_self_steps")

    def __init__(self, life: Any) -> None:
        self._life = life  # which ends the coroutine when it is dropped
        self._self_steps = life._self_steps
        self.__wrapped__ = life.__wrapped__

    def __iter__(self) -> _Awaiting:
        return self

    throw = _DrivenLife.throw
    close = _DrivenLife.close


class AsyncGeneratorLife(Life):
    """Stands for an async generator; each item is awaited in steps of its own."""

    _self_make_steps = ItemSteps

    def __aiter__(self) -> AsyncGeneratorLife:
        return self

    def __anext__(self) -> Any:
        steps = self._self_steps
        return as_code_of(steps.module, _Item)(self, self.__wrapped__.__anext__())

    def asend(self, value: Any) -> Any:
        """Go on with ``value``."""
        steps = self._self_steps
        return as_code_of(steps.module, _Item)(self, self.__wrapped__.asend(value), sent=value)

    def athrow(self, *exception: Any) -> Any:
        """Go on by raising ``exception`` inside."""
        steps = self._self_steps
        return as_code_of(steps.module, _Item)(self, self.__wrapped__.athrow(*exception), thrown=True)

    def aclose(self) -> Any:
        """End it."""
        steps = self._self_steps
        if not steps.asleep:
            return self.__wrapped__.aclose()
        # What close() is to generators, by the same means.
        return as_code_of(steps.module, _Closing)(self, self.__wrapped__.athrow(GeneratorExit), thrown=True)

    def __del__(self) -> None:
        # Dropped half way: an event loop closes it in a task, else its finally blocks run now; inside their own call.
        steps: Any = self._self_steps
        if steps is None or not steps.asleep:
            return
        if steps.finalizer is not None:
            # Called once, as Python does.
            if not steps.finalized:
                steps.finalized = True
                steps.finalizer(self._self_again())
            return
        if self.__wrapped__.ag_running:
            # Before 3.13, after its awaited step was closed, only Python itself can close it: when nobody holds it.
            with suppress(GeneratorExit), steps:
                _ObjectProxy.__init__(self, None)
                raise GeneratorExit
            return
        with hidden:
            try:
                self.aclose().send(None)
            except StopIteration:
                return
            raise steps.ignored_exit

    def _self_again(self) -> Any:
        """Another of these for the same generator and call."""
        again: Any = _ObjectProxy.__new__(type(self))
        _ObjectProxy.__init__(again, self.__wrapped__)
        again._self_steps = self._self_steps
        return again


class _Item(_IteratesItems):
    """One awaited step of an async generator, or an exception thrown in: ends with StopIteration(item)."""

    __slots__ = ("__weakref__", "__wrapped__", "_self_life", "_self_sent", "_self_steps", "_self_thrown", "_self_waits")
    # Gives itself, without a Python frame: what interrupts one, ``async for`` makes a TypeError.
    __await__ = __iter__ = property(ref)

    def __init__(self, life: AsyncGeneratorLife, item: Any, *, sent: Any = None, thrown: bool = False) -> None:
        self._self_life = life  # which ends the generator when it is dropped
        steps: Any = life._self_steps
        steps.ask_finalizer()
        self._self_waits = False
        self._self_steps = steps
        self.__wrapped__ = item
        self._self_sent = sent
        self._self_thrown = thrown

    def throw(self, *exception: Any) -> Any:
        steps = self._self_steps
        self._self_waits = False
        steps.skip_begin()
        try:
            with steps:
                value = steps.out = self.__wrapped__.throw(*exception)
        finally:
            del exception
        self._self_waits = True
        return value

    def close(self) -> Any:
        with hidden:
            if not _CLOSE_THROWS or not self._self_waits or not self._self_steps.asleep:
                return self.__wrapped__.close()
            try:
                self.throw(GeneratorExit)
            except (StopIteration, StopAsyncIteration, GeneratorExit):
                return None
            raise RuntimeError("coroutine ignored GeneratorExit")


class _Closing(_Item):
    """The awaited close of an async generator."""

    __slots__ = ()

    def __next__(self) -> Any:
        with hidden:
            return self._last(_Item.__next__)

    def send(self, value: Any) -> Any:
        with hidden:
            return self._last(_Item.send, value)

    def throw(self, *exception: Any) -> Any:
        with hidden:
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


register_wrapper(Life)
disown(PureSends, PureIterates, PureIteratesItems)
disown(Life, _DrivenLife, GeneratorLife, AwaitableGeneratorLife, CoroutineLife, _Awaiting)
disown(AsyncGeneratorLife, _Item, _Closing)
