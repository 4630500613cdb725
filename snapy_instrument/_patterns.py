"""Patterns that choose functions and calls: the one type behind `ModuleFilter`, call selections and exclusions.

``shop.orders`` is one dotted name, ``*`` in it any text (dots too), and a final ``.*`` may be absent: ``shop.*`` is
``shop`` with all below it. ``module:qualname`` names the module and the function apart. ``re:…`` or a compiled regex is
searched in the name. ``!`` in front makes an exclude.
"""

from __future__ import annotations

__all__ = ["GivenPattern", "Pattern", "Patterns", "flags_text"]

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from snapy_instrument._builtins import keep_builtins

keep_builtins(globals())

GivenPattern: TypeAlias = str | re.Pattern[str]
"""A pattern as a user writes it."""
Patterns: TypeAlias = GivenPattern | Iterable[GivenPattern]
"""One pattern or several, as a user writes them."""

_FLAGS = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s", re.VERBOSE: "x", re.ASCII: "a"}


@dataclass(frozen=True)
class Pattern:
    """One pattern, checked and compiled.

    Attributes:
        text: The pattern as text; a compiled regex as ``re:…`` with its flags written in.
        exclude: Whether it begins with ``!``.
        name: Matches the dotted name; of ``module:qualname`` the module's.
        qualname: Matches the qualified name of a function; None where it was not named, or is ``*``.
        in_module: Whether it was written as ``module:qualname``.
    """

    text: str
    exclude: bool
    name: re.Pattern[str]
    qualname: re.Pattern[str] | None = None
    in_module: bool = False

    @classmethod
    def parse(cls, given: object, *, of_calls: bool = False) -> Pattern:
        """Return the pattern that ``given`` describes.

        Args:
            given: A string or a compiled regex.
            of_calls: Whether it is matched with full names of calls, such as ``shop.pay.<locals>.retry``. Names of
                modules have no such brackets.

        Raises:
            ValueError: It is malformed; the message quotes it and says what to write instead.
        """
        text = _text(given)
        body = text.removeprefix("!")
        exclude = body != text
        if body.startswith("re:"):
            return cls(text, exclude, _regex(given, body.removeprefix("re:")))
        if why := _fault(body, "<>" if of_calls and ":" not in body else ""):
            raise _bad(given, why)
        name, colon, qualname = body.partition(":")
        functions = None if qualname in ("", "*") else _glob(qualname)
        return cls(text, exclude, _glob(name), functions, bool(colon))

    @property
    def body(self) -> str:
        """Its text without ``!``."""
        return self.text.removeprefix("!")

    def matches(self, module: str, qualname: str | None) -> bool:
        """Return whether it matches a function by the name of its module.

        Without a ``qualname``: whether an include matches some function of the module, an exclude every one.
        """
        if self.qualname is None or not self.name.search(module):
            return self.name.search(module) is not None
        if qualname is None:
            return not self.exclude
        return self.qualname.search(qualname) is not None

    def matches_call(self, module: str, name: str) -> bool:
        """Return whether it matches a call by its full name ``name``, which begins with the name of its ``module``."""
        if self.in_module:
            return self.matches(module, name.removeprefix(f"{module}."))
        return self.name.search(name) is not None


def flags_text(regex: re.Pattern[str]) -> str:
    """Return the flags of a compiled regex as its text can hold them: ``(?im)``, or nothing."""
    letters = "".join(letter for flag, letter in _FLAGS.items() if regex.flags & flag)
    return f"(?{letters})" if letters else ""


def _bad(given: object, why: str) -> ValueError:
    return ValueError(f"bad pattern {given!r}: {why}")


def _fault(names: str, brackets: str) -> str:
    """Say what is wrong with ``name`` or ``module:qualname``, and what to write instead; "" where nothing is."""
    if not names:
        return 'it names nothing; write a module name such as "myapp.*", or leave the pattern out'
    if names.startswith("!"):
        return 'an exclude cannot be excluded; write a single "!"'
    if any(map(str.isspace, names)):
        return "it has whitespace inside; give several patterns as a list, one pattern an item"
    if names.count(":") > 1:
        return 'it has more than one ":"; write "module:qualname"'
    for name, more in zip(names.split(":"), (brackets, "<>"), strict=False):
        if odd := sorted({c for c in name if c not in "*." + more and not ("a" + c).isidentifier()}):
            return f'{"".join(odd)!r} cannot be in a dotted name; write "*" there, or a regex after "re:"'
        if "" in name.split("."):
            return 'a name is missing beside "." or ":"; write "package.module" or "module:qualname"'
    return ""


def _glob(text: str) -> re.Pattern[str]:
    """Return a regex for a whole name: ``*`` is any text, and a final ``.*`` may be absent."""
    text = re.sub(r"\*+", "*", text)
    stem = text.removesuffix(".*")
    body = ".*".join(map(re.escape, stem.split("*")))
    below = "" if stem == text else r"(?:\..*)?"
    return re.compile(rf"\A{body}{below}\Z", re.DOTALL)


def _regex(given: object, text: str) -> re.Pattern[str]:
    if not text or text[0].isspace():
        raise _bad(given, 'no regex follows "re:" at once; write one, e.g. "re:^plugins\\.", or "*" for all')
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise _bad(given, f"the regex does not compile ({error}); mend it, or use a glob") from error


def _text(given: object) -> str:
    if isinstance(given, str):
        return given.strip()
    if not isinstance(given, re.Pattern) or not isinstance(given.pattern, str):
        raise _bad(given, 'it is not a string or a compiled regex of str; write e.g. "myapp.*"')
    inline = flags_text(given)
    return f"re:{inline}{given.pattern.removeprefix(inline)}"
