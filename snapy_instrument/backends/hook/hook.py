"""The import hook: `install_hook` and the finder that stands first in ``sys.meta_path``."""

from __future__ import annotations

__all__ = ["Hook", "HookReport", "hooked_filter", "install_hook"]

import importlib.util
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import ModuleType, TracebackType
from typing import Any, Literal

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._twins import PURE_BECAUSE
from snapy_instrument.backends.hook.loader import HookLoader, HookSourceLoader
from snapy_instrument.backends.hook.wrapping import Definitions, Ledger, held_elsewhere, unwrap_everywhere, wrap_module
from snapy_instrument.errors import SnapyError, warn
from snapy_instrument.filters import ModuleFilter
from snapy_instrument.recording.sites import Site

keep_builtins(globals())

AlreadyImported = Literal["wrap", "warn", "error"]
_WAYS = ("wrap", "warn", "error")


@dataclass(frozen=True)
class HookReport:
    """What a hook did so far.

    Attributes:
        modules: Hooked modules and the way: "defined" (functions wrapped as they were defined) or "in place".
        wrapped: ``module:qualname`` of each wrapped function, sorted.
        not_wrapped: ``module:qualname`` (or module) of what has no proxy, or can be reached around it, with the
            reason. A frame backend records these calls all the same.
        unmatched: Include patterns that have met no module yet: none that runs, whatever was looked for.
        pure_because: Why the native implementation does not run, None where it does.
    """

    modules: dict[str, str]
    wrapped: tuple[str, ...]
    not_wrapped: dict[str, str]
    unmatched: tuple[str, ...]
    pure_because: str | None = PURE_BECAUSE

    def __str__(self) -> str:
        lines = [f"{len(self.wrapped)} functions wrapped in {len(self.modules)} modules"]
        lines += [f"  {name}" for name in self.wrapped]
        if self.not_wrapped:
            lines.append(f"{len(self.not_wrapped)} left to a frame backend")
            lines += [f"  {name}: {reason}" for name, reason in self.not_wrapped.items()]
        lines += [f"pattern {pattern!r} has met no module" for pattern in self.unmatched]
        if self.pure_because is not None:
            lines.append(f"pure Python records: {self.pure_because}")
        return "\n".join(lines)


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
        """The hook wraps what is imported from now on."""
        return self._ledger.active

    def uninstall(self) -> None:
        """Put every original back. A second call does nothing, but for what an interruption left of the first."""
        try:
            self._undo()
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        if self._gone:
            return
        _finder.remove(self)
        if self._ledger.active:
            for heir in _finder.hooks:
                heir._inherit(self._ledger)
            self._ledger.active = False
        self._ledger.originals.clear()
        kept = {name for hook in _finder.hooks for name in hook._ledger.wrapped}
        unwrap_everywhere(self._ledger.wrapped - kept)
        self._gone = True

    def report(self) -> HookReport:
        """What is wrapped, what is not and why."""
        ledger = self._ledger
        return HookReport(
            dict(sorted(ledger.modules.items())),
            tuple(sorted(ledger.wrapped)),
            dict(sorted({**ledger.refused, **held_elsewhere(ledger)}.items())),
            self.filter.unmatched(ledger.modules),
        )

    def _inherit(self, ledger: Ledger) -> None:
        """Take over what another hook wrapped and this one matches too."""
        shared = [name for name in ledger.wrapped if self.filter.matches(*name.split(":", 1))]
        self._ledger.wrapped.update(shared)
        self._ledger.modules.update((name, way) for name, way in ledger.modules.items() if self._hooks(name))
        if not any(each is self._ledger for each in ledger.heirs):
            ledger.heirs.append(self._ledger)

    def _hooks(self, module: str) -> bool:
        return self.filter.matches_module(module, getattr(sys.modules.get(module), "__file__", None) or "")

    def _accepts(self, site: Site) -> bool:
        return self.filter.matches(site.module, site.qualname, site.filename)

    def _load(self, spec: ModuleSpec) -> None:
        """Put our loader into ``spec``."""
        loader: Any = spec.loader
        reason = _refuse_loader(loader)
        if reason is not None:
            self._ledger.refused[spec.name] = reason
            return
        decorator = Definitions(self._accepts, self._ledger)
        if type(loader) is SourceFileLoader:
            spec.loader = HookSourceLoader(loader.name, loader.path, decorator, self._begin)
        else:
            spec.loader = HookLoader(loader, decorator, self._begin, self._finish)  # type: ignore[assignment]

    def _begin(self, module: str) -> None:
        """The module runs; who only asks where it is gets a loader and never uses it."""
        self._ledger.modules[module] = "defined"

    def _finish(self, module: ModuleType) -> None:
        wrap_module(module, self._accepts, self._ledger, aliases=False)

    def _wrap_imported(self, already_imported: AlreadyImported) -> None:
        early = [name for name in sorted(sys.modules) if self._is_early(name)]
        if not early:
            return
        names = ", ".join(early[:5]) + (f" and {len(early) - 5} more" if len(early) > 5 else "")
        advice = "install the hook before they are imported, or pass already_imported='wrap'"
        if already_imported == "error":
            raise SnapyError(f"imported before the hook was installed: {names}; {advice}")
        if already_imported == "warn":
            warn("imported-early", f"imported before the hook was installed: {names}; {advice}", stacklevel=3)
            return
        for name in early:
            wrap_module(sys.modules[name], self._accepts, self._ledger, aliases=True)

    def _is_early(self, name: str) -> bool:
        module = sys.modules.get(name)
        if type(module) is not ModuleType:
            return False
        spec = module.__dict__.get("__spec__")
        filename = module.__dict__.get("__file__") or ""
        if not self.filter.matches_module(name, filename):
            return False
        reason = _refuse_loader(getattr(spec, "loader", None))
        if reason is not None:
            self._ledger.refused[name] = reason
        return reason is None


