"""Functions that look at the frames of their callers see in hooked code what they see in plain code.

A native proxy has no frame. A pure one has: `warnings` and `logging` pass over it, functions that look have none (see
`FRAME_WORDS`), and what is left is named here.
"""

from __future__ import annotations

import importlib
import sys
from contextlib import ExitStack
from typing import Any

import pytest

from snapy_instrument import IMPLEMENTATION, FunctionTracer, install_hook
from tests.conformance.harness import BACKENDS

NAME = "tests.transparency.callers"
# A helper counts frames beyond a hooked function, or shows them all.
PASS_A_PROXY = {"by_depth_two", "by_walk_to_the_caller", "by_traceback"}


def seen(backend: Any) -> dict[str, Any]:
    """Return what the functions see; ``backend`` "plain" hooks nothing, "none" records nothing."""
    sys.modules.pop(NAME, None)
    with ExitStack() as stack:
        stack.callback(sys.modules.pop, NAME)
        if backend != "plain":
            stack.enter_context(install_hook([NAME]))
        module = importlib.import_module(NAME)
        if backend in BACKENDS:
            stack.enter_context(FunctionTracer([NAME], backend=backend))
        found: dict[str, Any] = module.looks()
    return found


@pytest.mark.parametrize("backend", ["none", *BACKENDS])
def test_a_function_that_looks_sees_what_it_would(backend: Any) -> None:
    """Its caller, by each way to find it, whatever records."""
    plain, hooked = seen("plain"), seen(backend)
    differs = {name for name in plain if hooked[name] != plain[name]}
    assert differs == (set() if IMPLEMENTATION == "native" else PASS_A_PROXY)


@pytest.mark.skipif(IMPLEMENTATION == "native", reason="a native proxy has no frame")
def test_the_frame_of_a_pure_proxy_is_named() -> None:
    """It is one frame more, and its file says whose it is."""
    hooked = seen("none")
    assert hooked["by_traceback"] == ["by_traceback", "__call__", "fail"]
    assert hooked["by_depth_two"] == "__call__"
