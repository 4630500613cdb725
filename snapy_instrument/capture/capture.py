"""`Capture`, the face of this folder: makes bounded, redacted plain data of a live value.

Types are compared with ``is``, and only methods of exact builtin types are called: code of the traced program runs in
functions given to `register_capture` alone.
"""

from __future__ import annotations

__all__ = ["Capture", "NoCapture"]

from collections.abc import Callable
from typing import Any, ClassVar

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument._signals import is_programs
from snapy_instrument._twins import pure_twin, twinned
from snapy_instrument.capture.describers.classes import readable
from snapy_instrument.capture.describers.decide import Decision, decide
from snapy_instrument.capture.describers.registry import Frames
from snapy_instrument.capture.digest import Digester
from snapy_instrument.capture.limits import Limits
from snapy_instrument.capture.plain_text import failed, fields_text, message_text, only_text
from snapy_instrument.capture.policy import Policy, hides
from snapy_instrument.capture.redaction.lookups import Lookup, lookup_by
from snapy_instrument.capture.redaction.redactor import Redactor, Secrecy, default_redactor
from snapy_instrument.capture.strings import Budget
from snapy_instrument.capture.tables import Tables
from snapy_instrument.capture.walk import Walks
from snapy_instrument.events import ExceptionInfo
from snapy_instrument.values import NOT_CAPTURED, REDACTED, Mark, Ref, Struct

keep_builtins(globals())

_NEVER = Secrecy.NEVER
# Made beforehand: once the stack has ended nothing can be made.
_OUT_OF_STACK = Mark("<capture failed: RecursionError>")
_ENDED = "maximum recursion depth exceeded"
_STACK_ENDED = (ExceptionInfo("RecursionError", _ENDED), Struct("RecursionError", ((None, _ENDED),)))
_LOST = (ExceptionInfo("Exception", _OUT_OF_STACK.text), Struct("Exception", ((None, _OUT_OF_STACK),)))


@twinned
class _Capture:
    """The hot half of `Capture`; its native twin is ``native/walk.c``."""

    _clean: set[str]
    _walked: Callable[[Any], Any]

    def _use(self, tables: Tables) -> None:
        """Hold the members of ``tables``; the Python twin finds them in the policy."""

    def value(self, obj: Any, secrecy: Secrecy | Lookup = _NEVER) -> Any:
        """Return ``obj`` as a plain value; ``secrecy`` says what its name means for it.

        An error of ours becomes ``<capture failed: ExcType>``. Raises only what a signal handler of the program raises
        meanwhile.
        """
        try:
            if secrecy is _NEVER:
                kind = type(obj)
                if kind is str:
                    # A set and no function: nearly every text of a program was met before.
                    if obj in self._clean:
                        return obj
                elif kind is int:
                    # A larger one may have very many digits: the walk looks at its size first.
                    if -1_000_000_000 < obj < 1_000_000_000:
                        return obj
                elif obj is None or kind is bool or kind is float:
                    return obj
            elif hides(secrecy, obj):
                return REDACTED
            return self._walked(obj)
        except RecursionError:
            return _OUT_OF_STACK
        except Exception as error:
            return failed(error)

    def _forget_shared(self) -> None:
        """Drop descriptions kept for objects that come again; the Python twin keeps none."""


