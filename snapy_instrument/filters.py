"""`ModuleFilter` decides which functions are traced; it is made once from patterns and explains its decisions.

``myapp.*`` is a package with all below it (``*`` is any text, dots too), ``myapp.orders`` one module,
``myapp.orders:Order.*`` functions by their qualified name, ``re:…`` or a compiled regex is searched in the
module name, ``!…`` excludes and always wins. No patterns at all mean *your code*, see ``your_code``.
"""

from __future__ import annotations

__all__ = ["ModuleFilter", "your_code"]

import os
import re
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument._file_paths import absolute, resolved
from snapy_instrument._patterns import Pattern, Patterns

keep_builtins(globals())

_US = __name__.partition(".")[0]
_STDLIB = "the standard library"
_INSTALLED = "site-packages"
_NO_FILE = frozenset({"", "built-in", "frozen"})  # an import spec has the last two as its origin
_SEPARATOR = re.compile(r"[\\/]")
_CACHE_SIZE = 8192


def _paths(filename: str) -> tuple[str, ...]:
    """Return ``filename`` made absolute, as spelled and with links followed (an installer may link either way)."""
    try:
        return absolute(filename), resolved(filename)
    except (OSError, ValueError):  # the working directory is gone, or the name holds a null character
        return (filename,)


def _roots() -> tuple[tuple[str, str], ...]:
    """Return folders, each with its owner."""
    # Without site.getsitepackages(): on Windows it names sys.prefix, which may hold a project.
    folders = [(os.path.dirname(__file__), _US)]
    folders += [(sysconfig.get_path(name), _INSTALLED) for name in ("purelib", "platlib")]
    folders += [(sysconfig.get_path(name), _STDLIB) for name in ("stdlib", "platstdlib")]
    return tuple((path + os.sep, owner) for folder, owner in folders for path in _paths(folder))


_ROOTS = _roots()


@lru_cache(maxsize=_CACHE_SIZE)
def _owner_of_file(filename: str) -> str:
    paths = _paths(filename)
    owners = {owner for root, owner in _ROOTS for path in paths if path.startswith(root)}
    if any({"site-packages", "dist-packages"}.intersection(_SEPARATOR.split(path)) for path in paths):
        owners.add(_INSTALLED)
    return next((owner for owner in (_US, _INSTALLED, _STDLIB) if owner in owners), "")


def _file_of(module: str) -> str:
    found = sys.modules.get(module)
    # Code exec'ed as "__main__" is not the pytest command that happens to be that module.
    if module == "__main__" or not issubclass(type(found), ModuleType):
        return ""
    file = _raw.module_attribute(module, "__file__")
    return file if type(file) is str else ""


