"""Ways to run the scenarios: as they are, with proxies, and under each frame backend with and without proxies."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from snapy_instrument import FunctionTracer, install_hook

MODULE = "tests.lifetime.scenarios"
_FRAMES = ["settrace", *(["monitoring"] if sys.version_info >= (3, 12) else [])]
WAYS: list[Any] = ["proxy", *_FRAMES, *(f"{name}+hook" for name in _FRAMES)]


@dataclass(frozen=True)
class Scenarios:
    """The module of scenarios twice: as it is, and with its functions wrapped."""

    plain: ModuleType
    hooked: ModuleType

    def module(self, way: Any) -> ModuleType:
        """The one that ``way`` runs."""
        return self.hooked if way == "proxy" or way.endswith("+hook") else self.plain

    @contextmanager
    def recorded(self, way: Any) -> Iterator[ModuleType]:
        """The module inside an active tracer."""
        tracer = FunctionTracer([MODULE], backend=backend_of(way))
        with tracer:
            yield self.module(way)
        assert len(tracer.trace) > 0


def backend_of(way: str) -> Any:
    """The backend of a way."""
    return way.partition("+")[0]


@contextmanager
def loaded_twice() -> Iterator[Scenarios]:
    """The scenarios, freshly imported; the hook goes at the end of the block."""
    before = sys.modules.pop(MODULE, None)
    plain = importlib.import_module(MODULE)
    del sys.modules[MODULE]
    with install_hook([MODULE]):
        yield Scenarios(plain, importlib.import_module(MODULE))
    del sys.modules[MODULE]
    if before is not None:
        sys.modules[MODULE] = before


@contextmanager
def no_collection() -> Iterator[None]:
    """Only reference counts free objects, but for collections that are asked for."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
