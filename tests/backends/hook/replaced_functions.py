"""Imports modules, plain and hooked, while functions that the import could use report that they are called.

``python -m tests.backends.hook.replaced_functions FOLDER`` prints the functions that only the hooked imports called.
"""

from __future__ import annotations

import importlib
import sys
import zipfile
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from snapy_instrument import install_hook
from tests.hostile.replacing import replaced

MODULES = (
    "_io _thread ast builtins copy functools gc importlib.machinery importlib.util inspect io linecache marshal "
    "operator os os.path pathlib posix re sys threading time tokenize types warnings weakref zlib"
).split()
SOURCE = """
import sys
def make(n):
    def add(x): return x + n
    return add
class Model:
    def build(self): return make(1)(2)
VALUE = Model().build()
"""


def imported(names: list[str], everywhere: bool) -> set[str]:
    """Import modules; return the functions that were called."""
    called: set[str] = set()
    add = called.add

    def reporting(_: str, name: str, original: Any) -> Any:
        def report(*args: Any, **kwargs: Any) -> Any:
            add(name)
            return original(*args, **kwargs)

        return report

    modules = []
    import_module = importlib.import_module
    with replaced(MODULES, reporting, everywhere=everywhere, is_kept=_is_kept):
        for name in names:
            modules.append(import_module(name))
    assert [module.VALUE for module in modules] == [3] * len(names)
    return called


def _is_kept(module: ModuleType) -> bool:
    """Return whether a module keeps what it holds: this one, and those that run every import."""
    return module.__name__ == __name__ or "importlib._boot" in module.__name__


def main(folder: str) -> None:
    """Import modules with and without a cache, from a folder and from an archive."""
    sys.path[:0] = [folder, str(Path(folder, "archive.zip"))]
    kinds = ["new", "cached", "zipped"]
    with zipfile.ZipFile(Path(folder, "archive.zip"), "w") as archive:
        for way in ("plain", "warm", "hooked"):
            for kind in kinds:
                source = SOURCE + "\n" * len(way)
                if kind == "zipped":
                    archive.writestr(f"{way}_{kind}.py", source)
                else:
                    Path(folder, f"{way}_{kind}.py").write_text(source, encoding="utf-8")
    for everywhere in (False, True):
        for name in list(sys.modules):
            if name.startswith(("plain_", "warm_", "hooked_")):
                del sys.modules[name]
        importlib.import_module("plain_cached")
        del sys.modules["plain_cached"]
        plain = imported([f"plain_{kind}" for kind in kinds], everywhere)
        with install_hook(["hooked_*", "warm_*"], already_imported="error"):
            importlib.import_module("hooked_cached")
            del sys.modules["hooked_cached"]
            imported([f"warm_{kind}" for kind in kinds], False)
            hooked = imported([f"hooked_{kind}" for kind in kinds], everywhere)
            assert type(sys.modules["hooked_new"].make) is not FunctionType
        print(sorted(hooked - plain))


if __name__ == "__main__":
    main(sys.argv[1])
