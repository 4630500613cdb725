"""Whether an exception that arrives in our code is the program's or ours.

A signal handler runs between any two instructions of the main thread, ours included. What it raises there is the
program's: a timeout, a Ctrl-C. Without us it would have reached the program at that moment, and so it has to.
"""

from __future__ import annotations

__all__ = ["is_programs"]

from functools import partial
from importlib import import_module
from types import CodeType, FunctionType, MethodType, TracebackType
from typing import Any

from snapy_instrument._builtins import keep_builtins

keep_builtins(globals())

# The C functions: those of `signal` look names up that the program may have replaced.
_signal: Any = import_module("_signal")
_getsignal, _valid_signals = _signal.getsignal, _signal.valid_signals
_traceback_of = BaseException.__dict__["__traceback__"].__get__


def is_programs(problem: BaseException) -> bool:
    """Return whether ``problem``, which arrived in our code, was raised by a signal handler or from another thread.

    Our code raises nothing but `Exception`. An `Exception` of a signal handler came through a frame of the handler; one
    that another thread sent (``PyThreadState_SetAsyncExc``) has no mark, and counts as ours.
    """
    if not issubclass(type(problem), Exception):
        return True
    traceback: TracebackType | None = _traceback_of(problem)
    handlers: list[CodeType] | None = None
    while traceback is not None:
        # The first frame is the one that caught it.
        traceback = traceback.tb_next
        if traceback is not None:
            if handlers is None:
                handlers = _codes_of_handlers()
            code = traceback.tb_frame.f_code
            if any(each is code for each in handlers):
                return True
    return False


def _codes_of_handlers() -> list[CodeType]:
    found = [_code_of(_getsignal(number)) for number in _valid_signals()]
    return [code for code in found if code is not None]


def _code_of(handler: Any) -> CodeType | None:
    while True:
        kind = type(handler)
        if kind is FunctionType:
            code: CodeType = handler.__code__
            return code
        if kind is MethodType:
            handler = handler.__func__
        elif kind is partial:
            handler = handler.func
        else:  # SIG_DFL, SIG_IGN, what is written in C, or an object that can be called
            handler = kind.__dict__.get("__call__")
            if type(handler) is not FunctionType:
                return None
