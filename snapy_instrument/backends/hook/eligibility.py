"""Which functions may have a proxy, and the reason why one may not.

A function left alone is covered by a frame backend where one runs; the hook's report names it with the reason.
The rules come from running other projects' test suites under the hook (docs/design.md has the figures).
"""

from __future__ import annotations

__all__ = ["FRAME_WORDS", "is_delicate_class", "is_safe_special", "looks_at_frames", "refusal"]

import enum
from types import CodeType

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.backends.base import wanted_code

keep_builtins(globals())

_OPERATORS = (
    "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or "
    "radd rsub rmul rmatmul rtruediv rfloordiv rmod rdivmod rpow rlshift rrshift rand rxor ror "
    "iadd isub imul imatmul itruediv ifloordiv imod ipow ilshift irshift iand ixor ior "
    "neg pos abs invert"
).split()
# Wrapping all special methods changed 1,330 outcomes in starlette's own suite, wrapping these none: a proxy of
# `__instancecheck__` or `__subclasshook__` is asked by `isinstance`, and never returns.
_SAFE_SPECIAL = frozenset(
    {"__init__", "__post_init__", "__call__", "__enter__", "__exit__", "__aenter__", "__aexit__"}
    | {f"__{name}__" for name in _OPERATORS}
)

# Code with one of these names looks at the frames above it, and a proxy of pure Python is one frame more.
FRAME_WORDS = frozenset(
    {
        "_getframe",
        "_getframemodulename",
        "currentframe",
        "extract_stack",
        "f_back",
        "format_stack",
        "getouterframes",
        "print_stack",
        "tb_next",
        "walk_stack",
    }
)


def is_safe_special(name: str) -> bool:
    """Return whether a special method may have a proxy."""
    return name in _SAFE_SPECIAL


def refusal(code: CodeType) -> str | None:
    """Return why the function made of ``code`` gets no proxy, None where it may have one."""
    name = code.co_name
    if not wanted_code(code):
        return "written by a library, not in the source"
    if name.startswith("__") and name.endswith("__") and not is_safe_special(name):
        return "special method: Python calls it behind the program's back"
    # Left to a frame backend, 6 outcomes of 12,230 changed in the nine suites that notice most (docs/design.md).
    if looks_at_frames(code):
        return "looks at the frames of its callers"
    return None


def looks_at_frames(code: CodeType) -> bool:
    """Return whether the code names an attribute or function that finds the frames above it."""
    names = code.co_names
    # `stack` alone is the name of many other things.
    return not FRAME_WORDS.isdisjoint(names) or ("stack" in names and "inspect" in names)


def is_delicate_class(owner: type) -> bool:
    """Return whether special methods of the class get no proxy: a metaclass, a Protocol, an Enum, a named tuple."""
    mro = _raw.mro(owner)
    # Python, typing and enum call the methods of these while the class is being made.
    if type in mro or enum.Enum in mro:
        return True
    members = _raw.class_namespace(owner)
    return bool(members.get("_is_protocol")) or (tuple in mro and "_fields" in members)
