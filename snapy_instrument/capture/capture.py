"""`Capture`: live value in, bounded, safe, redacted, dead plain value out.

Nothing here runs code of the user's but functions given to `register_capture`: types are compared with ``is``,
and only methods of exact builtin types are called.
"""

from __future__ import annotations

__all__ = ["Capture"]

from collections.abc import Callable
from typing import Any, ClassVar

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument._twins import pure_twin, twinned
from snapy_instrument.capture.describers.classes import readable
from snapy_instrument.capture.describers.decide import Decision, decide
from snapy_instrument.capture.limits import Limits
from snapy_instrument.capture.plain_text import failed, fields_text, message_text, only_text
from snapy_instrument.capture.policy import Policy, hides
from snapy_instrument.capture.redaction.lookups import Lookup, lookup_by
from snapy_instrument.capture.redaction.redactor import Redactor, Secrecy
from snapy_instrument.capture.strings import Budget
from snapy_instrument.capture.tables import Tables
from snapy_instrument.capture.walk import Walks
from snapy_instrument.events import ExceptionInfo
from snapy_instrument.values import REDACTED, Mark, Ref, Struct

keep_builtins(globals())

_NEVER = Secrecy.NEVER
# Made beforehand: where the stack has ended there is no room to make them.
_OUT_OF_STACK = Mark("<capture failed: RecursionError>")
_ENDED = "maximum recursion depth exceeded"
_STACK_ENDED = (ExceptionInfo("RecursionError", _ENDED), Struct("RecursionError", ((None, _ENDED),)))
_LOST = (ExceptionInfo("Exception", _OUT_OF_STACK.text), Struct("Exception", ((None, _OUT_OF_STACK),)))


@twinned
class _Capture:
    """The hot half of `Capture`: the native twin is ``native/walk.c``."""

    _clean: set[str]
    _walked: Callable[[Any], Any]

    def _use(self, tables: Tables) -> None:
        """Hold the members of ``tables``; the Python twin finds them in the policy."""

    def value(self, obj: Any, secrecy: Secrecy | Lookup = _NEVER) -> Any:
        """``obj`` as a plain value; ``secrecy`` is that of its name. Raises no Exception.

        What goes wrong in here becomes ``<capture failed: ExcType>``. An exception that a signal handler of the
        program raises meanwhile is let through.
        """
        try:
            if secrecy is _NEVER:
                kind = type(obj)
                if kind is str:
                    if obj in self._clean:
                        return obj
                elif kind is int:
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
        """Drop descriptions that are kept to be given again; here none are."""


class Capture(_Capture):
    """Makes plain values of live ones, with the identities and verdicts of one recording.

    Attributes:
        PLAIN: The `Secrecy` of names that say nothing.
        limits: How much is kept.
        secrecy: ``secrecy(name)`` decides what a parameter's name says about its values, for `value`.
        lookups: Texts that were captured and are names of secrets, for `value`: of what stands beside them.
        constructing: Ids of objects that are inside their ``__init__``: described by `bare` alone.
    """

    PLAIN: ClassVar[Secrecy] = _NEVER

    def __init__(self, limits: Limits | None = None, redactor: Redactor | None = None) -> None:
        self.limits = Limits() if limits is None else limits
        self._policy = Policy(self.limits, Redactor() if redactor is None else redactor)
        self.secrecy = self._policy.secrecy
        self.constructing = self._policy.constructing
        self.lookups = self._policy.texts.lookups
        walks = Walks(self._policy)
        self._walked, self._take_walk, self._give_walk = walks.value, walks.take, walks.give
        self._clean = self._policy.tables.clean
        self._use(self._policy.tables)

    def bare(self, obj: Any) -> Ref:
        """``obj`` by type and identity alone."""
        return self._policy.identities.ref(obj, _raw.type_name(type(obj)))

    def is_secret(self, name: str) -> bool:
        """Some values called ``name`` are redacted; `secrecy` tells which."""
        return self.secrecy(name) is not _NEVER

    def lookup_by(self, descriptor: Any) -> Lookup | None:
        """What a descriptor gives and takes, where it keeps the name of a secret."""
        return lookup_by(descriptor, self._policy.secrecy)

    def exception(self, exc: BaseException) -> tuple[ExceptionInfo, Struct]:
        """Type name and message, and the description; ``__str__`` is not called. Raises no Exception.

        That the stack ended is told in one way, whatever the interpreter was doing then.
        """
        try:
            if type(exc) is RecursionError:
                args = exc.args
                if len(args) == 1 and type(args[0]) is str and args[0][: len(_ENDED)] == _ENDED:
                    return _STACK_ENDED
            return self._told(exc)
        except RecursionError:
            return _STACK_ENDED if type(exc) is RecursionError else _LOST
        except Exception as error:
            failed(error)
            return _LOST

    def _told(self, exc: BaseException) -> tuple[ExceptionInfo, Struct]:
        title = _raw.type_name(type(exc))
        described = self.value(exc)
        if type(described) is not Struct:
            described = Struct(title, ((None, described),))
        text = only_text(described)
        message = message_text(self._cut(fields_text(described)) if text is None else text)
        return ExceptionInfo(title, message), described

    def _cut(self, text: str) -> Any:
        return self._policy.texts.text(text, Budget(0, 0, self.limits.chars))

    def forget(self) -> None:
        """Drop all that is known of live objects and texts."""
        self._policy.identities.forget()
        self._policy.texts.forget()
        self._forget_shared()

    # -- what the native twin asks for --------------------------------------------------------------------

    _value = pure_twin(_Capture).value
    _hides = staticmethod(hides)

    def _new_text(self, text: str) -> str | None:
        return text if self._policy.texts.is_clean(text) else None

    def _by_identity(self, obj: Any, title: str) -> Ref:
        return self._policy.identities.ref(obj, title)

    def _decide(self, kind: type) -> Decision:
        return decide(kind)

    def _readable(self, kind: type, names: tuple[str, ...]) -> bool:
        return readable(kind, names)

    def _harmless_names(self, names: tuple[str | None, ...]) -> bool:
        values = [None] * len(names)
        return self._policy.redacted_fields(names, values) is values
