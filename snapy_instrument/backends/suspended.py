"""What stands for a generator, a coroutine or an async generator on its way, and reports its `steps`."""

from __future__ import annotations

__all__ = ["AsyncGeneratorLife", "AwaitableGeneratorLife", "CoroutineLife", "GeneratorLife", "Life"]

import sys
from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

import wrapt

from snapy_instrument.backends.steps import AwaitingSteps, ItemSteps, Steps, as_code_of, disown, hidden
from snapy_instrument.recording.sites import Site

# wrapt 1.x has one class; 2.x one without __iter__, which a coroutine must not have.
_ObjectProxy: Any = getattr(wrapt, "BaseObjectProxy", wrapt.ObjectProxy)
# Behaviour of CPython 3.13 and later: close() gives what the generator returns on its way out.
_CLOSE_GIVES_RESULT = sys.version_info >= (3, 13)


class Life(_ObjectProxy):  # type: ignore[misc]
    """Stands for a generator-like object and reports its steps."""

    # No annotations in this class: they would be found in place of the generator's attributes.
    _self_make_steps = Steps

    def __new__(cls: Any, made: Any, site: Site, values: Sequence[Any], code: CodeType) -> Any:
        """An instance whose frames name the function's package."""
        return _ObjectProxy.__new__(as_code_of(site.module, cls))

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
        with hidden:
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

    _self_make_steps = AwaitingSteps

    def __await__(self) -> AwaitableGeneratorLife:
        return self


class CoroutineLife(_DrivenLife):
    """Stands for a coroutine."""

    _self_make_steps = AwaitingSteps

    def __await__(self) -> Any:
        return as_code_of(self._self_steps.module, _Awaiting)(self)


class _Awaiting:
    """What ``await`` drives."""

    __slots__ = ("__wrapped__", "_life", "_self_steps")

    def __init__(self, life: Any) -> None:
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

    _self_make_steps = ItemSteps

    def __aiter__(self) -> AsyncGeneratorLife:
        return self

    def __anext__(self) -> Any:
        steps = self._self_steps
        return as_code_of(steps.module, _Item)(steps, self.__wrapped__.__anext__())

    def asend(self, value: Any) -> Any:
        """Go on with ``value``."""
        steps = self._self_steps
        return as_code_of(steps.module, _Item)(steps, self.__wrapped__.asend(value), sent=value)

    def athrow(self, *exception: Any) -> Any:
        """Go on by raising ``exception`` inside."""
        steps = self._self_steps
        return as_code_of(steps.module, _Item)(steps, self.__wrapped__.athrow(*exception), thrown=True)

    def aclose(self) -> Any:
        """End it."""
        steps = self._self_steps
        if not steps.asleep:
            return self.__wrapped__.aclose()
        # What close() is to generators, by the same means.
        return as_code_of(steps.module, _Closing)(steps, self.__wrapped__.athrow(GeneratorExit), thrown=True)


class _Item:
    """One awaited step of an async generator, or an exception thrown in: ends with StopIteration(item)."""

    __slots__ = ("__wrapped__", "_self_sent", "_self_steps", "_self_thrown")

    def __init__(self, steps: Steps, item: Any, *, sent: Any = None, thrown: bool = False) -> None:
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
        steps = self._self_steps
        steps.skip_begin()
        try:
            with steps:
                value = self.__wrapped__.throw(*exception)
        finally:
            del exception
        steps.gave(value)
        return value

    def close(self) -> Any:
        with hidden:
            return self.__wrapped__.close()

    def _prepare(self, steps: Steps) -> None:
        steps.sent = self._self_sent
        if self._self_thrown:
            steps.skip_begin()


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


disown(Life, _DrivenLife, GeneratorLife, AwaitableGeneratorLife, CoroutineLife, _Awaiting)
disown(AsyncGeneratorLife, _Item, _Closing)
