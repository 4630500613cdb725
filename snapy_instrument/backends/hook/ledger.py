"""What one hook wrapped, what it left alone, and why."""

from __future__ import annotations

__all__ = ["Accepts", "Ledger", "allowed"]

from collections.abc import Callable
from dataclasses import dataclass, field
from types import FunctionType

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.backends.hook.eligibility import refusal
from snapy_instrument.recording.sites import Site

keep_builtins(globals())

Accepts = Callable[[Site], bool]


@dataclass
class Ledger:
    """The functions and modules that one hook has seen.

    Attributes:
        wrapped: ``module:qualname`` of functions that have a proxy.
        refused: ``module:qualname`` of functions, or names of modules, that have none, with the reason.
        modules: Modules that were hooked, with the way ("defined" or "in place").
        originals: Functions that were wrapped in place.
        active: False once the hook is uninstalled; definitions then stay plain, unless an heir is active.
        heirs: Ledgers of hooks that outlived this one and match some of the same modules.
    """

    wrapped: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    originals: list[FunctionType] = field(default_factory=list)
    active: bool = True
    heirs: list[Ledger] = field(default_factory=list)

    def wraps(self, name: str) -> bool:
        """Return whether functions called ``name`` (``module:qualname``) still get a proxy."""
        if self.active:
            return True
        return any(heir.wraps(name) and name in heir.wrapped for heir in self.heirs)


def allowed(site: Site, accepts: Accepts, ledger: Ledger) -> bool:
    """Return whether the function of ``site`` may have a proxy; write the answer into ``ledger``."""
    if not accepts(site):
        return False
    reason = refusal(site.code)
    name = f"{site.module}:{site.qualname}"
    if reason is not None:
        ledger.refused[name] = reason
        return False
    ledger.wrapped.add(name)
    return True
