"""Why a function is recorded or not, and why a trace is empty, in sentences."""

from __future__ import annotations

__all__ = ["MOST_REFUSED", "Refused", "empty_reasons", "function_reasons", "parted", "refused_with"]

import re
import sys
from collections import Counter
from collections.abc import Hashable
from difflib import get_close_matches
from types import ModuleType

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument._words import count
from snapy_instrument.backends.hook.hook import installed_hooks
from snapy_instrument.filters import ModuleFilter

keep_builtins(globals())

Refused = set[tuple[str, str, str]]
"""Module, qualified name and file of functions that a decision left out."""

MOST_REFUSED = 10_000
_MOST_DECISIONS = 64
_CLOSE = 0.7
# What runs in every test, whatever it tests.
_TEST_TOOLS = frozenset({"_pytest", "pluggy", "pytest", "syrupy", "xdist", "execnet"})

# By decision: backends ask once for each code object, so a later tracer with the same patterns is not asked again.
_refused: dict[Hashable, Refused] = {}


def refused_with(decision: Hashable) -> Refused:
    """Return the set of what tracers with the same patterns left out, to be filled; it is shared among them."""
    if decision not in _refused and len(_refused) >= _MOST_DECISIONS:
        _refused.pop(next(iter(_refused)), None)
    return _refused.setdefault(decision, set())


def empty_reasons(chosen: ModuleFilter, refused: Refused) -> list[str]:
    """Return why nothing was recorded: patterns without a module, with what was meant, and what was left out."""
    names = list(sys.modules)
    reasons = [f"no module matched {pattern!r}{_guess(pattern, names)}" for pattern in chosen.unmatched(names)]
    installed: Counter[str] = Counter()
    for module, qualname, filename in list(refused):
        package = module.partition(".")[0]
        if package not in _TEST_TOOLS and "belongs to site-packages" in chosen.explain(module, qualname, filename):
            installed[package] += 1
    for package, number in installed.most_common(1):
        left_out = f"{count(number, 'function')} of {package} {'was' if number == 1 else 'were'} left out"
        reasons.append(f"{left_out} because site-packages is; include '{package}.*'")
    if not reasons:
        patterns = ", ".join(map(repr, chosen.patterns)) or "your code"
        reasons.append(f"no function of {patterns} was called in the block, or only in another process")
    return reasons


def function_reasons(module: str, qualname: str, chosen: ModuleFilter, seen_by: str) -> str:
    """Return what is known of a function, in one line: chosen or not, imported or not, wrapped or not.

    Args:
        module, qualname: As `parted` returns them.
        chosen: What chooses the functions.
        seen_by: How calls without a proxy are seen.
    """
    found = sys.modules.get(module)
    filename = _raw.module_attribute(module, "__file__")
    filename = filename if type(filename) is str else ""
    answers = [chosen.explain(module, qualname, filename)]
    if found is None:
        answers.append(f"the module {module} is not imported{_guess(module, list(sys.modules))}")
    elif qualname and not _exists(found, qualname):
        answers.append(f"the module {module} has no {qualname}")
    elif chosen.matches(module, qualname, filename):
        answers.append(_wrapping(f"{module}:{qualname}", seen_by))
    return "; ".join(answers)


def _wrapping(name: str, seen_by: str) -> str:
    answers = [hook.report().why_not(name) for hook in installed_hooks()]
    wrapped = next((answer for answer in answers if answer.startswith("it is")), None)
    if wrapped is not None:
        return wrapped
    return f"{answers[0] if answers else 'it has no proxy: no hook is installed'}; {seen_by}"


def parted(name: str) -> tuple[str, str]:
    """Return module and qualified name of ``module:qualname``; without a colon the longest imported module counts."""
    module, colon, qualname = name.partition(":")
    if colon:
        return module, qualname
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        if module in sys.modules:
            return module, ".".join(parts[length:])
    return name, ""


def _exists(module: object, qualname: str) -> bool:
    """Return whether a module or class holds a function of that name; what only runs create is taken to exist."""
    if not isinstance(module, ModuleType):
        return True
    held = _raw.module_namespace(module) or {}
    for name in qualname.split("."):
        if name == "<locals>":
            return True
        value = held.get(name, _raw.MISSING)
        if value is _raw.MISSING:
            return False
        held = _raw.class_namespace(value) if _raw.inherits(type(value), type) else {}
    return True


def _guess(pattern: str, names: list[str]) -> str:
    """Return ``; did you mean 'docutils.*'?`` if an imported module has a name like the one in ``pattern``."""
    if pattern.startswith("re:"):
        return ""
    stem = re.split(r"[*:]", pattern)[0].rstrip(".")
    found = get_close_matches(stem, names, 1, _CLOSE) if stem else []
    return f"; did you mean {pattern.replace(stem, found[0], 1)!r}?" if found and found[0] != stem else ""
