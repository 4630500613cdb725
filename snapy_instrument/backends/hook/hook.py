"""The import hook: `install_hook`, and the handle that it returns."""

from __future__ import annotations

__all__ = [
    "Hook",
    "HookReport",
    "can_be_found",
    "hooked_filter",
    "imported_early",
    "install_hook",
    "installed_hooks",
    "top_level_name",
]

import importlib.util
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from importlib.machinery import ModuleSpec
from types import ModuleType, TracebackType
from typing import Any, Literal

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.backends.hook.definitions import Definitions
from snapy_instrument.backends.hook.finder import finder
from snapy_instrument.backends.hook.hook_report import HookReport
from snapy_instrument.backends.hook.ledger import Ledger
from snapy_instrument.backends.hook.loader import HookLoader, is_pytest_loader, refuse_loader
from snapy_instrument.backends.hook.wrapping import held_elsewhere, unwrap_everywhere, wrap_module
from snapy_instrument.errors import SnapyError, warn
from snapy_instrument.filters import ModuleFilter
from snapy_instrument.recording.sites import Site

keep_builtins(globals())

AlreadyImported = Literal["wrap", "warn", "error"]
_MOST_NAMES = 5
_WAYS = ("wrap", "warn", "error")


class Hook:
    """A handle on an installed hook; as a context manager it uninstalls itself at the end."""

    def __init__(self, patterns: ModuleFilter) -> None:
        self.filter = patterns
        self._ledger = Ledger()
        self._gone = False

    def __enter__(self) -> Hook:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.uninstall()

    def __repr__(self) -> str:
        state = "installed" if self.installed else "uninstalled"
        return f"<Hook {' '.join(self.filter.patterns)} {state}>"

    @property
    def installed(self) -> bool:
        """Whether the hook wraps what is imported from now on."""
        return self._ledger.active

    def uninstall(self) -> None:
        """Put every original back. A second call does nothing."""
        try:
            self._undo()
        finally:
            # An exception of a signal handler may have stopped the first. Each step may be repeated.
            self._undo()

    def _undo(self) -> None:
        if self._gone:
            return
        finder.remove(self)
        if self._ledger.active:
            for heir in finder.hooks:
                heir._inherit(self._ledger)
            # After the heirs have taken over: a function that is defined right now finds one of the two.
            self._ledger.active = False
        self._ledger.originals.clear()
        # Two hooks may match one function, which has one proxy: it stays as long as one of them is installed.
        kept = {name for hook in finder.hooks for name in hook._ledger.wrapped}
        unwrap_everywhere(self._ledger.wrapped - kept)
        self._gone = True

    def report(self) -> HookReport:
        """Return what is wrapped, what is not and why."""
        ledger = self._ledger
        return HookReport(
            dict(sorted(ledger.modules.items())),
            tuple(sorted(ledger.wrapped)),
            dict(sorted({**self._passed_by(), **ledger.refused, **held_elsewhere(ledger)}.items())),
            self.filter.unmatched(ledger.modules),
        )

    def load(self, spec: ModuleSpec) -> None:
        """Put the loader that wraps into ``spec``, or note why the module keeps its own."""
        loader: Any = spec.loader
        reason = refuse_loader(loader, spec.name)
        if reason is not None:
            self._ledger.refused[spec.name] = reason
            return
        definitions = Definitions(self._accepts, self._ledger)
        made: Any = HookLoader(loader, definitions, self._begin, self._finish)
        spec.loader = made

    def _begin(self, module: str) -> None:
        # Not when it is found: code that only looks for a module never runs it.
        self._ledger.modules[module] = "defined"

    def _finish(self, module: ModuleType) -> None:
        wrap_module(module, self._accepts, self._ledger, aliases=False)

    def catch_up(self) -> None:
        """Wrap in place the modules that pytest's finder loaded while it was before the hook's."""
        for name in self._passed_by():
            module = sys.modules.get(name)
            spec = module.__dict__.get("__spec__") if module is not None else None
            # A module that is still running has only some of its functions.
            if module is not None and self._is_early(name) and not getattr(spec, "_initializing", False):
                wrap_module(module, self._accepts, self._ledger, aliases=True)

    def _passed_by(self) -> dict[str, str]:
        """Return the modules that match and that the hook was not asked for, with the finder that loaded them."""
        ledger = self._ledger
        if not ledger.active:
            return {}
        found = {}
        # A copy: another thread may import meanwhile.
        for name, module in list(sys.modules.items()):
            if name in ledger.modules or name in ledger.refused or type(module) is not ModuleType:
                continue
            loader = getattr(module.__dict__.get("__spec__"), "loader", None)
            if (is_pytest_loader(loader) or _is_in(sys.meta_path, loader)) and self._hooks(name):
                found[name] = f"its finder, a {type(loader).__name__}, was before the hook in sys.meta_path"
        return found

    def _inherit(self, ledger: Ledger) -> None:
        """Take over what a hook that is being uninstalled wrapped and this one matches too."""
        shared = [name for name in ledger.wrapped if self.filter.matches(*name.split(":", 1))]
        self._ledger.wrapped.update(shared)
        self._ledger.modules.update((name, way) for name, way in ledger.modules.items() if self._hooks(name))
        if not any(each is self._ledger for each in ledger.heirs):
            ledger.heirs.append(self._ledger)

    def _hooks(self, module: str) -> bool:
        return self.filter.matches_module(module, getattr(sys.modules.get(module), "__file__", None) or "")

    def _accepts(self, site: Site) -> bool:
        return self.filter.matches(site.module, site.qualname, site.filename)

    def _wrap_imported(self, already_imported: AlreadyImported) -> None:
        early = [name for name in sorted(sys.modules) if self._is_early(name)]
        if not early:
            return
        if already_imported == "error":
            raise SnapyError(imported_early(early))
        if already_imported == "warn":
            warn("imported-early", imported_early(early), stacklevel=3)
            return
        for name in early:
            wrap_module(sys.modules[name], self._accepts, self._ledger, aliases=True)

    def _is_early(self, name: str) -> bool:
        module = sys.modules.get(name)
        # Modules of other classes may be lazy, and would be loaded by a look at them.
        if type(module) is not ModuleType:
            return False
        # Through the namespace: a module may define `__getattr__`, and that is the program's code.
        spec = module.__dict__.get("__spec__")
        filename = module.__dict__.get("__file__") or ""
        if not self.filter.matches_module(name, filename):
            return False
        reason = refuse_loader(getattr(spec, "loader", None), name)
        if reason is not None:
            self._ledger.refused[name] = reason
        return reason is None


