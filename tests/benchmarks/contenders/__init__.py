"""The tracers that are compared: each gets its filter before the program is imported, then starts and stops."""

from __future__ import annotations

__all__ = ["CONTENDERS", "Contender", "Spec", "load"]

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol


class Contender(Protocol):
    """A tracer at its fastest setting that still records what its name says."""

    def prepare(self, patterns: Sequence[str]) -> None:
        """Before the program is imported; not measured. ``patterns`` are those of a `Workload`."""

    def start(self) -> None:
        """Tracing begins."""

    def stop(self) -> None:
        """Tracing ends; all that was recorded is in memory."""

    def records(self) -> int:
        """How many calls it holds; a generator that is resumed may count again."""


@dataclass(frozen=True)
class Spec:
    """A contender: its module, its class, and its settings.

    Attributes:
        name: As shown in tables.
        place: ``module:Class`` inside this package.
        options: Arguments of the class.
        pure: Runs with ``SNAPY_PURE_PYTHON=1``.
        ours: One of this project's.
    """

    name: str
    place: str
    options: dict[str, Any] = field(default_factory=dict)
    pure: bool = False
    ours: bool = False


def load(spec: Spec) -> Contender:
    """Import its module and make it."""
    module, _, name = spec.place.partition(":")
    contender: Contender = getattr(import_module(f"{__name__}.{module}"), name)(**spec.options)
    return contender


CONTENDERS = {
    spec.name: spec
    for spec in (
        Spec("untraced", "untraced:Untraced"),
        Spec("snapy proxy", "snapy:Proxy", ours=True),
        Spec("snapy frame", "snapy:Frame", ours=True),
        Spec("snapy both", "snapy:Both", ours=True),
        Spec("snapy proxy, pure", "snapy:Proxy", pure=True, ours=True),
        Spec("snapy frame, pure", "snapy:Frame", pure=True, ours=True),
        Spec("VizTracer", "peers:VizTracer", {"values": False}),
        Spec("VizTracer, values", "peers:VizTracer", {"values": True}),
        Spec("hunter", "peers:Hunter", {"values": True}),
        Spec("hunter, counting", "peers:Hunter", {"values": False}),
        Spec("MonkeyType", "peers:MonkeyType"),
        Spec("cProfile", "peers:CProfile"),
        Spec("settrace by hand", "by_hand:ByHand"),
    )
}
