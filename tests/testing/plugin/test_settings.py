"""Settings of a run: command line before ini before default; marks of tests before all of them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from snapy_instrument.testing.plugin.settings import OPTIONS, Settings, read_settings
from tests.testing.plugin_runs import Outcome, Project

APPLICATION = """
def pay(amount, iban=None, note=""):
    return amount / 3

class Till:
    def open(self, order):
        return pay(1.0, "DE02", order)
"""
TESTS = """
import pytest, shop

def show(tracer):
    with tracer as trace:
        shop.Till().open("order 0f8fad5b-d9cb-469f-a165-70867728950e ACME-77")
    print(trace.format_trace())

def test_plain(traced):
    show(traced())

@pytest.mark.snapy(detail="minimal")
def test_minimal(traced):
    show(traced())

@pytest.mark.snapy(detail="minimal", redact=["note", "re:ACME-[0-9]+"])
class TestNear:
    @pytest.mark.snapy(detail="standard")
    def test_nearest_wins(self, traced):
        show(traced())

@pytest.mark.snapy(detail="minimal")
def test_call_wins(traced):
    show(traced(detail_level="standard"))

@pytest.mark.snapy(trace="shop:Till.*")
def test_patterns(traced):
    show(traced())

@pytest.mark.snapy(scrub=["uuid"], float_digits=3, max_depth=1)
def test_text(traced):
    show(traced())

@pytest.mark.snapy(detial="minimal")
def test_unknown_keyword(traced):
    pass

@pytest.mark.snapy(scrub=["guid"])
def test_unknown_value():
    pass

@pytest.mark.snapy("minimal")
def test_positional():
    pass
"""


def given(**values: Any) -> argparse.Namespace:
    """The command line, read."""
    return argparse.Namespace(**{f"snapy_{name}": value for name, value in values.items()})


def ini(**values: Any) -> Any:
    """The ini file, read."""
    return lambda name: values.get(name.removeprefix("snapy_"))


# -- settings ---------------------------------------------------------------------------------------------


def test_defaults() -> None:
    """Nothing given, nothing changed."""
    assert read_settings(given(), ini()) == Settings()


def test_ini_before_default() -> None:
    """Each setting can be in the ini file; numbers may be texts."""
    values: dict[str, object] = {
        "trace": ["a"],
        "detail": "verbose",
        "redact": ["b"],
        "scrub": ["c"],
        "float_digits": "5",
    }
    values |= {"max_updates": "7", "strict": True, "artifacts": "d", "on_failure": True, "verify": True}
    values |= {"allow_empty": True, "frames": "head", "pending": True}
    values |= {"exclude": ["e"], "max_depth": "3", "collapse": ["f"], "limits": ["chars=5"], "backend": "proxy"}
    assert values.keys() == {option.name for option in OPTIONS}
    settings = read_settings(given(), ini(**values))
    assert settings == Settings(
        ("a",),
        "verbose",
        ("b",),
        ("c",),
        5,
        7,
        True,
        "d",
        True,
        True,
        True,
        "head",
        True,
        ("e",),
        3,
        ("f",),
        ("chars=5",),
        "proxy",
    )


@pytest.mark.parametrize(
    ("name", "here", "there", "found"),
    [
        ("trace", ["a"], ["b"], ("a",)),
        ("detail", "minimal", "verbose", "minimal"),
        ("scrub", ["uuid"], ["hex"], ("uuid",)),
        ("float_digits", 3, 5, 3),
        ("max_updates", 0, 5, 0),
        ("strict", True, False, True),
    ],
)
def test_command_line_before_ini(name: str, here: object, there: object, found: object) -> None:
    """What is given on the command line counts."""
    assert getattr(read_settings(given(**{name: here}), ini(**{name: there})), name) == found


def test_names_to_hide_add_up() -> None:
    """The command line cannot make a name of the ini file public."""
    assert read_settings(given(redact=["a"]), ini(redact=["b"])).redact == ("b", "a")


@pytest.mark.parametrize("name", ["float_digits", "max_updates"])
def test_ini_value_that_is_no_number(name: str) -> None:
    """The setting is named."""
    with pytest.raises(pytest.UsageError, match=f"snapy_{name}: must be a whole number"):
        read_settings(given(), ini(**{name: "many"}))


def test_negative_number_of_updates() -> None:
    """-1 means any number; less than that means nothing."""
    assert read_settings(given(max_updates=-1), ini()).max_updates == -1
    with pytest.raises(pytest.UsageError, match=r"snapy_max_updates must be 0 or more \(or -1 for no limit\), got -2"):
        read_settings(given(max_updates=-2), ini())


# -- in pytest --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A run with settings in the ini file and on the command line, and with marks."""
    files = {"shop": APPLICATION, "test_shop": TESTS}
    lines = "snapy_trace = shop.*\nsnapy_redact = iban\nsnapy_float_digits = 4\nsnapy_detail = verbose"
    project = Project(tmp_path_factory.mktemp("marks"), lines, **files)
    return project.run("-rA", "--snapy-detail", "standard")


