"""What this Python does: facts about the interpreter, each named once, as a behaviour.

A fact has the question it answers, the versions where the answer is yes, and a link or a way to see it.
``tests/test_python.py`` observes each of them in the Python that runs. Other modules ask for a fact by its name and
never for a version, so a new Python is looked at in one place.
"""

from __future__ import annotations

__all__ = [
    "ASYNC_ITEM",
    "CLEARS",
    "FORKS",
    "FRAMES_KEEP_LOCALS",
    "JUMPS",
    "MATCHES_GROUP",
    "RESTORES",
    "RESUME",
    "RETURNS",
    "THROWN_INTO_SKIPS_CALLERS",
    "YIELDS",
    "in_main_interpreter",
    "monitoring",
]

import dis
import os
import sys
from importlib import import_module
from typing import Any

# -- frames -----------------------------------------------------------------------------------------------------

monitoring: Any = getattr(sys, "monitoring", None)
"""Is there `sys.monitoring`? From 3.12 on (PEP 669); else None."""

FRAMES_KEEP_LOCALS = sys.version_info < (3, 13)
"""Does a frame keep the dict that ``f_locals`` returns, and with it everything that its variables held?

Before 3.13. Since then each access makes a proxy of the variables (PEP 667, https://github.com/python/cpython/issues/74929).
To see it: ``sys._getframe().f_locals is sys._getframe().f_locals`` in a function.
"""

THROWN_INTO_SKIPS_CALLERS = sys.version_info < (3, 12)
"""Does the caller of a generator run on without a ``call`` event, when an exception thrown in ends the generator?

On 3.11: `throw` enters the innermost of generators that delegate to each other with ``yield from``; when it ends, the
evaluation of the next one continues and `sys.settrace` is not called for it.
To see it: trace ``outer.throw(KeyError)`` where ``outer`` is suspended in ``yield from inner()``.
"""

# -- instructions -----------------------------------------------------------------------------------------------

RESUME: int = dis.opmap["RESUME"]
"""The instruction at which a frame starts, and behind each yield: its argument says which."""

MATCHES_GROUP: int = dis.opmap["CHECK_EG_MATCH"]
"""The instruction of an ``except*``, which raises what it leaves over without an ``exception`` event."""

RETURNS = frozenset(dis.opmap[name] for name in ("RETURN_VALUE", "RETURN_CONST") if name in dis.opmap)
"""Where is ``f_lasti`` of a frame that returns? 3.12 and 3.13 have RETURN_CONST too."""

YIELDS = frozenset((dis.opmap["YIELD_VALUE"], RESUME))
"""Where is ``f_lasti`` of a frame that yields? At the yield; from 3.13 on at the RESUME behind it."""

CLEARS: int | None = dis.opmap.get("LOAD_FAST_AND_CLEAR")
"""The instruction with which a comprehension begins that runs in its function's frame: from 3.12 on (PEP 709)."""

RESTORES = frozenset(
    code for name, code in dis.opmap.items() if name in ("SWAP", "POP_TOP") or name.startswith("STORE_FAST")
)
"""The instructions with which it puts back what its variables hid."""

JUMPS = frozenset(
    code for name, code in dis.opmap.items() if "JUMP" in name or name in ("CACHE", "EXTENDED_ARG", "NOP", "NOT_TAKEN")
)
"""The instructions that go elsewhere and raise nothing, with what stands between them."""

# -- types without a public name -----------------------------------------------------------------------------------

ASYNC_ITEM = next((each for each in object.__subclasses__() if each.__name__ == "async_generator_wrapped_value"), None)
"""The type in which the frame of an async generator yields its items to `sys.settrace` and `sys.monitoring`.

All versions (``_PyAsyncGenWrappedValue`` in Objects/genobject.c); an await yields what it waits for as it is.
"""

# -- processes ---------------------------------------------------------------------------------------------------

FORKS = hasattr(os, "register_at_fork")
"""Can the process fork? Not on Windows."""


def in_main_interpreter() -> bool:
    """Return whether this is the main interpreter of the process, not a sub-interpreter.

    The module that answers is private and was renamed in 3.13.
    """
    for name in ("_interpreters", "_xxsubinterpreters"):
        try:
            interpreters = import_module(name)
        except ImportError:
            continue
        return bool(interpreters.get_current() == interpreters.get_main())
    return True
