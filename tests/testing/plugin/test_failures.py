"""What a failing test did: the section of its report, and the saved trace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapy_instrument.errors import TraceError
from snapy_instrument.events import EventType
from snapy_instrument.testing.plugin.failures import TITLE
from snapy_instrument.testing.plugin.latest_calls import LatestCalls
from snapy_instrument.trace.trace import Trace
from tests.conftest import Application
from tests.testing.plugin_runs import Outcome, Project, section

SECRET = "sk_live_51HsGx2eZvKYlo2C"
APPLICATION = """
def total(prices):
    return sum(map(tax, prices))

def tax(price):
    return price * 2

def charge(cents, card_token):
    if cents > 100:
        raise ValueError("declined", cents)
    return "ok"

def pay(prices, card_token):
    return charge(total(prices), card_token)

def attempt(prices, card_token):
    try:
        pay(prices, card_token)
    except ValueError:
        return False

def sum_up(number):
    if number == 0:
        raise KeyError("end")
    sum_up(number - 1)

def connect(url):
    raise ConnectionError(url)

def translate(prices, card_token):
    try:
        pay(prices, card_token)
    except ValueError:
        raise RuntimeError("sold out") from None

def wait(event, done):
    done.set()
    event.wait()
    late()

def late():
    pass

async def later(prices, card_token):
    return pay(prices, card_token)
"""
TESTS = f"""
import asyncio
import pytest
import shop

TOKEN = "{SECRET}"

def test_passes():
    shop.tax(1)

def test_raises():
    shop.tax(7)
    shop.pay([30, 40], TOKEN)

def test_asserts():
    shop.attempt([30, 40], TOKEN)
    assert shop.tax(2) == 5

def test_calls_nothing():
    assert not TOKEN

def test_many():
    for number in range(300):
        shop.tax(number)
    shop.pay([90], TOKEN)

def test_deep():
    shop.sum_up(60)

def test_caught_before():
    with pytest.raises(ValueError):
        shop.pay([70], TOKEN)
    shop.tax(3)
    raise ValueError("declined", 140)

def test_coroutine():
    asyncio.run(shop.later([80], TOKEN))

@pytest.fixture
def till():
    shop.tax(1)
    shop.pay([99], TOKEN)

def test_setup(till):
    pass

@pytest.fixture
def closed():
    yield
    shop.pay([98], TOKEN)

def test_teardown(closed):
    shop.tax(5)

def test_translated():
    shop.translate([90], TOKEN)

def test_threads():
    import threading
    event, done = threading.Event(), threading.Event()
    thread = threading.Thread(target=shop.wait, args=(event, done))
    thread.start()
    done.wait()
    shop.tax(5)
    event.set()
    thread.join()
    assert not TOKEN

@pytest.mark.xfail
def test_expected():
    shop.pay([99], TOKEN)

@pytest.mark.snapy(detail="minimal")
def test_mark():
    shop.pay([51], TOKEN)

