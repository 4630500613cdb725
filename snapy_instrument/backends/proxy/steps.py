"""The steps in which a generator, coroutine or async generator runs its one logical call.

Each step takes the call back onto the running thread's stack, so that what it calls gets the right parent, and
lays it aside again when the step hands out a value. The call begins at the first step: that is where its body
begins, and all that a frame backend can see.

A step has one frame of ours above the generator's. It names a file that ``warnings`` and ``logging`` pass over and a
module below the generator's, and is taken out of the traceback of an exception that passes it.
"""

from __future__ import annotations

__all__ = ["AwaitingSteps", "ItemSteps", "Steps", "as_code_of", "disown", "hidden"]

import sys
from collections.abc import Callable, Sequence
from functools import cache
from types import CodeType, FunctionType, TracebackType
from typing import TYPE_CHECKING, Any, ClassVar

from snapy_instrument._thread_flags import thread_flags
from snapy_instrument._twins import native
from snapy_instrument.backends.base import OWN_FILENAME
from snapy_instrument.recording.exceptions import traceback_of
from snapy_instrument.recording.recorder import AWAITING
from snapy_instrument.recording.sink import Sink, SinkSlot, proxied
from snapy_instrument.recording.sites import Site

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


hidden = _Hidden()


# What those generators hand out: their values, nothing that counts, or items at the end of a step.
GIVES_VALUES, GIVES_NOTHING, GIVES_ITEMS = range(3)


class PureSteps:
    """What is known of one call that runs in steps; the native twin (``native/steps.c``) takes most of them itself."""

    __slots__ = ("_begun", "_call", "_code", "_sink", "_site", "_values", "out", "sent")

    def __init__(
        self, site: Site, values: Sequence[Any], code: CodeType, slot: SinkSlot, awaiting: object, gives: int
    ) -> None:
        self._site = site
        self._values: Sequence[Any] | None = values
        self._code = code
        self._sink: Sink | None = None
        self._call: Any = None
        self._begun = False
        self.sent: Any = None
        self.out: Any = None


if TYPE_CHECKING or native is None:
    _Twin = PureSteps
else:
    _Twin = native.Steps


class Steps(_Twin):
    """One logical call that runs in steps, a generator's: the context in which each step runs.

    Attributes:
        sent: What the next step sends in.
        out: What the step that runs handed out.
    """

    __slots__ = ()
    _gives: ClassVar[int] = GIVES_VALUES

    def __init__(self, site: Site, values: Sequence[Any], code: CodeType) -> None:
        super().__init__(site, values, code, proxied, AWAITING, self._gives)

    @property
    def asleep(self) -> bool:
        """The call began and has not ended."""
        return self._call is not None

    @property
    def ignored_exit(self) -> RuntimeError:
        """What Python raises where a GeneratorExit is answered with a value."""
        return RuntimeError(f"{self._site.kind.value} ignored GeneratorExit")

    @property
    def module(self) -> str:
        """Name of the module whose generator it is."""
        return self._site.module

    def skip_begin(self) -> None:
        """An exception is thrown in, or the end comes, now: before the first step that leaves nothing to record."""
        self._begun = True

    def __enter__(self) -> None:
        sent, self.sent = self.sent, None
        try:
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
        except BaseException as problem:
            self._withdraw(problem)

    def __exit__(self, kind: object, exception: BaseException | None, traceback: object) -> None:
        try:
            if exception is None:
                self.gave(self.out)
            else:
                _forget_own_frames(exception)
                if self._call is not None:
                    self._left(exception)
        except BaseException as problem:
            self._withdraw(problem)
        finally:
            self.out = None

    def gave(self, value: Any) -> None:
        """The step handed out ``value``."""
        if self._call is not None and self._sink is not None:
            self._sink.suspend(self._call, value)

    def _withdraw(self, problem: BaseException) -> None:
        """End the recording: we were interrupted before the step or after it."""
        self._call = None
        if self._sink is None or self._sink.withdraw(problem):
            raise problem

    def _left(self, exception: BaseException) -> None:
        if isinstance(exception, StopIteration):
            self._end("leave", exception.value)
        elif isinstance(exception, GeneratorExit):
            self._end("abandon")
        else:
            self._end("fail", exception)

    def _end(self, how: str, *value: Any) -> None:
        getattr(self._sink, how)(self._call, *value)
        self._call = None


class AwaitingSteps(Steps):
    """The steps of a coroutine."""

    __slots__ = ()
    _gives = GIVES_NOTHING

    def gave(self, value: Any) -> None:
        """The step waits for something."""
        super().gave(AWAITING)


class ItemSteps(AwaitingSteps):
    """The steps of an async generator: an item comes by StopIteration, the end by StopAsyncIteration.

    Attributes:
        finalizer: What the event loop wants to be called with the generator when it is dropped half way.
        finalized: It was.
    """

    __slots__ = ("_asked", "finalized", "finalizer")
    _gives = GIVES_ITEMS

    def __init__(self, site: Site, values: Sequence[Any], code: CodeType) -> None:
        super().__init__(site, values, code)
        self._asked = self.finalized = False
        self.finalizer: Callable[[Any], object] | None = None

    def ask_finalizer(self) -> None:
        """The generator is iterated: as Python does, take the hook of the first time."""
        if not self._asked:
            self._asked = True
            self.finalizer = sys.get_asyncgen_hooks().finalizer

    def _left(self, exception: BaseException) -> None:
        if isinstance(exception, StopIteration):
            Steps.gave(self, exception.value)
        elif isinstance(exception, StopAsyncIteration):
            self._end("leave", None)
        else:
            super()._left(exception)


def disown(*owners: Any) -> None:
    """Let the functions of the classes ``owners`` name a file that is passed over in the search for a caller."""
    for owner in owners:
        for function in vars(owner).values():
            if type(function) is FunctionType:
                function.__code__ = function.__code__.replace(co_filename=OWN_FILENAME)


@cache
def as_code_of(module: str, owner: Any) -> Any:
    """The class ``owner``, disowned, with frames that run as code of a module below ``module``.

    Code that walks up the frames past those of its own package, to find who called it, then passes ours as well; code
    that asks whether its own module called it is not told so by ours.
    """
    members: dict[str, Any] = {"__slots__": ()}
    for each in reversed(owner.__mro__):
        for name, function in vars(each).items():
            if type(function) is FunctionType and function.__code__.co_filename == OWN_FILENAME:
                members[name] = _in_module(function, module)
    return type(owner.__name__, (owner,), members)


def _in_module(function: FunctionType, module: str) -> FunctionType:
    namespace = {**function.__globals__, "__name__": f"{module}.<snapy_instrument>"}
    made = FunctionType(function.__code__, namespace, function.__name__, function.__defaults__, function.__closure__)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


disown(_Hidden, Steps, AwaitingSteps, ItemSteps)