class Capture(_Capture):
    """The capture of one recording, with the objects it has numbered and the names it has judged.

    Attributes:
        PLAIN: The `Secrecy` of names that hold no secret.
        limits: How much of a value is kept.
        secrecy: ``secrecy(name)`` judges the name of a parameter, for `value`.
        lookups: Captured texts that are names of secrets; their `Lookup` goes to `value` with what is next to them.
        constructing: Ids of objects inside their ``__init__``, which are described by type and number alone.
    """

    PLAIN: ClassVar[Secrecy] = _NEVER
    _instead: ClassVar[Mark | None] = None

    def __init__(
        self, limits: Limits | None = None, redactor: Redactor | None = None, frames: Frames = "shape"
    ) -> None:
        self.limits = Limits() if limits is None else limits
        self._policy = Policy(self.limits, default_redactor() if redactor is None else redactor, frames, self._instead)
        self.secrecy = self._policy.secrecy
        self.constructing = self._policy.constructing
        self.lookups = self._policy.texts.lookups
        walks = Walks(self._policy)
        self._walked, self._take_walk, self._give_walk = walks.value, walks.take, walks.give
        self._clean = self._policy.tables.clean
        self._use(self._policy.tables)

    _is_programs = staticmethod(is_programs)

    def bare(self, obj: Any) -> Ref:
        """Return ``obj`` by type and number alone."""
        return self._policy.identities.ref(obj, _raw.type_name(type(obj)))

    def is_secret(self, name: str) -> bool:
        """Return whether any value called ``name`` is redacted."""
        return self.secrecy(name) is not _NEVER

    def lookup_by(self, descriptor: Any) -> Lookup | None:
        """Return the lookup for what a descriptor gets and sets, if it keeps the name of a secret; else None."""
        return lookup_by(descriptor, self._policy.secrecy)

    def exception(self, exc: BaseException) -> tuple[ExceptionInfo, Struct]:
        """Return type name and message of an exception, and its description. Its ``__str__`` is not called.

        The end of the stack has one message, whatever the interpreter was doing then. Raises no Exception.
        """
        try:
            if type(exc) is RecursionError:
                args = exc.args
                # Python's message goes on with "while calling a Python object" and the like: where the stack ends
                # depends on the frames below, ours too.
                if len(args) == 1 and type(args[0]) is str and args[0][: len(_ENDED)] == _ENDED:
                    return _STACK_ENDED
            return self._described(exc)
        except RecursionError:
            return _STACK_ENDED if type(exc) is RecursionError else _LOST
        except Exception as error:
            failed(error)
            return _LOST

    def _described(self, exc: BaseException) -> tuple[ExceptionInfo, Struct]:
        title = _raw.type_name(type(exc))
        described = self.value(exc)
        if type(described) is not Struct:
            described = Struct(title, ((None, described),))
        # The description has its secrets hidden already; a message made of it needs no second look at names.
        text = only_text(described)
        message = message_text(self._cut(fields_text(described)) if text is None else text)
        return ExceptionInfo(title, message), described

    def _cut(self, text: str) -> Any:
        return self._policy.texts.text(text, Budget(0, 0, self.limits.chars))

    def forget(self) -> None:
        """Drop what is known of live objects and texts."""
        self._policy.identities.forget()
        self._policy.texts.forget()
        self._forget_shared()

    # -- called by the native twin --------------------------------------------------------------------

    _value = pure_twin(_Capture).value
    _hides = staticmethod(hides)

    def _new_text(self, text: str) -> str | None:
        return text if self._policy.texts.is_clean(text) else None

    def _long_text(self, text: str, budget: Budget) -> tuple[Any, bool]:
        return self._policy.texts.long_text(text, budget)

    def _digest_part(self, budget: Budget, path: list[int], obj: Any) -> bytes:
        return Digester(self._policy, budget).part(path, obj)

    def _hidden_under(self, key: Any, value: Any) -> Any:
        return REDACTED if self._policy.hides_under(key, value) else value

    def _by_identity(self, obj: Any, title: str) -> Ref:
        return self._policy.identities.ref(obj, title)

    def _decide(self, kind: type) -> Decision:
        return decide(kind)

    def _readable(self, kind: type, names: tuple[str, ...]) -> bool:
        return readable(kind, names)

    def _harmless_names(self, names: tuple[str | None, ...]) -> bool:
        values = [None] * len(names)
        return self._policy.redacted_fields(names, values) is values


class NoCapture(Capture):
    """The capture of a recording without values: each is `NOT_CAPTURED`, and exceptions have their type alone."""

    _instead = NOT_CAPTURED

    def value(self, obj: Any, secrecy: Secrecy | Lookup = _NEVER) -> Any:
        """Return `NOT_CAPTURED`."""
        return NOT_CAPTURED

    def exception(self, exc: BaseException) -> tuple[ExceptionInfo, Struct]:
        """Return the type name of an exception, and `NOT_CAPTURED` for its message and its arguments."""
        title = _raw.type_name(type(exc))
        return ExceptionInfo(title, NOT_CAPTURED.text), Struct(title, ((None, NOT_CAPTURED),))
