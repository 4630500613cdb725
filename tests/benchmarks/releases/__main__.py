"""Compares the two releases; see the package."""

from __future__ import annotations

import argparse
import json
import lzma
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from snapy_instrument import diff_traces, group_causes
from tests.benchmarks.releases.sql_statements import FEW, STATEMENTS

HERE = Path(__file__).parent
RECORDED = HERE.parents[1] / "trace" / "diff" / "causes" / "sqlparse_traces.json.xz"
OLD, NEW = "0.4.4", "0.5.3"


def traces(release: str, folder: Path) -> list[str]:
    """Install a release, and return the texts of its traces."""
    target, found = folder / release, folder / f"{release}.json"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target)]
    subprocess.run([*pip, f"sqlparse=={release}"], check=True)
    subprocess.run([sys.executable, str(HERE / "recording.py"), str(target), str(found)], check=True)
    texts: list[str] = json.loads(found.read_text(encoding="utf-8"))
    return texts


def report(old: list[str], new: list[str]) -> None:
    """Print how many changes there are, and what they come down to."""
    start = time.process_time()
    diffs = [diff_traces(*pair) for pair in zip(old, new, strict=True)]
    compared = time.process_time()
    groups = group_causes(diffs)
    grouped = time.process_time()
    changes = sum(len(diff.changes) + len(diff.consequences) for diff in diffs)
    assert changes == sum(len(group.changes) for group in groups)
    lines = sum(text.count("\n") + 1 for text in (*old, *new))
    print(f"{len(diffs)} statements, {lines} lines: {changes} changes, {len(groups)} causes")
    print(f"compared in {compared - start:.2f} s, grouped in {grouped - compared:.2f} s")
    for group in groups:
        print(f"{len(group.diffs):3} statements, {group.cause.consequences:4} consequences: {group.cause}")


def main() -> None:
    """Record, report, and write on demand."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.releases", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write the recordings of a few to {RECORDED.name}")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        old, new = (traces(release, Path(folder)) for release in (OLD, NEW))
    report(old, new)
    if given.write:
        few = [[old[place], new[place]] for place in map(STATEMENTS.index, FEW)]
        RECORDED.write_bytes(lzma.compress(json.dumps(few).encode()))


if __name__ == "__main__":
    main()
