import pytest

from snapy_instrument import install_hook


@pytest.fixture(scope="module", autouse=True)
def hook():
    # A project of its own writes `install_hook("stationery.*")` alone, at the top of its conftest.py, or one line
    # in pyproject.toml. This example shares its pytest run with others and puts everything back after itself.
    with install_hook("stationery.*") as installed:
        yield installed
