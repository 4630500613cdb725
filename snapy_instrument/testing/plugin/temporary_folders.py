"""The temporary folders of pytest in the texts of traces: ``<tmp_path>`` of a test, and ``<tmp>`` of the run.

A test that runs again, on another worker of xdist or below another ``--basetemp`` has other folders and the same text.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["TemporaryFolders"]

import os
from collections.abc import Generator
from typing import Any

import pytest


class TemporaryFolders:
    """A plugin that names the folders of the fixtures ``tmp_path`` and ``tmp_path_factory`` as long as these live."""

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, object, object]:
        """Name the folder of a fixture that was made."""
        value = yield
        if fixturedef.argname == "tmp_path":
            _name(request, "tmp_path", value)
        elif fixturedef.argname == "tmp_path_factory" and isinstance(value, pytest.TempPathFactory):
            _name(request, "tmp", value.getbasetemp())
        return value


def _name(request: pytest.FixtureRequest, label: str, folder: object) -> None:
    # A fixture of that name may be the program's own.
    if isinstance(folder, str | os.PathLike):
        from snapy_instrument.trace.text.path_roots import add_place

        request.addfinalizer(add_place(label, folder))
