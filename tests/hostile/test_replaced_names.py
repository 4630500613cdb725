"""Our own work goes through nobody's names: a program may replace any function while it is recorded."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

import snapy_instrument
from snapy_instrument import FunctionTracer, StreamingTracer, Trace, TraceProcessor, traced
from snapy_instrument.recording import measures
from tests.conformance.harness import BACKENDS
from tests.hostile.replaced_names import Reporter
from tests.lifetime.pictures import open_files

PACKAGE = Path(snapy_instrument.__file__).parent
ROOT = Path(__file__).parents[2]
# What tools replace in every module that holds it: freezegun the clocks, pyfakefs all that touches files.
EVERYWHERE = ("time", "posix", "os", "io")


def called_by_name(backend: str, *everywhere: str) -> list[str]:
    """Return what our code called by name, in a process of its own."""
    command = [sys.executable, "-m", "tests.hostile.replaced_names", backend, *everywhere]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.split("\n")[:-1]


@pytest.mark.parametrize("backend", ["none", *BACKENDS])
def test_nothing_is_called_by_a_name_that_the_program_may_replace(backend: str) -> None:
    """Every function of the modules we share reports; recording calls none of them, in all programs we have."""
    assert called_by_name(backend) == [""]


@pytest.mark.parametrize("backend", BACKENDS)
def test_functions_replaced_in_all_modules_are_not_called_either(backend: str) -> None:
    """Our modules hold none of the functions that freezegun and pyfakefs look for."""
    assert called_by_name(backend, *EVERYWHERE) == [""]


def test_a_call_by_name_is_reported() -> None:
    """The reporter finds code of the package that does it, and not code of others."""
    code = compile("def reads(path):\n    return path.exists(__file__)", str(PACKAGE / "made_up.py"), "exec")
    ours: dict[str, Any] = {"__file__": __file__}
    exec(code, ours)
    reporter = Reporter()
    with reporter.replaced(("os.path",)):
        ours["reads"](os.path)
        os.path.exists(__file__)
    assert [each for each in reporter.found() if "genericpath" not in each] == ["os.path.exists: made_up.reads"]


@traced
def worked(value: object) -> object:
    """The program's own function."""
    return value


@pytest.mark.parametrize("name", ["builtins.open", "os.open", "os.read", "builtins.len", "builtins.id"])
def test_a_patched_function_is_not_called(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """``mock.patch`` counts the program's calls alone, and the trace has every call."""
    monkeypatch.setattr(measures, "SAMPLE_SECONDS", 0.0)
    value = {"a": [1, 2, "x" * 1000]}
    with FunctionTracer(["tests.hostile.*"], backend="proxy") as tracer:
        with mock.patch(name, side_effect=AssertionError("called")) as patched:
            worked(value)
    patched.assert_not_called()
    assert tracer.format_trace().count("worked(") == 1


def test_memory_is_read_while_open_is_patched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The figure is the true one, in bytes."""
    monkeypatch.setattr(measures, "_last", (float("-inf"), 0))
    before = measures.process_memory()
    with mock.patch("builtins.open", mock.mock_open(read_data="1 1")), mock.patch("os.read", return_value=b"1 1"):
        figure, _ = measures.memory_at(0.0)
    assert before // 2 < figure < before * 2


def test_no_file_stays_open() -> None:
    """Neither for a program that counts its files nor for one that closes all of them."""
    before = open_files()
    for _ in range(10):
        measures.process_memory()
    assert open_files() == before


@pytest.mark.parametrize("folder", ["capture", "recording", "backends"])
def test_every_module_that_records_keeps_the_builtins(folder: str) -> None:
    """Where a function or a class is defined, the builtins of the import are kept."""
    left = {"steps.py", "suspended.py"}  # to be deleted with the stand-ins for generators
    without = [
        path.name
        for path in (PACKAGE / folder).rglob("*.py")
        if any(word in (text := path.read_text("utf-8")) for word in ("\ndef ", "\nclass "))
        and "\nkeep_builtins(globals())\n" not in text
    ]
    assert sorted(set(without) - left) == []


def test_threads_are_known_without_a_name() -> None:
    """A program that replaces what `threading` has still gets the calls of its threads recorded."""
    with FunctionTracer(["tests.hostile.*"], backend="proxy") as tracer:
        thread = threading.Thread(target=worked, args=(1,))
        with mock.patch("threading.enumerate", return_value=[SimpleNamespace(ident=0)]):
            thread.start()
            thread.join()
    assert tracer.format_trace().count("worked(") == 1


@pytest.mark.parametrize("name", ["builtins.open", "os.open", "os.stat", "os.getcwd", "os.path.realpath", "os.replace"])
def test_a_tracer_is_made_and_streams_into_a_file_while_a_function_is_patched(name: str, tmp_path: Path) -> None:
    """Making, entering and leaving it, and writing its file, call none of them."""
    path = tmp_path / "calls.snapy"
    with mock.patch(name, side_effect=AssertionError("called")) as patched:
        tracer = StreamingTracer(2, ["tests.hostile.*"], backend="proxy")
        tracer.trace_processor = TraceProcessor(path=path)
        with tracer:
            worked(1)
            worked(2)
    patched.assert_not_called()
    assert [call.name for call in Trace.load(path).calls] == ["tests.hostile.test_replaced_names.worked"] * 2
