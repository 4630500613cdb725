"""What a failing test says first, in real pytest runs."""

from __future__ import annotations

import pytest

APPLICATION = """
def step(number, options):
    return number * 2

def audit(total):
    pass

def run(count):
    total = 0
    for number in range(count):
        total += step(number, {"rates": [1, 2], "name": "x"})
    audit(total)
    return total
"""
TESTS = """
import shop

def test_file(traced, trace_snapshot):
    with traced() as trace:
        shop.run(300)
    assert trace == trace_snapshot

def test_dict(traced, snapshot):
    with traced() as trace:
        shop.run(300)
    assert {"result": 1, "trace": trace.format_trace()} == snapshot

def test_extension(traced, snapshot):
    from snapy_instrument import TracedSnapshotExtension

    with traced() as trace:
        shop.run(300)
    assert trace.trace == snapshot.use_extension(TracedSnapshotExtension)
"""
CHANGES = {
    "dropped call": ("    audit(total)", "    pass", "shop.audit removed under shop.run"),
    "extra call": (
        "    audit(total)",
        "    audit(total); audit(total)",
        "shop.audit called 2 times, was 1, under shop.run",
    ),
    "argument": (
        "[1, 2]",
        "[1, 2 + (number == 279)]",
        "shop.step called with options['rates'][1]: 2 -> 3 (call 280 of 300)",
    ),
    "result": ("number * 2", "number * 2 + (number == 279)", "shop.step returned 559, was 558 (call 280 of 300)"),
}
SNAPSHOTS: dict[str, str] = {}
"""The snapshots of the application as it is above, made once, by the first test."""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with snapshots of a loop of 300 calls."""
    # pytest shows all of an explanation where it runs in a build.
    for name in ("CI", "BUILD_NUMBER", "PYTEST_XDIST_WORKER"):
        monkeypatch.delenv(name, raising=False)
    pytester.makepyfile(shop=APPLICATION, test_shop=TESTS)
    pytester.makeini("[pytest]\nsnapy_trace = shop\npythonpath = .\n")
    folder = pytester.path / "__snapshots__"
    if not SNAPSHOTS:
        run(pytester, "--snapshot-update").assert_outcomes(passed=3)
        files = [path for path in folder.rglob("*.*") if path.is_file()]
        SNAPSHOTS.update({str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in files})
    for name, text in SNAPSHOTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return pytester


def run(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    """Run the project's tests in a process of their own."""
    return project.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:randomly", *options)


def change(project: pytest.Pytester, old: str, new: str) -> None:
    """Edit the application."""
    source = project.path / "shop.py"
    text = source.read_text(encoding="utf-8")
    assert old in text
    source.write_text(text.replace(old, new), encoding="utf-8")


def explanations(result: pytest.RunResult) -> list[list[str]]:
    """The lines of each failed assertion, the assertion itself first."""
    found: list[list[str]] = []
    for line in result.outlines:
        if line.startswith(("E       assert", "E       AssertionError")):
            found.append([])
        if line.startswith("E  ") and found:
            found[-1].append(line[1:].strip())
    return found


@pytest.mark.parametrize("name", CHANGES)
def test_first_lines_name_the_change(project: pytest.Pytester, name: str) -> None:
    """In a trace file, in a plain snapshot and with the extension, without -vv."""
    old, new, expected = CHANGES[name]
    change(project, old, new)
    result = run(project)
    result.assert_outcomes(failed=3)
    assert [[f"1 change: {expected}" in line for line in lines[:2]] for lines in explanations(result)] == [
        [False, True]
    ] * 3


