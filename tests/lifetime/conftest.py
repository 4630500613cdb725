from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tests.lifetime.ways import Scenarios, loaded_twice


@pytest.fixture(scope="package", autouse=True)
def short_collections() -> Iterator[None]:
    # What was there before cannot be garbage of these tests: looking at it takes most of their time.
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="module")
def scenarios() -> Iterator[Scenarios]:
    with loaded_twice() as both:
        yield both
