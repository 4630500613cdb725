"""--snapy-verify: a trace that another run would not give is not written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.testing.plugin_runs import Outcome, Project, section

APPLICATION = '''
import uuid

COUNT = []

def save(key):
    return key

def count():
    """
    >>> snapshot = getfixture("trace_snapshot")
    >>> with getfixture("traced")() as trace:
    ...     save("doc")
    'doc'
    >>> trace == snapshot
    True
    """
    COUNT.append(1)
    return save(len(COUNT))
'''
TESTS = """
import asyncio
import unittest
import uuid
import warnings

import pytest
import shop
from snapy_instrument import TracedSnapshot, TracedSnapshotExtension

runs = []

@pytest.fixture
def fresh():
    print("set up")
    yield []
    print("torn down")

def test_stable(traced, trace_snapshot, fresh):
    runs.append("stable")
    fresh.append(1)
    assert len(fresh) == 1
    warnings.warn("shown once")
    with traced() as trace:
        shop.save("a")
    assert trace == trace_snapshot

def test_uuid(traced, trace_snapshot):
    with traced() as trace:
        shop.save(str(uuid.uuid4()))
    assert trace == trace_snapshot

def test_own_tracer(trace_snapshot):
    with TracedSnapshot() as trace:
        shop.save(str(uuid.uuid4()))
    assert trace == trace_snapshot

def test_counter(traced, trace_snapshot):
    with traced() as trace:
        shop.count()
    assert trace == trace_snapshot

def test_dict(traced, snapshot):
    with traced() as trace:
        shop.save(str(uuid.uuid4()))
    assert {"trace": trace.format_trace()} == snapshot

def test_extension(traced, snapshot):
    with traced() as trace:
        shop.save(str(uuid.uuid4()))
    assert {"trace": trace.trace} == snapshot.use_extension(TracedSnapshotExtension)

def test_not_for_two_runs(traced, trace_snapshot):
    runs.append("not for two")
    with traced() as trace:
        shop.save("b")
    assert trace == trace_snapshot
    assert runs.count("not for two") == 1

def test_no_trace(traced, snapshot):
    runs.append("no trace")
    assert [1, 2] == snapshot

def test_fails(traced, trace_snapshot):
    runs.append("fails")
    with traced() as trace:
        shop.save("c")
    assert trace == trace_snapshot
    assert False, "on purpose"

def test_fails_unstable(traced, trace_snapshot):
    with traced() as trace:
        shop.save(str(uuid.uuid4()))
    assert trace == trace_snapshot
    assert False, "on purpose"

