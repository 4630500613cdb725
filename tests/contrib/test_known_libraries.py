"""What is registered for known libraries, and what that costs who does not use them."""

from __future__ import annotations

import subprocess
import sys

from snapy_instrument import FunctionTracer
from snapy_instrument.contrib.known_libraries import LIBRARIES

NAMES = {module.__name__.rpartition(".")[2] for module in LIBRARIES}


def test_no_library_is_imported() -> None:
    """A tracer imports none of those whose objects it describes."""
    code = (
        "import sys, snapy_instrument\n"
        "with snapy_instrument.FunctionTracer(): pass\n"
        f"print(sorted(set(sys.modules) & {NAMES | {'flask', 'fastapi', 'typer', 'numpy', 'msgspec'}!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n", done.stderr


def test_a_library_that_is_imported_later_is_known() -> None:
    """A class is looked up when its first object is met, also inside the block."""

    def parse(arguments: object) -> object:
        return arguments

    with FunctionTracer([__name__]) as tracer:
        import argparse

        parse(argparse.Namespace(out="x.csv", token="t", verbose=2))
    assert "arguments=Namespace(out='x.csv', token=<redacted>, verbose=2)" in tracer.format_trace()
