"""Generators, coroutines and async generators on their way: one logical call over many steps.

Each step takes the call back onto the running thread's stack, so that what it calls gets the right parent, and
lays it aside again when the step hands out a value. The call begins at the first step: that is where its body
begins, and all that a frame backend can see.
"""

from __future__ import annotations

__all__ = ["AsyncGeneratorLife", "AwaitableGeneratorLife", "CoroutineLife", "GeneratorLife", "Life"]

import sys
from collections.abc import Callable, Sequence
from types import CodeType
from typing import Any

import wrapt

from snapy_instrument.capture.quiet import thread_flags
from snapy_instrument.recording.active import Sink, proxied
from snapy_instrument.recording.recorder import AWAITING
from snapy_instrument.recording.sites import Site

# wrapt 1.x has one class; 2.x one without __iter__, which a coroutine must not have.
_ObjectProxy: Any = getattr(wrapt, "BaseObjectProxy", wrapt.ObjectProxy)
# Behaviour of CPython 3.13 and later: close() gives what the generator returns on its way out.
_CLOSE_GIVES_RESULT = sys.version_info >= (3, 13)


class _Steps:
    """Tells a sink of one logical call that runs in steps: a generator's."""

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
        self, step: Callable[..., Any], *args: Any, sent: Any = None, final: type[BaseException] = StopIteration
    ) -> Any:
        """Do ``step(*args)``, the first step or one that goes on; ``final`` ends the call with its ``value``."""
        __tracebackhide__ = True
        self._wake(sent)
        if self._call is None:
            return step(*args)
        try:
            value = step(*args)
        except final as stop:
            self._end("leave", getattr(stop, "value", None))
            raise
        except GeneratorExit:
            self._end("abandon")
            raise
        except BaseException as exception:
            self._end("fail", exception)
            raise
        self._sleep(value)
        return value

    def interrupt(self, throw: Callable[..., Any], *exception: Any, final: type[BaseException] = StopIteration) -> Any:
        """Do ``throw(*exception)``; thrown in before the first step, it leaves nothing to record."""
        __tracebackhide__ = True
        if self._begun:
            return self.run(throw, *exception, final=final)
        self._begun = True
        return throw(*exception)

    def close(self, made: Any) -> Any:
        """Close ``made`` as its own method does, by throwing a GeneratorExit in, and see how it ends."""
        __tracebackhide__ = True
        if self._call is None:
            self._begun = True
            return made.close()
        try:
            self.run(made.throw, GeneratorExit)
        except GeneratorExit:
            return None
        except StopIteration as stop:
            return stop.value if _CLOSE_GIVES_RESULT else None
        raise RuntimeError(f"{self._site.kind.value} ignored GeneratorExit")

    def _wake(self, sent: Any) -> None:
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

    def _sleep(self, value: Any) -> None:
        assert self._sink is not None
        self._sink.suspend(self._call, value)

    def _end(self, how: str, *value: Any) -> None:
        call, self._call = self._call, None
        getattr(self._sink, how)(call, *value)


class _AwaitingSteps(_Steps):
    """The steps of a coroutine."""

    __slots__ = ()

    def _sleep(self, value: Any) -> None:
        super()._sleep(AWAITING)


class _ItemSteps(_Steps):
    """The steps of an async generator, as `_caught` gives them."""

    __slots__ = ()

    def _sleep(self, value: Any) -> None:
        super()._sleep(value[1] if value[0] else AWAITING)


class Life(_ObjectProxy):  # type: ignore[misc]
    """Stands for a generator-like object and reports its steps."""

    # No annotations in this class: they would be found in place of the generator's attributes.
    _self_make_steps = _Steps

    def __init__(self, made: Any, site: Site, values: Sequence[Any], code: CodeType) -> None:
        super().__init__(made)
        self._self_steps = self._self_make_steps(site, values, code)


class _DrivenLife(Life):
    """Stands for what is thrown into, closed and dropped: a generator or a coroutine."""

    def throw(self, *exception: Any) -> Any:
        """Go on by raising ``exception`` inside."""
        return self._self_steps.interrupt(self.__wrapped__.throw, *exception)

    def close(self) -> Any:
        """End it."""
        return self._self_steps.close(self.__wrapped__)

    def __del__(self) -> None:
        # Dropped half way: its finally blocks run now, inside their own call.
        if self._self_steps.asleep:
            self.close()


class GeneratorLife(_DrivenLife):
    """Stands for a generator."""

    def __iter__(self) -> GeneratorLife:
        return self

    def __next__(self) -> Any:
        return self._self_steps.run(self.__wrapped__.__next__)

    def send(self, value: Any) -> Any:
        """Go on with ``value``."""
        return self._self_steps.run(self.__wrapped__.send, value, sent=value)


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

    def send(self, value: Any) -> Any:
        """Go on with ``value``."""
        return self._self_steps.run(self.__wrapped__.send, value)


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

    _self_make_steps = _ItemSteps

    def __aiter__(self) -> AsyncGeneratorLife:
        return self

    def __anext__(self) -> _Item:
        return _Item(self._self_steps, self.__wrapped__.__anext__())

    def asend(self, value: Any) -> _Item:
        """Go on with ``value``."""
        return _Item(self._self_steps, self.__wrapped__.asend(value), value)

    def athrow(self, *exception: Any) -> _Item:
        """Go on by raising ``exception`` inside."""
        return _Interruption(self._self_steps, self.__wrapped__.athrow(*exception))

    def aclose(self) -> Any:
        """End it."""
        steps = self._self_steps
        # What close() is to generators, by the same means.
        return _Closing(steps, self.__wrapped__.athrow(GeneratorExit)) if steps.asleep else self.__wrapped__.aclose()


class _Item:
    """One awaited step of an async generator: ends with StopIteration(item), lays the call aside."""

    __slots__ = ("_item", "_sent", "_steps")

    def __init__(self, steps: _Steps, item: Any, sent: Any = None) -> None:
        self._steps = steps
        self._item = item
        self._sent = sent

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
        done, value = self._steps.run(_caught, step, args, sent=self._sent, final=StopAsyncIteration)
        if done:
            raise StopIteration(value)
        return value


class _Interruption(_Item):
    """An exception thrown in, awaited."""

    __slots__ = ()

    def _step(self, step: Callable[..., Any], *args: Any) -> Any:
        done, value = self._steps.interrupt(_caught, step, args, final=StopAsyncIteration)
        if done:
            raise StopIteration(value)
        return value


class _Closing(_Interruption):
    """The awaited close of an async generator."""

    __slots__ = ()

    def _step(self, step: Callable[..., Any], *args: Any) -> Any:
        try:
            return super()._step(step, *args)
        except (GeneratorExit, StopAsyncIteration):
            pass
        except StopIteration:
            raise RuntimeError("async generator ignored GeneratorExit") from None
        raise StopIteration


def _caught(step: Callable[..., Any], args: tuple[Any, ...]) -> tuple[bool, Any]:
    """A step of an item as (is the item there, value): an item is no end of the generator's call."""
    try:
        return False, step(*args)
    except StopIteration as stop:
        return True, stop.value