def _inside(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def _owner(module: str, filename: str) -> str:
    """Return whose code it is: this library's name, the standard library, site-packages, or "" for the user's."""
    if _inside(module, _US):
        return _US
    if filename.startswith("<frozen "):
        return _STDLIB
    if not filename.startswith("<") and filename not in _NO_FILE:
        return _owner_of_file(filename)
    if file := _file_of(module):  # generated code (of a dataclass) belongs to the module that it was made for
        return _owner_of_file(file)
    # namedtuple runs its generated functions in a namespace of this name, for which there is no module.
    standard = module.partition(".")[0] in sys.stdlib_module_names or module.startswith("namedtuple_")
    return _STDLIB if standard else ""


def your_code(filename: str, module: str = "") -> bool:
    """Return whether code is the user's: not the standard library, not installed in site-packages, not this library.

    The file decides; code without one (``<string>``, ``<stdin>``) goes by ``module``, and is the user's
    unless that module is not.
    """
    return not _owner(module, filename)


@dataclass(frozen=True)
class _Rules:
    """The patterns of one filter, in the order given."""

    patterns: tuple[Pattern, ...]

    @classmethod
    def parse(cls, given: Patterns | None) -> _Rules:
        if isinstance(given, str):
            given = given.split()
        elif not isinstance(given, Iterable):
            given = () if given is None else (given,)
        return cls(tuple(map(Pattern.parse, given)))

    def exclude(self, module: str, qualname: str | None) -> Pattern | None:
        return next((p for p in self.patterns if p.exclude and p.matches(module, qualname)), None)

    def include(self, module: str, qualname: str | None) -> Pattern | None:
        # Our proxies are subclasses of wrapt's: "*" means the program, only a pattern with "wrapt" in it means wrapt.
        named = "wrapt" if _inside(module, "wrapt") else ""
        asking = (p for p in self.patterns if not p.exclude and named in p.text)
        return next((p for p in asking if p.matches(module, qualname)), None)

    def decide(self, module: str, qualname: str | None, filename: str) -> tuple[bool, str]:
        """Return whether it is traced, and the reason as the end of a sentence."""
        owner = _owner(module, filename)
        if owner == _US:
            return False, f"it belongs to {_US}, which never traces itself"
        if pattern := self.exclude(module, qualname):
            return False, f"{pattern.text!r} excludes it"
        if pattern := self.include(module, qualname):
            return True, f"{pattern.text!r} includes it"
        if _inside(module, "wrapt"):
            return False, "it belongs to wrapt and no pattern names wrapt"
        if not all(p.exclude for p in self.patterns):
            return False, "no pattern includes it"
        if self.patterns:
            return True, "there are only excludes and none hits it"
        if owner:
            return False, f"it belongs to {owner} and no pattern includes it"
        return True, "it is your code"


class ModuleFilter:
    """A decision which functions are traced; made from patterns and never changed.

    A string is split on whitespace; None and an empty list mean ``your_code``, excludes alone everything else.
    Never matched: this library, and wrapt unless a pattern names it. A bad pattern is a ValueError.
    ``a | b`` matches what ``a`` or ``b`` matches on its own.
    """

    def __init__(self, patterns: Patterns | None = None) -> None:
        self._use((_Rules.parse(patterns),))

    def _use(self, rules: tuple[_Rules, ...]) -> ModuleFilter:
        self._rules = rules
        self._by_qualname = any(p.qualname for r in rules for p in r.patterns)
        self._known: dict[tuple[str, str, str], bool] = {}
        return self

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns as texts, in the order given; a compiled regex as ``re:…``."""
        return tuple(p.text for r in self._rules for p in r.patterns)

    def matches_module(self, module: str, filename: str = "") -> bool:
        """Return whether a function of ``module`` could match: an include reaches it, no exclude covers it whole."""
        return any(r.decide(module, None, filename)[0] for r in self._rules)

    def matches(self, module: str, qualname: str = "", filename: str = "") -> bool:
        """Return whether one function is traced; the answer is cached."""
        key = (module, qualname if self._by_qualname else "", filename)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _CACHE_SIZE:
                self._known.clear()
            known = self._known[key] = any(r.decide(module, qualname, filename)[0] for r in self._rules)
        return known

    def excludes(self, module: str, qualname: str = "") -> bool:
        """Return whether a ``!`` pattern matches; of joined filters, one in each."""
        return all(r.exclude(module, qualname) for r in self._rules)

    def explain(self, module: str, qualname: str = "", filename: str = "") -> str:
        """Return one sentence: whether a function is traced, and the pattern or rule that decided it."""
        name = f"{module}:{qualname}" if qualname else module
        answers = [r.decide(module, qualname, filename) for r in self._rules]
        traced = any(yes for yes, _ in answers)
        reasons = dict.fromkeys(why for yes, why in answers if yes is traced)
        return f"{name} is {'traced' if traced else 'left out'}: {'; '.join(reasons)}"

    def unmatched(self, modules: Iterable[str]) -> tuple[str, ...]:
        """Return the include patterns that reach none of ``modules``, in the order given."""
        names = tuple(modules)
        includes = [p for r in self._rules for p in r.patterns if not p.exclude]
        return tuple(p.text for p in includes if not any(p.matches(name, None) for name in names))

    def __or__(self, other: ModuleFilter) -> ModuleFilter:
        if not isinstance(other, ModuleFilter):
            return NotImplemented
        return _joined(tuple(dict.fromkeys(self._rules + other._rules)))

    def _sets(self) -> frozenset[frozenset[str]]:
        return frozenset(frozenset(p.text for p in r.patterns) for r in self._rules)

    def __eq__(self, other: object) -> bool:
        return self._sets() == other._sets() if isinstance(other, ModuleFilter) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._sets())

    def __reduce__(self) -> tuple[object, ...]:
        return _joined, (self._rules,)  # without the cached answers

    def __repr__(self) -> str:
        return " | ".join(f"ModuleFilter({[p.text for p in r.patterns] or ''})" for r in self._rules)


def _joined(rules: tuple[_Rules, ...]) -> ModuleFilter:
    return ModuleFilter()._use(rules)