class TestOld(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def given(self, traced, trace_snapshot):
        self.traced, self.trace_snapshot = traced, trace_snapshot

    def setUp(self):
        self.key = "d"

    def test_it(self):
        runs.append("unittest")
        with self.traced() as trace:
            shop.save(self.key)
        self.assertEqual(trace, self.trace_snapshot)

@pytest.mark.anyio
async def test_coroutine(traced, trace_snapshot):
    runs.append("coroutine")
    with traced() as trace:
        await asyncio.sleep(0)
        shop.save("e")
    assert trace == trace_snapshot

def test_runs():
    counts = {name: runs.count(name) for name in runs}
    assert counts == {
        "stable": 2, "not for two": 2, "no trace": 1, "fails": 2, "unittest": 2, "coroutine": 2
    }
"""
CONFTEST = """
import pytest

@pytest.fixture
def anyio_backend():
    return "asyncio"
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project without snapshots."""
    folder = tmp_path_factory.mktemp("verify")
    return Project(folder, shop=APPLICATION, test_shop=TESTS, conftest=CONFTEST)


@pytest.fixture(scope="module")
def outcome(project: Project) -> Outcome:
    """The run that makes them, verified."""
    return project.run("--snapshot-update", "--snapy-verify", "--doctest-modules", "-s")


UNSTABLE = "the trace is not stable, its snapshot is not written: "


def failure(outcome: Outcome, test: str) -> str:
    """Return the report of a failure."""
    start = next(i for i, line in enumerate(outcome.lines) if line.startswith("___") and line.split()[-2] == test)
    rest = outcome.lines[start + 1 :]
    return "\n".join(rest[: next(i for i, line in enumerate(rest) if line.startswith(("___", "===", "---")))])


def test_outcomes(outcome: Outcome) -> None:
    """Each test has one outcome; those with a trace to be written ran twice, others once."""
    assert outcome.counts == {"passed": 6, "failed": 8, "warnings": 1}


@pytest.mark.parametrize("test", ["test_uuid", "test_own_tracer", "test_dict", "test_extension"])
def test_unstable_value(outcome: Outcome, test: str) -> None:
    """It is named with its call, and the scrubber that makes it stable."""
    text = failure(outcome, test)
    assert text.startswith(UNSTABLE)
    assert "shop.save called with key: '" in text.splitlines()[0]
    assert 'scrub=["uuid"] makes it stable' in text
    assert "def test_" not in text


def test_state_left_behind(outcome: Outcome) -> None:
    """Both values are named."""
    assert "1 -> 2" in failure(outcome, "test_counter").splitlines()[0]


def test_second_run_fails(outcome: Outcome) -> None:
    """Where it fails for another reason its failure is shown."""
    text = failure(outcome, "test_not_for_two_runs")
    assert text.startswith(f"{UNSTABLE}the test, run a second time to verify the snapshot, did not pass")
    assert "assert runs.count" in text


def test_failure_of_its_own(outcome: Outcome) -> None:
    """A test that fails is shown with its own failure; what it writes is verified all the same."""
    text = failure(outcome, "test_fails")
    assert UNSTABLE not in text
    assert "on purpose" in text
    text = failure(outcome, "test_fails_unstable")
    assert "on purpose" in text
    assert "TestOld" not in text
    assert section(outcome, "snapy")[0].startswith(UNSTABLE)


def test_fresh_fixtures(outcome: Outcome) -> None:
    """Both runs set up and tear down the fixtures of the test; warnings are shown once."""
    assert outcome.text.count("set up") == outcome.text.count("torn down") == 2
    assert outcome.text.count("UserWarning: shown once") == 1


def test_what_is_written(outcome: Outcome, project: Project) -> None:
    """Only what is stable, or was not asked about, whatever extension would write it."""
    assert outcome.counts["failed"] == 8
    files = project.snapshots()
    names = ["test_coroutine", "test_fails", "test_stable", "TestOld.test_it"]
    assert sorted(files) == sorted(
        ["shop/count.trace", "test_shop.ambr", *(f"test_shop/{name}.trace" for name in names)]
    )
    assert [line for line in files["test_shop.ambr"].splitlines() if line.startswith("# name")] == [
        "# name: test_no_trace"
    ]


def test_the_summary_counts_each_snapshot_once(outcome: Outcome) -> None:
    """Generated are those that were written; those refused have failed, whatever the second run compared."""
    assert "7 snapshots failed. 6 snapshots generated." in outcome.lines


def test_passes_afterwards(outcome: Outcome, project: Project) -> None:
    """What was written passes, and nothing is unused."""
    assert outcome.counts["failed"] == 8
    tests = "test_stable or (coroutine or TestOld or no_trace)"
    again = project.run("-k", tests, "--snapshot-details")
    assert (again.code, again.counts) == (0, {"passed": 4, "warnings": 1})


def test_workers_and_old_snapshots(tmp_path: Path) -> None:
    """With xdist as well an unstable trace is refused, and an older snapshot stays unchanged."""
    source = TESTS[: TESTS.index("def test_own_tracer")]
    project = Project(tmp_path, "snapy_trace = shop.*\nsnapy_verify = true", shop=APPLICATION, test_shop=source)
    (tmp_path / "__snapshots__/test_shop").mkdir(parents=True)
    (tmp_path / "__snapshots__/test_shop/test_uuid.trace").write_text("trace v1 standard\nold()\n")
    outcome = project.run("--snapshot-update", "-n", "2")
    assert outcome.counts == {"passed": 1, "failed": 1, "warnings": 1}
    assert "1 snapshot failed. 1 snapshot generated." in outcome.lines
    files = project.snapshots()
    assert files["test_shop/test_uuid.trace"] == "trace v1 standard\nold()\n"
    assert files["test_shop/test_stable.trace"] == "trace v1 standard\nshop.save(key='a') -> 'a'\n"


def test_without_update(tmp_path: Path) -> None:
    """A run that writes nothing runs nothing twice."""
    source = "def test_it():\n    print('one run')"
    outcome = Project(tmp_path, test_it=source).run("--snapy-verify", "-s")
    assert outcome.text.count("one run") == 1


def test_without_syrupy(tmp_path: Path) -> None:
    """Nothing is written then, and nothing breaks."""
    source = "def test_it(traced):\n    with traced() as trace:\n        pass\n"
    assert Project(tmp_path, "", test_it=source).run("--snapy-verify", "-p", "no:syrupy").counts == {"passed": 1}


SURROUNDED = r"""
import datetime
import os
import tempfile
import time

import pytest
import shop

@pytest.fixture(scope="module", autouse=True)
def frozen():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", lambda: 981158400.0)
        yield

def test_today(traced, trace_snapshot):
    with traced() as trace:
        shop.save(datetime.date.fromtimestamp(os.stat(__file__).st_mtime))
    assert trace == trace_snapshot

def test_second(traced, trace_snapshot):
    with traced() as trace:
        shop.save(int(datetime.datetime.now().timestamp()))
    assert trace == trace_snapshot

def test_frozen(traced, trace_snapshot):
    with traced() as trace:
        shop.save(time.time())
    assert trace == trace_snapshot

def test_folder(traced, trace_snapshot):
    with tempfile.TemporaryDirectory() as folder, traced() as trace:
        shop.save(f"{folder}/report.txt")
    assert trace == trace_snapshot

def test_zone_is_restored():
    assert os.environ["TZ"] == "<+01>-01"
    assert time.localtime(0).tm_hour == 1
"""


def test_second_run_has_other_surroundings(tmp_path: Path) -> None:
    """Today's date and the present second are refused; a frozen clock and folders for temporary files are not."""
    project = Project(tmp_path, shop=APPLICATION, test_shop=SURROUNDED)
    outcome = project.run("--snapshot-update", "--snapy-verify", TZ="<+01>-01")
    assert outcome.counts == {"passed": 3, "failed": 2}
    assert failure(outcome, "test_today").startswith(f"{UNSTABLE}the trace differs between two runs of the same test: ")
    assert "the time zone, which differs in the second run" in failure(outcome, "test_today")
    assert 'scrub=["epoch"] makes it stable' in failure(outcome, "test_second")
    assert list(project.snapshots()) == ["test_shop/test_folder.trace", "test_shop/test_frozen.trace"]
