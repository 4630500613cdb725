from __future__ import annotations

import importlib
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest


class Application:
    """Modules that a test writes and imports, and all are forgotten after it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: set[str] = set()

    def write(self, **sources: str) -> None:
        """Write ``name='source'`` modules; ``__`` in a name separates folders."""
        for name, source in sources.items():
            path = self.folder.joinpath(*name.split("__")).with_suffix(".py")
            for folder in reversed(path.relative_to(self.folder).parents):
                if folder.name:
                    (self.folder / folder).mkdir(exist_ok=True)
                    (self.folder / folder / "__init__.py").touch()
            path.write_text(textwrap.dedent(source), encoding="utf-8")
            self.names.add(name.split("__")[0])
        importlib.invalidate_caches()

    def load(self, name: str) -> ModuleType:
        """Import a module of the application."""
        return importlib.import_module(name)

    def forget(self) -> None:
        """Remove the application from sys.modules."""
        for name in list(sys.modules):
            if name.partition(".")[0] in self.names:
                del sys.modules[name]


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    folder = tmp_path / "application"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    app = Application(folder)
    yield app
    app.forget()
