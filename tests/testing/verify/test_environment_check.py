"""What ties a trace to this day, process and machine is named, and what is only like it is not."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from snapy_instrument.testing.verify import environment_values as signs
from snapy_instrument.testing.verify.clock_check import clock_of_the_system
from snapy_instrument.testing.verify.environment_check import find_surroundings, sources_of
from snapy_instrument.testing.verify.instability import explain_instability
from snapy_instrument.trace.trace import Trace
from snapy_instrument.values import Struct
from tests.trace.builders import call, events

NOW = datetime(2027, 1, 15, 12, tzinfo=UTC).timestamp()
DATE = "today's date"
YEAR = "the current year"
PID = "the process id"
PORT = "a port as the system gives to who asks for any"


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process and a machine with known names and numbers."""
    # Only as the module sees them: pytest, too, asks who and where it is.
    process = SimpleNamespace(getpid=lambda: 40122, getppid=lambda: 731, getcwd=os.getcwd, path=os.path)
    monkeypatch.setattr(signs, "os", process)
    monkeypatch.setattr(signs, "threading", SimpleNamespace(get_ident=lambda: 139872345001984))
    called(monkeypatch, host="kestrel-04", user="marla")


def called(monkeypatch: pytest.MonkeyPatch, host: str, user: str) -> None:
    """Name machine and user."""
    monkeypatch.setattr(signs, "platform", SimpleNamespace(node=lambda: host))
    monkeypatch.setattr(signs, "getpass", SimpleNamespace(getuser=lambda: user))


def trace_of(value: Any, name: str = "m.run", **options: Any) -> Trace:
    """A call that gives ``value``; moments as a recording tells of them."""
    if isinstance(value, date):
        value = Struct(type(value).__name__, ((None, value.isoformat()),))
    return Trace(events(call(name).returns(value)), **options)


def found(trace: Trace, *sources: str) -> tuple[str, str] | None:
    """The value and what it is; None where the trace is not tied to anything."""
    finding = find_surroundings(trace, NOW, lambda: sources)
    return None if finding is None else (finding.value, finding.meaning)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (date(2027, 1, 15), ("2027-01-15", DATE)),
        (datetime(2027, 1, 15), ("2027-01-15", DATE)),
        ("report of 2027-01-15", ("2027-01-15", DATE)),
        ({"file": "log-20270115.txt"}, None),
        ("log 20270115.txt", ("20270115", DATE)),
        ("15.01.2027", ("15.01.2027", DATE)),
        ("Jan 15, 2027", ("Jan 15, 2027", DATE)),
        (date(2027, 1, 14), None),
        (20270115, None),
        ("2027-01-151", None),
        ("(c) 2027 Acme", ("2027", YEAR)),
        ({"year": 2027}, ("2027", YEAR)),
        (2027, None),
        ("due 1 March 2027, or Mar 3, 2027, or 2027-03-01, or 3/2027", None),
        (40122, ("40122", PID)),
        ("/run/job-40122.pid", ("40122", PID)),
        ([40122.5, 140122, "a40122", "0.40122"], None),
        (731, None),
        ({"ppid": 731}, ("731", "the id of the parent process")),
        (139872345001984, ("139872345001984", "the id of this thread")),
        ("kestrel-04", ("kestrel-04", "the name of this machine")),
        ("http://kestrel-04/x", ("kestrel-04", "the name of this machine")),
        ("a kestrel-04 flew by", None),
        (["marla"], ("marla", "the name of the user")),
        ("marla@example.org", ("marla", "the name of the user")),
        ("marlas", None),
        ("http://127.0.0.1:43211/x", ("43211", PORT)),
        ("http://127.0.0.1:8000/x or example.org:43211", None),
        ({"port": 65535}, ("65535", PORT)),
        ({"port": 65536, "export": "no", "size": 43211}, None),
        ({"port": 32767}, None),
    ],
)
def test_what_is_a_sign_and_what_is_not(value: Any, told: tuple[str, str] | None) -> None:
    """Values that only this day, process or machine gives are found; others that look like them are not."""
    assert found(trace_of(value)) == told


def test_numbers_of_calls_that_are_named_so() -> None:
    """A short number counts where the call is called after it; so does a year."""
    assert found(trace_of(731, "m.parent_pid")) == ("731", "the id of the parent process")
    assert found(trace_of(2027, "m.this_year")) == ("2027", YEAR)
    assert found(Trace(events(call("m.f", year=2027)))) == ("2027", YEAR)
    assert found(Trace(events(call("m.f", years_ago=3, n=2027)))) is None


