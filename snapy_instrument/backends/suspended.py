"""Generators, coroutines and async generators on their way: one logical call over many steps.

Each step takes the call back onto the running thread's stack, so that what it calls gets the right parent, and
lays it aside again when the step hands out a value. The call begins at the first step: that is where its body
begins, and all that a frame backend can see.
"""

from __future__ import annotations

__all__ = ["AsyncGeneratorLife", "CoroutineLife", "GeneratorLife", "Life"]

from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

import wrapt

from snapy_instrument.capture.quiet import thread_flags
from snapy_instrument.recording.active import Sink, proxied
from snapy_instrument.recording.sites import Site

# wrapt 1.x has one class; 2.x one without __iter__, which a coroutine must not have.
_ObjectProxy: Any = getattr(wrapt, "BaseObjectProxy", wrapt.ObjectProxy)


class _Steps:
    """Tells a sink of one logical call that runs in steps."""

    __slots__ = ("_begun", "_call", "_code", "_sink", "_site", "_values")

    def __init__(self, site: Site, values: Sequence[Any], code: CodeType) -> None:
        self._site = site
        self._values: Sequence[Any] | None = values
        self._code = code
        self._sink: Sink | None = None
        self._call: Any = None
        self._begun = False

    @property
    def asleep(self) -> bool:
        """The call began and has not ended."""
        return self._call is not None

    def run(
        self, step: Callable[..., Any], *args: Any, final: tuple[type[BaseException], ...], closing: bool = False
    ) -> Any:
        """Do ``step(*args)``; an exception of type ``final`` ends the call with its ``value``, or closes it."""
        __tracebackhide__ = True
        self._wake(args)
        if self._call is None:
            return step(*args)
        try:
            value = step(*args)
        except final as stop:
            if closing:
                self._end("abandon")
            else:
                self._end("leave", getattr(stop, "value", None))
            raise
        except GeneratorExit:
            self._end("abandon")
            raise
        except BaseException as exception:
            self._end("fail", exception)
            raise
        assert self._sink is not None
        self._sink.suspend(self._call, value)
        return value

    def close(self, close: Callable[[], Any]) -> Any:
        """Do ``close()``: nothing is recorded of a call that never began."""
        __tracebackhide__ = True
        if self._call is None:
            return close()
        self._wake(())
        try:
            result = close()
        except BaseException as exception:
            self._end("fail", exception)
            raise
        self._end("abandon")
        return result

    def _wake(self, args: tuple[Any, ...]) -> None:
        if not self._begun:
            self._begun = True
            values, self._values = self._values, None
            self._sink = proxied.sink
            if self._sink is not None:
                self._call = self._sink.enter(self._site, values or (), "proxy")
        elif self._call is not None and self._sink is not None:
            self._sink.resume(self._call, args[0] if args else None)
        if proxied.framed and self._call is not None:
            flags = thread_flags()
            flags.expected, flags.expected_call = self._code, self._call

    def _end(self, how: str, *value: Any) -> None:
        call, self._call = self._call, None
        getattr(self._sink, how)(call, *value)


class Life(_ObjectProxy):  # type: ignore[misc]
    """Stands for a generator-like object and reports its steps."""

    _self_steps: _Steps

    def __init__(self, made: Any, site: Site, values: Sequence[Any]) -> None:
        super().__init__(made)
        self._self_steps = _Steps(site, values, site.code)


class GeneratorLife(Life):
    """Stands for a generator."""

    def __iter__(self) -> GeneratorLife:
        return self

    def __next__(self) -> Any:
        return self._self_steps.run(self.__wrapped__.__next__, final=(StopIteration,))

    def send(self, value: Any) -> Any:
        """Go on with ``value``."""
        return self._self_steps.run(self.__wrapped__.send, value, final=(StopIteration,))

    def throw(self, *exception: Any) -> Any:
        """Go on by raising ``exception`` inside."""
        return self._self_steps.run(self.__wrapped__.throw, *exception, final=(StopIteration,))

    def close(self) -> Any:
        """End it."""
        return self._self_steps.close(self.__wrapped__.close)

    def __del__(self) -> None:
        # Dropped half way: its finally blocks run now, inside their own call.
        if self._self_steps.asleep:
            self.close()


class CoroutineLife(Life):
    """Stands for a coroutine."""

    def __await__(self) -> _Awaiting:
        return _Awaiting(self)

    def send(self, value: Any) -> Any:
        """Go on with ``value``."""
        return self._self_steps.run(self.__wrapped__.send, value, final=(StopIteration,))

    def throw(self, *exception: Any) -> Any:
        """Go on by raising ``exception`` inside."""
        return self._self_steps.run(self.__wrapped__.throw, *exception, final=(StopIteration,))

    def close(self) -> Any:
        """End it."""
        return self._self_steps.close(self.__wrapped__.close)

    def __del__(self) -> None:
        if self._self_steps.asleep:
            self.close()


class _Awaiting:
    """What ``await`` drives."""

    __slots__ = ("_life",)

    def __init__(self, life: CoroutineLife) -> None:
        self._life = life

    def __iter__(self) -> _Awaiting:
        return self

    def __next__(self) -> Any:
        return self._life.send(None)

    def send(self, value: Any) -> Any:
        return self._life.send(value)

    def throw(self, *exception: Any) -> Any:
        return self._life.throw(*exception)

    def close(self) -> Any:
        return self._life.close()


class AsyncGeneratorLife(Life):
    """Stands for an async generator; each item is awaited in steps of its own."""

    def __aiter__(self) -> AsyncGeneratorLife:
        return self

    def __anext__(self) -> _Item:
        return _Item(self._self_steps, self.__wrapped__.__anext__())

    def asend(self, value: Any) -> _Item:
        """Go on with ``value``."""
        return _Item(self._self_steps, self.__wrapped__.asend(value))

    def athrow(self, *exception: Any) -> _Item:
        """Go on by raising ``exception`` inside."""
        return _Item(self._self_steps, self.__wrapped__.athrow(*exception))

    def aclose(self) -> Any:
        """End it."""
        steps = self._self_steps
        return _Closing(steps, self.__wrapped__.aclose()) if steps.asleep else self.__wrapped__.aclose()


class _Item:
    """One awaited step of an async generator: ends with StopIteration(item), lays the call aside."""

    __slots__ = ("_item", "_steps")

    def __init__(self, steps: _Steps, item: Any) -> None:
        self._steps = steps
        self._item = item

    def __await__(self) -> _Item:
        return self

    def __iter__(self) -> _Item:
        return self

    def __next__(self) -> Any:
        return self.send(None)

    def send(self, value: Any) -> Any:
        return self._step(self._item.send, value)

    def throw(self, *exception: Any) -> Any:
        return self._step(self._item.throw, *exception)

    def close(self) -> Any:
        return self._item.close()

    def _step(self, step: Callable[..., Any], *args: Any) -> Any:
        done, value = self._steps.run(_caught, step, args, final=(StopAsyncIteration,))
        if done:
            raise StopIteration(value)
        return value


class _Closing(_Item):
    """The awaited close of an async generator."""

    __slots__ = ()

    def _step(self, step: Callable[..., Any], *args: Any) -> Any:
        return self._steps.run(step, *args, final=(StopIteration,), closing=True)


def _caught(step: Callable[..., Any], args: tuple[Any, ...]) -> tuple[bool, Any]:
    """A step of an item as (is the item there, value): an item is no end of the generator's call."""
    try:
        return False, step(*args)
    except StopIteration as stop:
        return True, stop.value