class _Finder:
    """First in ``sys.meta_path``: asks every other finder and puts our loader into what a hook matches."""

    def __init__(self) -> None:
        self.hooks: tuple[Hook, ...] = ()

    def add(self, hook: Hook) -> None:
        self.hooks = (*self.hooks, hook)
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def remove(self, hook: Hook) -> None:
        self.hooks = tuple(each for each in self.hooks if each is not hook)
        if not self.hooks and self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        hook = next((each for each in self.hooks if each.filter.matches_module(fullname)), None)
        if hook is None:
            return None
        spec = self._ask_others(fullname, path, target)
        if spec is None or spec.loader is None or not hasattr(spec.loader, "exec_module"):
            return spec
        if hook.filter.matches_module(fullname, spec.origin or ""):
            hook._load(spec)
        return spec

    def _ask_others(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
        for finder in sys.meta_path:
            find_spec = None if finder is self else getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find_spec(fullname, path, target) if find_spec is not None else None
            if spec is not None:
                return spec
        return None


_finder = _Finder()


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
    try:
        hook._wrap_imported(already_imported)
        _finder.add(hook)
        for name in _unknown_modules(chosen):
            warn(
                "hook-unknown-module",
                f"no module named {name!r} can be found now; the hook waits for it (is the name right, is its "
                "folder on sys.path?)",
            )
        return hook
    except BaseException:
        hook.uninstall()
        raise


def installed_hooks() -> tuple[Hook, ...]:
    """The hooks, in the order in which they were installed."""
    return _finder.hooks


def hooked_filter() -> ModuleFilter | None:
    """What the installed hooks match together, None where none is installed."""
    hooks = _finder.hooks
    if not hooks:
        return None
    union = hooks[0].filter
    for hook in hooks[1:]:
        union = union | hook.filter
    return union


def _unknown_modules(chosen: ModuleFilter) -> list[str]:
    """Top-level names that include patterns spell out and that no finder knows."""
    unknown = []
    for pattern in chosen.patterns:
        name = re.match(r"[^!:.*\s]+", pattern)
        if pattern.startswith("re:") or name is None or pattern[name.end() : name.end() + 1] == "*":
            continue
        if name[0] not in sys.modules and importlib.util.find_spec(name[0]) is None:
            unknown.append(name[0])
    return unknown


def _refuse_loader(loader: Any) -> str | None:
    """Why modules of ``loader`` are left alone."""
    if type(loader).__module__ == "_pytest.assertion.rewrite":
        return "pytest rewrites its assertions: a test module, a conftest or a plugin"
    if loader is not None and getattr(type(loader), "__module__", "") == "_frozen_importlib":
        return "built into the interpreter"
    return None