def _is_in(finders: Iterable[object], loader: object) -> bool:
    return any(each is loader for each in finders)


def install_hook(
    patterns: Iterable[str | re.Pattern[str]] | str,
    *,
    already_imported: AlreadyImported = "wrap",
) -> Hook:
    """Wrap the functions of every module that ``patterns`` match, from now on.

    Args:
        patterns: Include and ``!exclude`` patterns, see `ModuleFilter`.
        already_imported: What to do about matching modules that were imported before: "wrap" them in place with
            the names other modules bind to their functions, "warn", or raise an "error".

    Returns:
        The hook's handle. ``uninstall()`` puts every original back; ``with install_hook(...):`` does so at the end.

    Raises:
        ValueError: A pattern or ``already_imported`` is malformed.
        SnapyError: With ``already_imported="error"``, a matching module was imported before.
    """
    if already_imported not in _WAYS:
        raise ValueError(f"already_imported={already_imported!r} is not one of {', '.join(map(repr, _WAYS))}")
    chosen = ModuleFilter(patterns)
    hook = Hook(chosen)
    with ExitStack() as undo:
        # Undone before it is done: the first step may raise half way, and uninstalling twice does no harm.
        undo.callback(hook.uninstall)
        hook._wrap_imported(already_imported)
        finder.add(hook)
        for name in _unknown_modules(chosen):
            warn(
                "hook-unknown-module",
                f"no module named {name!r} can be found now; the hook waits for it (is the name right, is its "
                "folder on sys.path?)",
            )
        undo.pop_all()
    return hook


def installed_hooks() -> tuple[Hook, ...]:
    """Return the hooks, in the order in which they were installed."""
    return finder.hooks


def hooked_filter() -> ModuleFilter | None:
    """Return what the installed hooks match together, None where none is installed."""
    hooks = finder.hooks
    if not hooks:
        return None
    union: ModuleFilter = hooks[0].filter
    for hook in hooks[1:]:
        union = union | hook.filter
    return union


def imported_early(modules: Sequence[str]) -> str:
    """Return the text of the warning ``imported-early`` about modules that were imported before a hook."""
    names = ", ".join(modules[:_MOST_NAMES])
    more = f" and {len(modules) - _MOST_NAMES} more" if len(modules) > _MOST_NAMES else ""
    return (
        f"imported before the hook was installed: {names}{more}; what took a function of theirs by then, such as a "
        "registry or a decorator, has it without a proxy. Install the hook earlier, or import them later: under pytest "
        "in conftest.py or in tests, not in a plugin"
    )


def top_level_name(pattern: str) -> str | None:
    """Return the top-level module that ``pattern`` spells out; None for an exclude, a regex, and ``a*``."""
    name = re.match(r"[^!:.*\s]+", pattern)
    if pattern.startswith("re:") or name is None or pattern[name.end() : name.end() + 1] == "*":
        return None
    return name[0]


def can_be_found(name: str) -> bool:
    """Return whether a top-level module is imported or some finder knows it."""
    try:
        return name in sys.modules or importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _unknown_modules(chosen: ModuleFilter) -> list[str]:
    names = [name for name in map(top_level_name, chosen.patterns) if name is not None]
    return [name for name in names if not can_be_found(name)]
