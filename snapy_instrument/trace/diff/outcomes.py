"""The outcome of a call in both texts, and the kind of its change."""

from __future__ import annotations

__all__ = ["Outcome", "ending", "follows", "kind_of_change"]

from typing import NamedTuple


class Outcome(NamedTuple):
    """The end of a call: ``text`` is its result, or the exception if ``raised``."""

    raised: bool
    text: str

    @property
    def passes(self) -> bool:
        """Whether the exception came from a call inside this one."""
        return self.raised and self.text.startswith("^")

    @property
    def type_name(self) -> str:
        """The type of the exception."""
        return self.text.removeprefix("^").partition("(")[0]


def ending(outcome: str, level: str) -> Outcome:
    """Return the outcome that ``-> 3``, ``raises ValueError('x')`` or an empty text represents at this level."""
    verb, _, text = outcome.partition(" ")
    if not verb:
        return Outcome(False, "" if level == "minimal" else "None")
    return Outcome(verb == "raises", text)


def kind_of_change(old: Outcome, new: Outcome) -> str:
    """Return the kind of the change from ``old`` to ``new``."""
    if old.raised and new.raised:
        return "exception"
    if new.raised:
        return "raises"
    return "no longer raises" if old.raised else "result"


def follows(old: Outcome, new: Outcome) -> bool:
    """Return whether the change is expected after something inside the call, or one of its arguments, changed.

    An exception that begins or ends here is a change of its own.
    """
    if old.raised and new.raised:
        return new.passes or old.type_name == new.type_name
    if old.raised or new.raised:
        return old.passes or new.passes
    return True
