"""What a team counts on: one committed snapshot, whatever runs the tests, and nothing in it that should not be."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.testing.plugin_runs import Project

SECRET = "sk_live_51HsGx2eZvKYlo2C"
APPLICATION = '''
import asyncio
import threading

RATES = {"book": 0.07}

class Order:
    def __init__(self, lines, token=None):
        self.lines = lines

    def total(self):
        return sum(amount + tax(kind, amount) for kind, amount in self.lines)

def tax(kind, amount):
    """
    >>> with getfixture("traced")() as trace:
    ...     kinds(["b", "a"]) == {"a", "b"}
    True
    >>> trace.format_trace() == getfixture("trace_snapshot")
    True
    """
    return RATES.get(kind, 0.19) * amount

def kinds(names):
    return set(names)

def job(number):
    return number * 2

async def fetch(number):
    await asyncio.sleep(0)
    return job(number)

async def fetch_all():
    return await asyncio.gather(fetch(1), fetch(2))

def in_threads():
    threads = [threading.Thread(target=job, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

def checkout(lines, token=None, headers=None):
    kinds(kind for kind, _ in lines)
    if not lines:
        raise ValueError(f"nothing to pay, Authorization: Bearer {token}")
    return Order(lines, token).total()
'''
TESTS = f'''
import unittest

import pytest
import shop
from syrupy.extensions.json import JSONSnapshotExtension

TOKEN = "{SECRET}"

@pytest.mark.parametrize("name", ["book", "a/b", "..", "%2F", "x" * 300])
def test_checkout(name, traced, trace_snapshot):
    with traced() as trace:
        shop.checkout([(name, 10.0), ("pen", 1.0)], TOKEN, {{"Authorization": f"Bearer {{TOKEN}}"}})
    assert trace == trace_snapshot

def test_order_and_sets(traced, trace_snapshot):
    with traced() as trace:
        shop.kinds(["pen", "book", "ink", "mug"])
        shop.in_threads()
    assert trace == trace_snapshot

@pytest.mark.anyio
async def test_anyio(traced, trace_snapshot, anyio_backend):
    with traced() as trace:
        await shop.fetch_all()
    assert trace == trace_snapshot

class TestOld(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def given(self, traced, trace_snapshot):
        self.traced, self.trace_snapshot = traced, trace_snapshot

    def test_it(self):
        with self.traced() as trace:
            shop.checkout([("book", 1.0)], TOKEN)
        self.assertEqual(trace, self.trace_snapshot)

def test_declined(traced, trace_snapshot):
    with traced() as trace, pytest.raises(ValueError):
        shop.checkout([], TOKEN)
    assert trace == trace_snapshot

def test_json(traced, snapshot):
    with traced() as trace:
        shop.checkout([("book", 1.0)], TOKEN)
    values = {{"trace": trace.format_trace(), "calls": trace.get_function_calls(), "metrics": trace.get_metrics()}}
    assert values == snapshot.use_extension(JSONSnapshotExtension)

def test_combined(traced, snapshot):
    with traced() as trace:
        result = shop.checkout([("book", 1.0)], TOKEN)
    assert {{"result": result, "trace": trace.format_trace(), "metrics": trace.get_metrics()}} == snapshot
'''
ASYNCIO = """
import pytest
import shop

@pytest.mark.asyncio
async def test_asyncio(traced, trace_snapshot):
    with traced() as trace:
        await shop.fetch_all()
    assert trace == trace_snapshot
"""
CONFTEST = """
import os
import random

import pytest
import shop

@pytest.fixture
def anyio_backend():
    return "asyncio"

def pytest_collection_modifyitems(items):
    if "SHUFFLE" in os.environ:
        random.Random(os.environ["SHUFFLE"]).shuffle(items)
"""
EXPECTED = """\
trace v1 standard
shop.checkout(lines=[('book', 10.0), ('pen', 1.0)], token=<redacted>, headers={'Authorization': <redacted>})
  shop.kinds(names=<generator shop.checkout.<locals>.<genexpr>>) -> {'book', 'pen'}
  shop.Order.__init__(lines=[('book', 10.0), ('pen', 1.0)], token=<redacted>)
  shop.Order.total()
    shop.tax(kind='book', amount=10.0) -> 0.7
    shop.tax(kind='pen', amount=1.0) -> 0.19
    -> 11.89
  -> 11.89