def test_assertion_and_section(project: pytest.Pytester) -> None:
    """The assertion names the change and shows its line; the section shows old and new lines under their callers."""
    old, new, _ = CHANGES["result"]
    change(project, old, new)
    result = run(project, "-k", "file")
    result.stdout.fnmatch_lines(
        [
            "E* 1 change: shop.step returned 559, was 558 (call 280 of 300)",
            "E* shop.run > shop.step(number=279, ...) -> [[]-558-]{+559+} (call 280 of 300, line 282)",
            "E* and 2 consequences",
            "*snapy: changes of the trace*",
            "1 change: shop.step returned 559, was 558 (call 280 of 300)",
            "  shop.run(count=300)",
            "-   shop.step(number=279, options=*) -> 558",
            "+   shop.step(number=279, options=*) -> 559",
            "FAILED test_shop.py::test_file - 1 change: shop.step returned 559, was 558",
        ]
    )
    assert sum("returned 559, was 558" in line for line in result.outlines) == 3


def test_plain_snapshot_keeps_the_diff_of_syrupy(project: pytest.Pytester) -> None:
    """It follows the summary."""
    change(project, *CHANGES["result"][:2])
    result = run(project, "-vv", "-k", "dict", "--snapshot-no-colors")
    result.stdout.fnmatch_lines(
        ["E*1 change: shop.step*", "E*shop.step(number=278*", "E*-*(number=279*-> 558", "E*+*-> 559"]
    )


def test_diff_mode_disabled(project: pytest.Pytester) -> None:
    """Who wants no diffs from syrupy gets none from us."""
    change(project, *CHANGES["result"][:2])
    result = run(project, "--snapshot-diff-mode", "disabled")
    result.assert_outcomes(failed=3)
    result.stdout.no_fnmatch_line("*1 change:*")


def test_broken_diff_falls_back(project: pytest.Pytester) -> None:
    """Where the diff fails, syrupy's own is shown and the failure stays a failure."""
    change(project, *CHANGES["result"][:2])
    project.makeconftest(
        """
        from snapy_instrument.testing import explain

        def broken(old, new):
            raise RuntimeError("broken diff")

        explain.diff_traces = broken
        """
    )
    result = run(project, "-vv", "--snapshot-no-colors")
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(["E*-*shop.step(number=279*-> 558*"] * 3)
    result.stdout.no_fnmatch_line("*broken diff*")
    result.stdout.no_fnmatch_line("*1 change:*")


def test_edited_snapshot_that_is_no_trace_any_more(project: pytest.Pytester) -> None:
    """The line that cannot be read is named, and syrupy's diff follows."""
    path = project.path / "__snapshots__" / "test_shop" / "test_file.trace"
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join([*lines[:4], "<<<<<<< HEAD", *lines[4:]]), encoding="utf-8")
    result = run(project, "-vv", "-k", "file", "--snapshot-no-colors")
    result.assert_outcomes(failed=1, deselected=2)
    result.stdout.fnmatch_lines(["E*line 5 of the old trace cannot be read: '<<<<<<< HEAD'*", "E*- <<<<<<< HEAD*"])


def test_comparisons_without_snapshots(project: pytest.Pytester) -> None:
    """Two traces, or a trace and a text that was typed, are explained in the same way."""
    project.makepyfile(
        test_shop="""
        import shop

        def test_traces(traced):
            with traced() as old:
                shop.run(2)
            with traced() as new:
                shop.run(3)
            assert new.trace == old.trace

        def test_text(traced):
            with traced() as trace:
                shop.audit(1)
            assert trace.format_trace() == "trace v1 standard\\nshop.audit(total=2)"
        """
    )
    result = run(project, "-p", "no:syrupy")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "E*trace of 5 calls == trace of 4 calls",
            "E*1 change: shop.run called with count: 2 -> 3",
            "E*text of a trace == text of a trace",
            "E*1 change: shop.audit called with total: 2 -> 1",
        ]
    )


def test_other_comparisons_are_as_they_were(project: pytest.Pytester) -> None:
    """Plain values and plain snapshots are explained by others alone."""
    project.makepyfile(
        test_shop="""
        def test_values():
            assert {"a": 1} == {"a": 2}

        def test_snapshot(snapshot):
            assert {"a": 1} == snapshot
        """
    )
    result = run(project)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["E*Differing items:", "E*does not exist!*"])