def test_url():
    shop.connect("redis://shop:hunter2hunter2@localhost/1")
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose tests fail in many ways."""
    return Project(tmp_path_factory.mktemp("failures"), shop=APPLICATION, test_shop=TESTS)


@pytest.fixture(scope="module")
def outcome(project: Project) -> Outcome:
    """A run of it that shows and saves what it can, in each way in which pytest writes reports."""
    project.write(
        "conftest.py",
        """
        import json

        def pytest_runtest_logreport(report):
            with open("reports.json", "a", encoding="utf-8") as file:
                print(json.dumps(report._to_json(), default=str), file=file)
        """,
    )
    options = ["--snapy-on-failure", "--snapy-artifacts", "saved", "--tb=short", "--show-capture=all"]
    return project.run(*options, "--junitxml=junit.xml", "-o", "junit_logging=all")


def shown(outcome: Outcome, test: str) -> list[str]:
    """The section about a test, without its last line, which names the file."""
    start = next(i for i, line in enumerate(outcome.lines) if line.startswith("___") and line.split()[-2] == test)
    rest = Outcome(0, outcome.lines[start + 1 :], [], {})
    ends = (i for i, line in enumerate(rest.lines) if line.startswith(("___", "===")) or "generated xml file" in line)
    stop = next(ends)
    lines = section(Outcome(0, rest.lines[:stop], [], {}), TITLE)
    assert lines[-1].startswith("saved, for Trace.load: saved/")
    return lines[:-1]


def test_path_to_the_raising_call(outcome: Outcome) -> None:
    """The first line names it; the calls on the path are marked, those beside them are there, too."""
    assert shown(outcome, "test_raises") == [
        "ValueError('declined', 140) raised in shop.pay > shop.charge",
        "  trace v1 standard",
        "  shop.tax(price=7) -> 14",
        "> shop.pay(prices=[30, 40], card_token=<redacted>)",
        "    shop.total(prices=[30, 40])",
        "      shop.tax(price=30) -> 60",
        "      shop.tax(price=40) -> 80",
        "      -> 140",
        ">   shop.charge(cents=140, card_token=<redacted>) raises ValueError('declined', 140)",
        "    raises ^ValueError",
    ]


def test_exception_of_the_test(outcome: Outcome) -> None:
    """No traced call raised it, not the one whose exception was caught: the last call is marked."""
    lines = shown(outcome, "test_asserts")
    assert lines[:2] == [
        "no traced call raised it; the last call was shop.tax",
        "before: ValueError('declined', 140) raised in shop.pay > shop.charge, handled in shop.attempt",
    ]
    assert lines[-1] == "> shop.tax(price=2) -> 4"
    assert len(lines) == 13
    marked = [line[2:].strip().partition("(")[0] for line in lines if line.startswith(">")]
    assert marked == ["shop.pay", "shop.charge", "shop.tax"]


def test_same_exception_caught_before(outcome: Outcome) -> None:
    """A call that raised an equal exception which did not fail the test is not on the path."""
    assert shown(outcome, "test_caught_before")[:2] == [
        "no traced call raised it; the last call was shop.tax",
        "before: ValueError('declined', 140) raised in shop.pay > shop.charge, handled in the test",
    ]


def test_the_last_call_is_the_last_by_time(outcome: Outcome) -> None:
    """Not the last line: calls of a thread are shown where it was started."""
    assert shown(outcome, "test_threads")[0] == "no traced call raised it; the last call was shop.late"


def test_an_exception_raised_in_place_of_another_one(outcome: Outcome) -> None:
    """Both are named and marked."""
    lines = shown(outcome, "test_translated")
    assert lines[:2] == [
        "RuntimeError('sold out') raised in shop.translate",
        "before: ValueError('declined', 180) raised in shop.pay > shop.charge, handled in shop.translate",
    ]
    assert sum(line.startswith(">") for line in lines) == 3


def test_no_calls(outcome: Outcome) -> None:
    """The section says so."""
    assert shown(outcome, "test_calls_nothing") == [
        "no traced function was called: check the patterns of the setting snapy_trace"
    ]


def test_many_calls(outcome: Outcome) -> None:
    """The section is bounded, and the path is in it."""
    lines = shown(outcome, "test_many")
    assert lines[0] == "ValueError('declined', 180) raised in shop.pay > shop.charge"
    assert len(lines) < 60
    assert "> shop.pay(prices=[90], card_token=<redacted>)" in lines
    assert any(line.startswith("  ... ") for line in lines)


def test_deep_path(outcome: Outcome) -> None:
    """Of a long path both ends are named."""
    lines = shown(outcome, "test_deep")
    path = ["shop.sum_up", "shop.sum_up", "...", *["shop.sum_up"] * 4]
    assert lines[0] == f"KeyError('end') raised in {' > '.join(path)}"
    assert len(lines) < 60


def test_path_through_a_coroutine(outcome: Outcome) -> None:
    """A coroutine is one call."""
    assert shown(outcome, "test_coroutine")[0] == (
        "ValueError('declined', 160) raised in shop.later > shop.pay > shop.charge"
    )


def test_fixtures(outcome: Outcome) -> None:
    """Where a fixture fails, its calls are shown, and not those of the test."""
    setup, teardown = shown(outcome, "test_setup"), shown(outcome, "test_teardown")
    assert setup[0] == "ValueError('declined', 198) raised in shop.pay > shop.charge"
    assert setup[2] == "  shop.tax(price=1) -> 2"
    assert teardown[0] == "ValueError('declined', 196) raised in shop.pay > shop.charge"
    assert "shop.tax(price=5)" not in "\n".join(teardown)


def test_mark(outcome: Outcome) -> None:
    """The test's mark says how its calls are shown."""
    assert shown(outcome, "test_mark")[1:3] == ["  trace v1 minimal", "> shop.pay"]


def test_only_failures(outcome: Outcome, project: Project) -> None:
    """A test that passes, or fails as expected, has neither a section nor a file."""
    assert outcome.counts == {"passed": 2, "failed": 11, "errors": 2, "xfailed": 1}
    names = {path.name for path in (project.folder / "saved").iterdir()}
    assert names == {
        f"test_shop.py-test_{name}.jsonl"
        for name in (
            *("raises", "asserts", "calls_nothing", "many", "deep", "caught_before", "coroutine", "mark", "url"),
            *("translated", "threads"),
            *("setup-setup", "teardown-teardown"),
        )
    }


def test_saved_trace(outcome: Outcome, project: Project) -> None:
    """The file has the whole trace."""
    trace = Trace.load(project.folder / "saved" / "test_shop.py-test_many.jsonl")
    assert outcome.counts["failed"] == 11
    assert len(trace) == 300 + 4
    assert trace.calls("shop.charge")[0].args["cents"] == 180