"""
EVERYTHING = ["--doctest-modules", "--snapshot-details"]
# Plugins that put tests in random order, where they are installed.
RANDOM = {"pytest_randomly": ["-p", "randomly"], "random_order": ["-p", "random_order", "--random-order"]}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with committed snapshots; its conftest imports the application. Warnings are errors."""
    more = {"test_asyncio": ASYNCIO} if find_spec("pytest_asyncio") else {}
    # pytest-asyncio leaves a socket behind, and anyio's plugin is of another opinion about policies.
    lines = "snapy_trace = shop.*\nfilterwarnings =\n    error::snapy_instrument.SnapyWarning"
    folder = tmp_path_factory.mktemp("acceptance")
    project = Project(folder, lines, shop=APPLICATION, test_shop=TESTS, conftest=CONFTEST, **more)
    outcome = project.run("--snapshot-update", "--doctest-modules").passes()
    assert set(outcome.counts) - {"warnings"} == {"passed"}
    return project


def test_text(project: Project) -> None:
    """The committed trace is a text that people read."""
    assert project.snapshots()["test_shop/test_checkout[book].trace"] == EXPECTED


def test_two_runs(project: Project) -> None:
    """Trace files, and traces with metrics in plain snapshots, pass twice; nothing is unused."""
    for _ in range(2):
        project.run(*EVERYTHING).passes().no_match("*unused*")


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_hash_seeds_and_orders(project: Project, seed: str) -> None:
    """The same files pass with each hash seed, and with the tests in another order."""
    project.run(*EVERYTHING, PYTHONHASHSEED=seed, SHUFFLE=seed).passes()


@pytest.mark.parametrize("workers", ["0", "2"])
def test_workers(project: Project, workers: str) -> None:
    """The same files pass in one process and in workers, in any order."""
    project.run(*EVERYTHING, "-n", workers, SHUFFLE="7").passes().no_match("*unused*")


@pytest.mark.parametrize(
    "options",
    [
        ["--import-mode=importlib"],
        ["--assert=plain"],
        ["-p", "snapy"],
        ["-p", "snapy_instrument.testing.plugin.pytest_plugin"],
        ["-p", "no:xdist", "-s"],
        ["-p", "cacheprovider"],
        *(options for module, options in RANDOM.items() if find_spec(module)),
    ],
    ids=" ".join,
)
def test_ways_to_run(project: Project, options: list[str]) -> None:
    """The same files pass however pytest is started."""
    project.run(*EVERYTHING, *options).passes()


@pytest.mark.parametrize("workers", [[], ["-p", "xdist", "-n", "2"]])
@pytest.mark.parametrize("name", ["snapy", "snapy_instrument.testing.plugin.pytest_plugin"])
def test_plugins_named_one_by_one(project: Project, name: str, workers: list[str]) -> None:
    """With plugins that are not loaded by themselves, ``-p snapy`` is enough, in workers too."""
    only = ["-k", "checkout or declined or TestOld", "-p", "syrupy", "-p", name, *workers]
    outcome = project.run(*only, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1").passes()
    assert outcome.counts["passed"] == 7


def test_verified(tmp_path: Path) -> None:
    """A verified update writes all of it."""
    project = Project(tmp_path, shop=APPLICATION, test_shop=TESTS, conftest=CONFTEST)
    project.run("--snapshot-update", "--snapy-verify", "--doctest-modules").passes()
    assert project.snapshots()["test_shop/test_checkout[book].trace"] == EXPECTED
    project.run(*EVERYTHING).passes()


def test_only_trace_files(project: Project) -> None:
    """In the folders of snapshots there is nothing of ours but ``.trace`` files, named after modules and tests."""
    names = list(project.snapshots())
    assert {name.rpartition(".")[2] for name in names} == {"trace", "ambr", "json"}
    traces = [name for name in names if name.endswith(".trace")]
    assert all(name.startswith(("test_shop/test_", "test_shop/TestOld.", "test_asyncio/", "shop/")) for name in traces)
    assert len(traces) == 10 + (find_spec("pytest_asyncio") is not None)


def test_no_secret(project: Project) -> None:
    """Not in trace files, amber or JSON snapshots."""
    snapshots = project.snapshots()
    assert "<redacted>" in snapshots["test_shop.ambr"]
    assert "<redacted>" in json.loads(snapshots["test_shop/test_json.json"])["trace"]
    assert [name for name, text in snapshots.items() if SECRET in text] == []


def test_without_syrupy(project: Project) -> None:
    """What needs no snapshots works."""
    outcome = project.run("-p", "no:syrupy", "-k", "checkout and book")
    outcome.match("*trace_snapshot needs syrupy's plugin: pip install 'snapy-instrument[[]pytest[]]'*")
    assert outcome.counts == {"errors": 1}
