"""Our modules are imported as they are installed, not rewritten by pytest, and pytest does not warn of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

import snapy_instrument

PACKAGE = Path(snapy_instrument.__file__).parent
PROGRAM = """
import json, sys
import snapy_instrument, pytest

code = pytest.main(["-q", "-p", "no:cacheprovider", "-W", "error", *sys.argv[1:]])
loaded = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "snapy_instrument"}
by_pytest = [name for name, module in loaded.items() if "Rewriting" in type(module.__loader__).__name__]
rewritten = [name for name in by_pytest if "PYTEST_DONT_REWRITE" not in (loaded[name].__doc__ or "")]
print(json.dumps([code, snapy_instrument.__file__, len(loaded), by_pytest, rewritten]))
"""
TEST = """
def tax(net):
    return net / 5

def test_tax(traced):
    with traced("test_tax") as trace:
        assert tax(5) == 1
    trace.assert_called("*.tax")
"""


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """Return a folder in which the package is installed as from a wheel: its files are recorded."""
    site = tmp_path / "site"
    shutil.copytree(PACKAGE, site / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__", "*.c", "*.h"))
    info = site / "snapy_instrument-0.1.0.dist-info"
    info.mkdir()
    installed = distribution("snapy-instrument")
    for name in ("METADATA", "entry_points.txt"):
        (info / name).write_text(installed.read_text(name) or "", encoding="utf-8")
    names = [path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()]
    (info / "RECORD").write_text("".join(f"{name},,\n" for name in names), encoding="utf-8")
    return site


def test_nothing_of_ours_is_rewritten(wheel: Path, tmp_path: Path) -> None:
    """From a wheel, imported before pytest or by it, with warnings as errors; the run passes."""
    (tmp_path / "test_tax.py").write_text(TEST)
    env = {**os.environ, "PYTHONPATH": str(wheel), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", PROGRAM, "--rootdir", str(tmp_path), "test_tax.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=env)
    assert done.stdout.splitlines(), done.stderr
    code, file, number, by_pytest, rewritten = json.loads(done.stdout.splitlines()[-1])
    assert (code, rewritten) == (0, []), done.stdout
    assert Path(file).is_relative_to(wheel)
    assert number > 50
    assert len(by_pytest) < 6, "only what is imported before the finder"