def printed(outcome: Outcome, test: str) -> list[str]:
    """What a test of the run printed."""
    start = next(i for i, line in enumerate(outcome.lines) if line.startswith("___") and f" {test} " in line)
    lines = outcome.lines[start + 2 :]
    stop = next(i for i, line in enumerate(lines) if line.startswith(("___", "===")))
    return lines[:stop]


NOTE = "'order 0f8fad5b-d9cb-469f-a165-70867728950e ACME-77'"


def test_settings_reach_the_tracer(outcome: Outcome) -> None:
    """Detail from the command line; redaction and digits from the ini file."""
    assert printed(outcome, "test_plain") == [
        "trace v1 standard",
        f"shop.Till.open(order={NOTE})",
        f"  shop.pay(amount=1.0, iban=<redacted>, note={NOTE}) -> 0.3333",
        "  -> 0.3333",
    ]


def test_mark_before_command_line(outcome: Outcome) -> None:
    """The mark's detail counts."""
    assert printed(outcome, "test_minimal") == ["trace v1 minimal", "shop.Till.open", "  shop.pay"]


def test_nearest_mark(outcome: Outcome) -> None:
    """The test's detail counts, the redaction of its class is there beside those of the ini file."""
    assert printed(outcome, "TestNear.test_nearest_wins") == [
        "trace v1 standard",
        f"shop.Till.open(order={NOTE.replace('ACME-77', '<redacted>')})",
        "  shop.pay(amount=1.0, iban=<redacted>, note=<redacted>) -> 0.3333",
        "  -> 0.3333",
    ]


def test_arguments_before_marks(outcome: Outcome) -> None:
    """What the factory is called with counts most."""
    assert printed(outcome, "test_call_wins")[0] == "trace v1 standard"


def test_patterns_of_a_mark(outcome: Outcome) -> None:
    """They choose what the test's tracers record."""
    assert printed(outcome, "test_patterns")[1:] == [f"shop.Till.open(order={NOTE}) -> 0.3333"]


def test_arguments_of_the_tracer(outcome: Outcome) -> None:
    """A mark takes those of FunctionTracer."""
    text = "\n".join(printed(outcome, "test_text"))
    assert "shop.Till.open(order='order <uuid#1> ACME-77')" in text
    assert "-> 0.333\n" in f"{text}\n"
    assert "shop.pay(" not in text


@pytest.mark.parametrize(
    "message",
    [
        "test_shop.py::test_unknown_keyword: @pytest.mark.snapy: unknown argument 'detial'; known are allow_empty, *",
        "test_shop.py::test_unknown_value: @pytest.mark.snapy: *'guid'*",
        "test_shop.py::test_positional: @pytest.mark.snapy: takes only keyword arguments, *, got 'minimal'",
    ],
)
def test_wrong_mark(outcome: Outcome, message: str) -> None:
    """The test fails before it runs, used a tracer or not, and the message names it and what is wrong."""
    outcome.match(f"{message}*")
    assert outcome.counts == {"passed": 6, "errors": 3}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--snapy-scrub", "guid"], "*settings of snapy: *'guid'*"),
        (["--snapy-detail", "loud"], "*settings of snapy: *'loud'*"),
        (["--snapy-redact", "re:("], "*settings of snapy: *'('*"),
        (["-o", "snapy_float_digits=many"], "*snapy_float_digits: must be a whole number*"),
        (["-o", "snapy_strict=maybe"], "*snapy_strict: must be true or false*"),
    ],
)
def test_wrong_setting(tmp_path: Path, options: list[str], message: str) -> None:
    """pytest stops before it collects, and names what is wrong."""
    outcome = Project(tmp_path, test_it="def test_it(): pass").run(*options)
    assert outcome.code == pytest.ExitCode.USAGE_ERROR
    pytest.LineMatcher(outcome.errors).fnmatch_lines([message])


def test_toml(tmp_path: Path) -> None:
    """Lists and numbers stand in pyproject.toml as what they are."""
    project = Project(tmp_path, shop=APPLICATION, test_shop=TESTS)
    (tmp_path / "pytest.ini").unlink()
    table = "tool.pytest" if pytest.version_tuple >= (9,) else "tool.pytest.ini_options"
    number = "4" if pytest.version_tuple >= (9,) else "'4'"
    project.write(
        "pyproject.toml",
        f"""
        [{table}]
        pythonpath = ["."]
        snapy_trace = ["shop.*", "!shop.vendor"]
        snapy_redact = ["iban"]
        snapy_float_digits = {number}
        snapy_strict = true
        """,
    )
    outcome = project.run("-rA", "-k", "plain")
    outcome.match("snapy: tracing shop.[*] !shop.vendor (*", "*iban=<redacted>*-> 0.3333")
