"""coverage reports the same lines with and without us, for every core it has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CORES = ["ctrace", "pytrace", *(["sysmon"] if sys.version_info >= (3, 12) else [])]
APPLICATION = """
def unused():
    return 0

def kind(n):
    if n < 0:
        return "negative"
    for i in range(n):
        if i == 3:
            break
    else:
        return "small"
    try:
        raise ValueError(n)
    except ValueError:
        return "large"

class Box:
    def __init__(self, n):
        self.n = n

    @property
    def value(self):
        return [x for x in range(self.n) if x]

def numbers():
    try:
        yield 1
        yield 2
    finally:
        kind(1)

def main():
    list(numbers())
    return kind(2), kind(9), Box(3).value, (lambda q: q)(1)
"""
RUN = """
import sys
sys.path.insert(0, {folder!r})
way = {way!r}
if way == "plain":
    import application
    application.main()
else:
    from snapy_instrument import FunctionTracer, install_hook
    if "hook" in way:
        install_hook(["application"])
    import application
    with FunctionTracer(["application"], backend=way.split("+")[0]) as tracer:
        application.main()
    calls = [event.qualname for event in tracer.trace]
    assert calls.count("kind") == 3, calls
    assert calls[0] == "main", calls
"""
WAYS = ["proxy+hook", "settrace", "settrace+hook", *(["monitoring", "monitoring+hook"] if CORES[2:] else [])]


def lines_covered(folder: Path, core: str, way: str) -> object:
    """What coverage says was run, with branches."""
    (folder / "application.py").write_text(APPLICATION, encoding="utf-8")
    script = folder / "script.py"
    script.write_text(RUN.format(folder=str(folder), way=way), encoding="utf-8")
    data = folder / f"data-{core}-{way}"
    environment = {**os.environ, "COVERAGE_CORE": core, "COVERAGE_FILE": str(data)}
    command = [sys.executable, "-m", "coverage"]
    options = ["--branch"] if core != "sysmon" else []
    subprocess.run([*command, "run", *options, "--include=*/application.py", str(script)], env=environment, check=True)
    report = folder / "report.json"
    subprocess.run([*command, "json", "-q", "-o", str(report)], env=environment, check=True)
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    (only,) = files.values()
    return only["executed_lines"], only.get("executed_branches")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("core", CORES)
def test_coverage_is_the_same_with_and_without_us(tmp_path: Path, core: str, way: str) -> None:
    """Executed lines and branches are equal, and the trace is whole."""
    assert lines_covered(tmp_path, core, way) == lines_covered(tmp_path, core, "plain")
