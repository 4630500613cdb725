"""Ten traces of the same pipeline: the whole, and each step alone."""

from pathlib import Path

import pytest
import sales

FILE = "sales.csv"
STEPS = {
    "load": lambda: sales.load(FILE),
    "clean": lambda: sales.clean(sales.load(FILE)),
    "split": lambda: sales.split_returns(sales.clean(sales.load(FILE))),
    "rates": lambda: sales.rates(sales.RATES),
    "euros": lambda: sales.in_euros(sales.clean(sales.load(FILE)), sales.rates(sales.RATES)),
    "months": lambda: sales.by_month(sales.in_euros(sales.load(FILE), sales.rates(sales.RATES))),
    "best": lambda: sales.best(sales.in_euros(sales.load(FILE), sales.rates(sales.RATES)), 1),
    "share": lambda: sales.share(sales.in_euros(sales.load(FILE), sales.rates(sales.RATES))),
}


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    monkeypatch.chdir(Path(__file__).parent)


@pytest.mark.parametrize("step", STEPS)
def test_step(traced, trace_snapshot, step):
    with traced() as trace:
        STEPS[step]()
    assert trace == trace_snapshot(name=step)


def test_report(traced, trace_snapshot):
    with traced() as trace:
        sales.report(FILE)
    assert trace == trace_snapshot


@pytest.mark.snapy(frames="head")
def test_first_rows(traced, trace_snapshot):
    with traced() as trace:
        sales.by_month(sales.in_euros(sales.clean(sales.load(FILE)), sales.rates(sales.RATES)))
    assert trace == trace_snapshot
