"""What a hook did so far, as a value."""

from __future__ import annotations

__all__ = ["HookReport"]

from dataclasses import dataclass

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._twins import PURE_BECAUSE

keep_builtins(globals())


@dataclass(frozen=True)
class HookReport:
    """What a hook did so far.

    Attributes:
        modules: Hooked modules and the way: "defined" (functions wrapped as they were defined) or "in place".
        wrapped: ``module:qualname`` of each wrapped function, sorted.
        not_wrapped: ``module:qualname`` (or module) of what has no proxy, or can be reached around it, with the
            reason. A frame backend records these calls all the same.
        unmatched: Include patterns that match no module that ran so far.
        pure_because: Why the native implementation does not run, None where it does.
    """

    modules: dict[str, str]
    wrapped: tuple[str, ...]
    not_wrapped: dict[str, str]
    unmatched: tuple[str, ...]
    pure_because: str | None = PURE_BECAUSE

    def why_not(self, function: str) -> str:
        """Return whether ``function`` (``module:qualname``) has a proxy, and if not why, as part of a sentence."""
        if function in self.wrapped:
            return "it is wrapped in a proxy"
        module = function.partition(":")[0]
        reason = self.not_wrapped.get(function) or self.not_wrapped.get(module)
        if reason is None and module in self.modules:
            reason = "no function of that name was defined in the module, or no pattern includes it"
        return f"it has no proxy: {reason or 'the hook has wrapped no function of its module'}"

    def __str__(self) -> str:
        lines = [f"{len(self.wrapped)} functions wrapped in {len(self.modules)} modules"]
        lines += [f"  {name}" for name in self.wrapped]
        if self.not_wrapped:
            lines.append(f"{len(self.not_wrapped)} left to a frame backend")
            lines += [f"  {name}: {reason}" for name, reason in self.not_wrapped.items()]
        lines += [f"pattern {pattern!r} matches no module so far" for pattern in self.unmatched]
        if self.pure_because is not None:
            lines.append(f"pure Python records: {self.pure_because}")
        return "\n".join(lines)
