"""What tests and examples share: pytest's own test tools, the profile of hypothesis, the hooks of the examples."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from snapy_instrument import Hook, install_hook

# pytest allows this line in the conftest.py at the top level alone.
pytest_plugins = ["pytester"]

# A busy machine is slow; that is no fault of a strategy.
settings.register_profile("snapy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("snapy")


@pytest.fixture(scope="module")
def hook(request: pytest.FixtureRequest) -> Iterator[Hook]:
    """Hook the modules that an example names in ``HOOKED``, and put their functions back after it.

    A project of its own needs no fixture, only ``install_hook("stationery.*")`` at the top of its conftest.py or
    ``snapy_trace`` in its ini file. The examples share their run with tests that expect no hook.
    """
    with install_hook(request.module.HOOKED) as installed:
        yield installed
