"""The finder that is first in ``sys.meta_path``, and the hooks it serves."""

from __future__ import annotations

__all__ = ["Finder", "Loads", "finder"]

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Protocol

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.backends.hook.compiling import set_announced
from snapy_instrument.backends.hook.definitions import announced
from snapy_instrument.backends.hook.loader import HookLoader, is_pytest_loader
from snapy_instrument.filters import ModuleFilter

keep_builtins(globals())


class Loads(Protocol):
    """A hook, as the finder knows it."""

    filter: ModuleFilter

    def load(self, spec: ModuleSpec) -> None:
        """Put the hook's loader into ``spec``, or note why not."""

    def catch_up(self) -> None:
        """Wrap in place what an earlier finder kept from the hook."""


class Finder:
    """Asks every other finder and lets the first hook that matches load what they find."""

    def __init__(self) -> None:
        self.hooks: tuple[Any, ...] = ()

    def add(self, hook: Loads) -> None:
        """Serve ``hook``, after those that came before it."""
        # A new tuple each time: an import in another thread goes through the old one to its end.
        self.hooks = (*self.hooks, hook)
        set_announced(announced)
        # After `set_announced`: an import that begins right now in another thread needs it.
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def remove(self, hook: Loads) -> None:
        """Serve ``hook`` no longer; with the last one, leave ``sys.meta_path``."""
        self.hooks = tuple(each for each in self.hooks if each is not hook)
        if not self.hooks:
            set_announced(None)
            if self in sys.meta_path:
                sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return what the other finders find, with a hook's loader where one matches; None where none does."""
        self._stay_first()
        # By its name alone: most imports are of modules that no hook wants, and cost this line.
        hook = next((each for each in self.hooks if each.filter.matches_module(fullname)), None)
        if hook is None:
            return None
        spec = self._ask_others(fullname, path, target)
        loader: Any = None if spec is None else spec.loader
        if spec is None or type(loader) is HookLoader:
            return spec
        if hasattr(loader, "exec_module") and hook.filter.matches_module(fullname, spec.origin or ""):
            hook.load(spec)
        return spec

    def _stay_first(self) -> None:
        # pytest puts its finder before ours when it starts in a process that has a hook, and finds modules by itself,
        # so it would keep them from us. Other finders keep their place: their owners may take them out by index.
        path = sys.meta_path
        if path[0] is self or self not in path:
            return
        if all(is_pytest_loader(each) or _is_ours(each) for each in path[: path.index(self)]):
            path.remove(self)
            path.insert(0, self)
            for hook in self.hooks:
                hook.catch_up()

    def _ask_others(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
        for finder in sys.meta_path:
            # As importlib asks them: a finder of an old kind has no `find_spec` and is passed over.
            find_spec = None if finder is self else getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find_spec(fullname, path, target) if find_spec is not None else None
            if spec is not None:
                return spec
        return None


def _is_ours(finder: Any) -> bool:
    """Return whether it is the finder that the pytest plugin puts before pytest's, for our own modules."""
    return _raw.module_of(type(finder)).partition(".")[0] == __name__.partition(".")[0]


finder = Finder()
"""The one finder of the process."""