def test_folders_that_have_no_label(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text has labels for most; what is left is found."""
    monkeypatch.chdir(tmp_path)
    where = str(tmp_path / "data")
    assert found(trace_of(where)) is None
    assert found(trace_of(where, root={})) == (str(tmp_path), "the current folder")
    assert found(trace_of(f"{tempfile.gettempdir()}/other", root={})) is not None


def test_everyday_names_are_no_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every second program knows a root, a localhost and a test."""
    called(monkeypatch, host="localhost", user="root")
    assert found(trace_of(["root", "localhost", "root@localhost"])) is None


@pytest.mark.parametrize(
    ("value", "source"),
    [
        (date(2027, 1, 15), "DUE = date(2027, 1, 15)"),
        ("2027-01-15", "assert report('2027-01-15')"),
        ("(c) 2027", "# (c) 2027"),
        (40122, "PRICE = 40122"),
        ("kestrel-04", "HOST = 'kestrel-04'"),
    ],
)
def test_what_a_source_spells_out_is_fixed(value: Any, source: str) -> None:
    """It will be there tomorrow."""
    assert found(trace_of(value), "nothing", source) is None
    assert found(trace_of(value), "nothing") is not None


def test_a_fixed_value_hides_no_other() -> None:
    """The next one is looked for."""
    assert found(trace_of(["2027-01-15", "kestrel-04"]), "2027-01-15") == ("kestrel-04", "the name of this machine")


def test_sources(tmp_path: Path) -> None:
    """The test's file, the conftest files above it, the modules of the trace; none that is missing."""
    (tmp_path / "conftest.py").write_text("A = 1")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_it.py").write_text("B = 2")
    trace = Trace(events(call("tests.testing.verify.test_environment_check.f"), call("nowhere.g")))
    texts = list(sources_of(trace, tmp_path / "tests/test_it.py"))
    assert {"A = 1", "B = 2"} <= set(texts)
    assert list(sources_of(trace, tmp_path / "gone/test_it.py")) == [text for text in texts if text != "B = 2"]


@pytest.mark.parametrize(
    ("value", "scrub"),
    [
        (date(2027, 1, 15), (r"\b\d{4}-\d{2}-\d{2}\b", "<date>")),
        (datetime(2027, 1, 15), "datetime"),
        ("on 15 Jan 2027", (r"\b\d{2} [A-Z][a-z]+ \d{4}\b", "<date>")),
        ("job-40122.pid", (r"job-\d+\.pid", "job-<number>.pid")),
        ("(c) 2027 Acme", (r"\(c\) \d{4} Acme", "(c) <year> Acme")),
        ("localhost:43211", "port"),
    ],
)
def test_a_scrubber_that_mends_it(value: Any, scrub: str | tuple[str, str]) -> None:
    """It is named as it is written in Python, and it does what it is said to do."""
    told = explain_instability(trace_of(value), trace_of(value), now=NOW)
    assert told is not None
    title, remedy, fixed = told.split("\n")
    assert title.startswith("the trace passes here and today only: ")
    written = f'"{scrub}"' if isinstance(scrub, str) else f'(r"{scrub[0]}", "{scrub[1]}")'
    assert remedy.startswith(f"  scrub=[{written}] makes it stable: traced(..., scrub=[{written}]), or snapy_scrub = ")
    assert fixed.strip().startswith("where it is always the same, spell it out in the test")
    assert found(trace_of(value, scrub=[scrub])) is None


@pytest.mark.parametrize(
    ("value", "matcher"),
    [
        (40122, 'matcher=path_type({"m.run.return": (int,)})'),
        ("kestrel-04", 'matcher=path_type({"m.run.return": (str,)})'),
        ({"host": "kestrel-04"}, r'matcher=path_type({r"m\.run\..*": (str,)}, regex=True, strict=False)'),
    ],
)
def test_a_matcher_where_no_scrubber_can_help(value: Any, matcher: str) -> None:
    """It takes syrupy's path_type to replace a number."""
    finding = find_surroundings(trace_of(value), NOW, tuple)
    assert finding is not None
    assert finding.remedy.endswith(matcher)


def test_the_clock_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frozen clock is not asked: a date that it gives is fixed."""
    moment = clock_of_the_system()
    assert abs(moment - datetime.now().timestamp()) < timedelta(hours=1).total_seconds()
    monkeypatch.setattr("time.time", lambda: NOW)
    assert moment <= clock_of_the_system() != NOW


def test_an_unreadable_text_is_not_searched() -> None:
    """A trace whose text cannot be read back is told of nothing, and breaks nothing."""
    sources: Iterable[str] = ()
    assert find_surroundings(Trace(events()), NOW, lambda: sources) is None