def test_no_secret_anywhere(outcome: Outcome, project: Project) -> None:
    """Neither the sections, as terminal, JSON and junit have them, nor the files show what is to be hidden."""
    for secret in (SECRET, "hunter2hunter2"):
        assert outcome.counts["failed"] == 11
        sections = []
        for line in (project.folder / "reports.json").read_text(encoding="utf-8").splitlines():
            sections += [text for title, text in json.loads(line)["sections"] if title == TITLE]
        assert len(sections) == 13
        assert secret not in "".join(sections)
        assert secret not in "".join("".join(shown(outcome, f"test_{name}")) for name in ("raises", "url", "setup"))
        for path in (project.folder / "saved").iterdir():
            assert secret not in path.read_text(encoding="utf-8")
        output = ElementTree.parse(project.folder / "junit.xml").iter("system-out")
        assert secret not in "".join(element.text or "" for element in output)


def test_workers(project: Project, outcome: Outcome) -> None:
    """With xdist the sections are the same."""
    again = project.run(
        "--snapy-on-failure", "--snapy-artifacts", "saved", "--tb=short", "-n", "2", "-k", "raises or many"
    )
    for test in ("test_raises", "test_many"):
        assert shown(again, test) == shown(outcome, test)


def test_off_by_default(project: Project) -> None:
    """No section, no file."""
    (project.folder / "test_one.py").write_text("import shop\ndef test_it():\n    shop.connect('x')\n")
    outcome = project.run("test_one.py")
    outcome.no_match(f"*{TITLE}*")
    assert outcome.counts == {"failed": 1}


def test_without_syrupy_and_hook(tmp_path: Path) -> None:
    """Without patterns the calls of your own code are shown, by a frame backend; syrupy is not needed."""
    project = Project(
        tmp_path, "", shop=APPLICATION, test_shop="import shop\ndef test_it():\n    shop.pay([51], None)\n"
    )
    outcome = project.run("--snapy-on-failure", "-p", "no:syrupy")
    outcome.match("ValueError('declined', 102) raised in test_shop.test_it > shop.pay > shop.charge")


def test_odd_names(tmp_path: Path) -> None:
    """Files of tests whose identifiers differ in odd characters only are different files, in the folder."""
    source = """
    import pytest

    @pytest.mark.parametrize("name", ["a/b", "a-b", "../..", "é", "x" * 300, "x" * 301])
    def test_it(name):
        assert not name
    """
    project = Project(tmp_path, "snapy_artifacts = saved", test_it=source)
    assert project.run().counts == {"failed": 6}
    assert len(list((tmp_path / "saved").iterdir())) == 6


def test_unwritable_folder(tmp_path: Path) -> None:
    """The report says that the trace cannot be saved, and is a report all the same."""
    project = Project(tmp_path, "snapy_artifacts = pytest.ini/saved", test_it="def test_it(): assert False")
    outcome = project.run()
    outcome.match("the calls cannot be shown: *Error: *", "*1 failed*")


# -- the recording ----------------------------------------------------------------------------------------

_Tree: TypeAlias = "list[_Tree]"
_LEAF: st.SearchStrategy[_Tree] = st.builds(list)


def test_latest_calls(application: Application) -> None:
    """Of many calls the latest are kept, with their callers, those still open and the number of the others."""
    application.write(
        loop="def run(n):\n    for i in range(n):\n        outer(i)\ndef outer(i):\n    inner(i)\ndef inner(i): pass"
    )
    module = application.load("loop")
    with LatestCalls(100, filter_modules=["loop"]) as tracer:
        module.run(1000)
    trace = tracer.trace
    kept = [event.args["i"] for event in trace.calls("loop.inner")]
    assert kept == list(range(kept[0], 1000))
    assert 10 <= len(kept) < 60
    assert [root.name for root in trace.roots] == ["loop.run"]
    assert len(trace) + tracer.dropped == 2001


def test_everything_of_few_calls(application: Application) -> None:
    """Below the bound nothing is dropped."""
    application.write(loop="def run(n):\n    return run(n - 1) if n else 0")
    module = application.load("loop")
    with LatestCalls(100, filter_modules=["loop"]) as tracer:
        module.run(20)
    assert (len(tracer.trace), tracer.dropped) == (21, 0)


@given(tree=st.recursive(_LEAF, lambda inner: st.lists(inner, max_size=6), max_leaves=60), most=st.integers(2, 40))
def test_kept_events_are_a_tree(tree: _Tree, most: int) -> None:
    """Whatever was dropped: each event kept has its call and that call's callers, and ends are not lost."""
    with LatestCalls(most, filter_modules=[f"{__name__}:_walk"]) as tracer:
        _walk(tree)
    events = tracer.events
    calls = {event.call_id: event for event in events if event.event_type == EventType.CALL}
    assert {event.call_id for event in events} <= calls.keys()
    assert all(call.parent_id is None or call.parent_id in calls for call in calls.values())
    ended = [event.call_id for event in events if event.event_type == EventType.RETURN]
    assert sorted(ended) == sorted(calls)


def _walk(tree: _Tree) -> None:
    for each in tree:
        _walk(each)


def test_cleaned_up() -> None:
    """It is a tracer like others."""
    tracer = LatestCalls()
    tracer.cleanup()
    with pytest.raises(TraceError):
        assert tracer.trace
