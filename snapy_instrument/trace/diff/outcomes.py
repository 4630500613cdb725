"""How a call ended, on both sides."""

from __future__ import annotations

__all__ = ["Outcome", "ending", "follows", "kind_of_change"]

from typing import NamedTuple


class Outcome(NamedTuple):
    """The end of a call: ``text`` is its result, or the exception if ``raised``."""

    raised: bool
    text: str

    @property
    def passes(self) -> bool:
        """Whether an exception of a call inside went on through this one."""
        return self.raised and self.text.startswith("^")

    @property
    def type_name(self) -> str:
        """The type of the exception."""
        return self.text.removeprefix("^").partition("(")[0]


def ending(outcome: str, level: str) -> Outcome:
    """What ``-> 3`` and ``raises ValueError('x')`` say, and nothing at all at this level."""
    verb, _, text = outcome.partition(" ")
    if not verb:
        return Outcome(False, "" if level == "minimal" else "None")
    return Outcome(verb == "raises", text)


def kind_of_change(old: Outcome, new: Outcome) -> str:
    """The kind of the change from ``old`` to ``new``."""
    if old.raised and new.raised:
        return "exception"
    if new.raised:
        return "raises"
    return "no longer raises" if old.raised else "result"


def follows(old: Outcome, new: Outcome) -> bool:
    """Whether the change is what one expects where something inside the call, or its arguments, changed.

    An exception that begins or ends here is a change of its own.
    """
    if old.raised and new.raised:
        return new.passes or old.type_name == new.type_name
    if old.raised or new.raised:
        return old.passes or new.passes
    return True
