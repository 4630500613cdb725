"""The way data flows, as a table: a module imports what stands left of it, never what stands right."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import snapy_instrument

PACKAGE = Path(snapy_instrument.__file__).parent
ROOT = PACKAGE.name

# Layer by layer; a module may import modules of earlier layers and of its own folder.
LAYERS = [
    ["implementation"],
    ["errors"],
    ["values"],
    ["events"],
    ["filters"],
    ["trace"],
    ["capture"],
    ["recording"],
    ["backends"],
    ["decorators", "diagnostics"],
    ["tracers"],
    ["testing"],
    [""],
]
READ = {"errors", "values", "events", "filters", "trace"}
EDGE_LIBRARIES = {"pytest", "_pytest", "syrupy"}


def modules() -> list[str]:
    """Dotted names of all modules, relative to the package."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def source_of(module: str) -> Path:
    """The file of a module."""
    path = PACKAGE.joinpath(*module.split(".")) if module else PACKAGE
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def imports_of(module: str) -> set[str]:
    """Every module it imports, lazily or not, in absolute form."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source_of(module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            found.add(node.module or "")
    return found


def layer_of(module: str) -> int:
    """The number of the layer a module belongs to."""
    top = module.partition(".")[0]
    return next(index for index, names in enumerate(LAYERS) if top in names)


def ours(module: str) -> list[str]:
    """The modules of the package that ``module`` imports, relative to it."""
    return [
        name.removeprefix(ROOT).removeprefix(".")
        for name in sorted(imports_of(module))
        if name == ROOT or name.startswith(ROOT + ".")
    ]


@pytest.mark.parametrize("module", modules())
def test_imports_run_one_way(module: str) -> None:
    """A module imports earlier layers and its own folder only."""
    for imported in ours(module):
        same_folder = imported.partition(".")[0] == module.partition(".")[0]
        assert same_folder or layer_of(imported) < layer_of(module), f"{module} imports {imported}"


@pytest.mark.parametrize("module", [name for name in modules() if name.partition(".")[0] in READ])
def test_reading_needs_no_instrumentation(module: str) -> None:
    """READ never imports MAKE."""
    assert not [name for name in ours(module) if name.partition(".")[0] not in READ]


@pytest.mark.parametrize("module", [name for name in modules() if name.partition(".")[0] != "testing"])
def test_only_edges_import_pytest_and_syrupy(module: str) -> None:
    """Outside testing no module imports pytest or syrupy, not even lazily."""
    assert not [name for name in imports_of(module) if name.partition(".")[0] in EDGE_LIBRARIES]


def test_no_import_cycle_inside_a_folder() -> None:
    """Following imports never leads back to the module it began at."""
    graph = {module: set(ours(module)) & set(modules()) for module in modules()}
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join([*path, module])
        if module not in done:
            for imported in sorted(graph[module]):
                visit(imported, (*path, module))
            done.add(module)

    for module in modules():
        visit(module, ())


def test_the_face_is_a_list_of_names() -> None:
    """`snapy_instrument/__init__.py` stays under 80 lines."""
    assert len(source_of("").read_text(encoding="utf-8").splitlines()) < 80


def test_importing_the_face_imports_no_edge_library() -> None:
    """``import snapy_instrument`` imports neither pytest nor syrupy nor wrapt."""
    code = f"import sys, {ROOT}; print([n for n in ('pytest', 'syrupy', 'wrapt') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_only_one_name_needs_syrupy() -> None:
    """All names but TracedSnapshotExtension can be touched without importing syrupy or pytest."""
    code = (
        f"import sys, {ROOT} as face; [getattr(face, n) for n in face.__all__ if n != 'TracedSnapshotExtension'];"
        "print([n for n in ('pytest', 'syrupy') if n in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_public_name_exists() -> None:
    """Every name in ``__all__`` can be had from the face."""
    assert [name for name in snapy_instrument.__all__ if not hasattr(snapy_instrument, name)] == []


def test_type_checkers_see_the_same_names() -> None:
    """``__init__.pyi`` exports what ``__init__.py`` does."""
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    names = [alias.asname for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert sorted(filter(None, names)) == snapy_instrument.__all__
