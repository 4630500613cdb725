"""The way data flows, as a table: what lives in a folder imports what is named before it, never what is named after it.

A name is a module or a sub-folder. Imports inside functions count, and so do names of modules in strings.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import snapy_instrument

PACKAGE = Path(snapy_instrument.__file__).parent
ROOT = PACKAGE.name
NATIVE = PACKAGE / "native"
TESTS = Path(__file__).parent

MOST_MODULES = 16
"""A folder with more is no room in which one finds anything."""
MOST_LINES = 400
"""Of a Python module."""
MOST_C_LINES = 700

# Too long, and about to be rewritten; see the tests that read them. Each leaves this list with its rewriting.
TOO_LONG: set[str] = set()

# Folder by folder, from the bottom up. Modules in one inner list do not import each other.
FLOORS: dict[str, list[list[str]]] = {
    "": [
        ["_builtins", "_gc_pause", "_python", "_threads", "_words", "errors"],
        ["_file_paths", "_patterns", "_raw", "_signals", "values"],
        ["_twins", "events", "filters"],
        ["store"],
        ["_thread_flags", "trace"],
        ["capture"],
        ["contrib", "recording"],
        ["backends"],
        ["tracers"],
        ["testing"],
    ],
    "backends": [["base"], ["proxy"], ["frames"], ["choose", "hook"], ["session"]],
    "backends.frames": [["delegation", "local_changes"], ["followers", "monitoring"], ["evaluation", "settrace"]],
    "backends.frames.monitoring": [["suspensions"], ["callbacks"], ["tool"]],
    "backends.hook": [
        ["code_cache", "compiling", "eligibility", "hook_report"],
        ["ledger"],
        ["definitions", "wrapping"],
        ["loader"],
        ["finder"],
        ["hook"],
    ],
    "backends.proxy": [["binding", "suspendable", "wrapt_face"], ["proxy"]],
    "capture": [
        ["identity", "limits", "plain_text", "redaction", "views"],
        ["strings", "tables"],
        ["describers"],
        ["policy"],
        ["digest"],
        ["walk"],
        ["capture"],
    ],
    "capture.describers": [
        ["callables", "classes", "datetimes", "exception_fields", "paths", "registry"],
        ["arrays", "stdlib"],
        ["decide"],
    ],
    "capture.redaction": [["names", "patterns"], ["lookups", "redactor"]],
    "contrib": [["data", "web"], ["click", "django", "sqlalchemy"], ["known_libraries"]],
    "contrib.data": [["columns"], ["pandas", "polars", "pyarrow", "torch"]],
    "contrib.web": [["http_messages"], ["aiohttp", "httpx", "requests", "starlette", "werkzeug"]],
    "recording": [
        ["exceptions", "measures", "secret_lookups", "sites", "spawns"],
        ["lanes"],
        ["records"],
        ["log"],
        ["hot_path", "record_tables"],
        ["lifecycle"],
        ["recorder"],
        ["sink"],
        ["greenlet_switches"],
        ["start_hooks"],
    ],
    "store": [["interned_values", "rows"], ["entries"], ["event_writer"], ["event_tables"]],
    "testing": [
        ["case_clashes", "differences", "empty_traces", "pending", "pending_updates", "snapshot"],
        ["verify"],
        ["explain"],
        ["syrupy"],
        ["plugin"],
    ],
    "testing.plugin": [
        [
            "difference_report",
            "installed_hook",
            "latest_calls",
            "own_finder",
            "settings",
            "skipped_tests",
            "temporary_folders",
        ],
        ["marks", "pending_traces", "update_guard"],
        ["failures", "fixtures", "run_report"],
        ["pytest_plugin"],
    ],
    "testing.syrupy": [["file_names"], ["extension"]],
    "testing.verify": [
        ["advice", "other_environment"],
        ["instability"],
        ["rerun"],
    ],
    "trace": [
        ["call_index", "storage"],
        ["nodes"],
        ["selection", "tree"],
        ["text", "analysis"],
        ["diff"],
        ["assertions"],
        ["trace"],
        ["execution"],
    ],
    "trace.analysis": [
        ["call_graph", "call_stack", "processor", "recursion", "timing", "validation", "volatile"],
        ["metrics"],
    ],
    "trace.assertions": [["budgets", "calls", "excerpt", "expected_arguments"], ["messages"], ["call_assertions"]],
    "trace.diff": [
        ["edit_script", "outcomes", "parse"],
        ["object_numbers", "sibling_runs"],
        ["similarity", "value_diff"],
        ["alignment", "change"],
        ["causes", "siblings"],
        ["report", "unpaired"],
        ["compare"],
        ["diff"],
    ],
    "trace.diff.causes": [["cause"], ["flow"], ["grouping"]],
    "trace.diff.report": [["hunks", "inline_diff"], ["phrases"]],
    "trace.storage": [
        ["event_json", "file_lines", "row_batches", "whole_file"],
        ["table_json"],
        ["trace_file"],
        ["stream_file"],
    ],
    "trace.text": [
        ["folding", "levels", "matchers", "numbering", "path_roots", "scrubbers", "value_syntax", "visible_calls"],
        ["value_text"],
        ["call_lines", "text_options"],
        ["scrubbed_text", "table_lines"],
        ["layout"],
        ["matched_text"],
    ],
    "tracers": [
        ["decorators", "reasons", "recording_cost", "tracer_options"],
        ["readers"],
        ["tracer"],
        ["asynchronous", "diagnostics", "legacy", "streaming"],
    ],
}
READ = {
    "_builtins",
    "_file_paths",
    "_gc_pause",
    "_patterns",
    "_python",
    "_raw",
    "_words",
    "errors",
    "events",
    "filters",
    "store",
    "trace",
    "values",
}
EDGE_LIBRARIES = {"pytest", "_pytest", "syrupy", "click", "rich", "duckdb", "dask", "opentelemetry"}
EDGES = {"testing"}

# From the bottom up: a C file calls what is defined in files named before it, and includes their headers.
C_FLOORS = [
    ["blake2b", "seam", "types"],
    ["arena", "memory", "state", "support"],
    ["clock", "digest_writer", "held", "identity_tables", "python_walk", "records", "scalars", "trails"],
    ["identity"],
    ["budget", "callables", "kinds", "lanes", "samples", "store", "texts", "tokens"],
    ["digest", "log"],
    ["limits", "shared"],
    ["containers"],
    ["walk"],
    ["capture", "parents", "secret_lookups"],
    ["recorder"],
    ["events", "sink"],
    ["binding", "code_decisions", "frame_access"],
    ["handover", "open_frames"],
    ["evaluation", "monitoring", "proxy", "settrace"],
    ["module"],
]


def modules() -> list[str]:
    """Dotted names of all modules, relative to the package."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


MODULES = modules()


def source_of(module: str) -> Path:
    """The file of a module."""
    path = PACKAGE.joinpath(*module.split(".")) if module else PACKAGE
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def folders() -> list[str]:
    """Dotted names of the package's folders that hold Python modules."""
    return [module for module in MODULES if source_of(module).name == "__init__.py"]


def imports_of(module: str) -> set[str]:
    """Every module it imports, lazily or not, or names in a string, in absolute form."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source_of(module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole.removeprefix(f"{ROOT}.") in MODULES else str(node.module))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith(f"{ROOT}."):
            named = node.value.removeprefix(f"{ROOT}.")
            found.update(node.value for name in MODULES if name and named == name)
    return found


def ours(module: str) -> list[str]:
    """The modules of the package that ``module`` imports, relative to it."""
    return [
        name.removeprefix(ROOT).removeprefix(".")
        for name in sorted(imports_of(module))
        if name == ROOT or name.startswith(ROOT + ".")
    ]


def floor_of(folder: str, name: str) -> int:
    """The number of the floor that a module or sub-folder of ``folder`` lives on."""
    for number, names in enumerate(FLOORS[folder]):
        if name in names:
            return number
    raise AssertionError(f"{folder or ROOT}/{name} is not in the table of layers")


def parting(importer: str, imported: str) -> tuple[str, str, str]:
    """The innermost folder that holds both, and what each is below it."""
    left, right = importer.split("."), imported.split(".")
    common = 0
    while common < min(len(left), len(right)) and left[common] == right[common]:
        common += 1
    return ".".join(left[:common]), ".".join(left[common : common + 1]), ".".join(right[common : common + 1])


@pytest.mark.parametrize("module", [name for name in MODULES if name])
def test_imports_run_one_way(module: str) -> None:
    """A module imports what lives on lower floors, in the innermost folder that holds both."""
    for imported in ours(module):
        assert imported, f"{module} imports the face"
        folder, importer, target = parting(module, imported)
        assert importer, f"{module}, a folder, imports its own {imported}"
        assert target, f"{module} imports the folder it lives in, {imported}"
        assert floor_of(folder, target) < floor_of(folder, importer), f"{module} imports {imported}"


@pytest.mark.parametrize("folder", folders())
def test_the_table_names_what_there_is(folder: str) -> None:
    """Each module and sub-folder is in the table once, and nothing else is."""
    prefix = f"{folder}." if folder else ""
    inside = sorted(
        {name.removeprefix(prefix).split(".")[0] for name in MODULES if name != folder and name.startswith(prefix)}
    )
    assert sorted(name for names in FLOORS[folder] for name in names) == inside


@pytest.mark.parametrize("module", [name for name in MODULES if name.partition(".")[0] in READ])
def test_reading_needs_no_instrumentation(module: str) -> None:
    """READ never imports MAKE."""
    assert not [name for name in ours(module) if name.partition(".")[0] not in READ]


@pytest.mark.parametrize("module", [name for name in MODULES if name.partition(".")[0] not in EDGES])
def test_only_edges_import_edge_libraries(module: str) -> None:
    """Outside the edges no module imports pytest, syrupy or any library that only edges need, not even lazily."""
    assert not [name for name in imports_of(module) if name.partition(".")[0] in EDGE_LIBRARIES]


@pytest.mark.parametrize("folder", folders())
def test_a_folder_is_small(folder: str) -> None:
    """A folder has at most `MOST_MODULES` modules."""
    found = sorted(path.name for path in source_of(folder).parent.glob("*.py"))
    assert len(found) <= MOST_MODULES, found


@pytest.mark.parametrize("folder", folders())
def test_a_folder_says_what_lives_there(folder: str) -> None:
    """The docstring of its ``__init__`` is more than a title."""
    docstring = ast.get_docstring(ast.parse(source_of(folder).read_text(encoding="utf-8"))) or ""
    assert len(docstring.splitlines()) > 2, f"{folder}: {docstring!r}"


def test_no_module_name_stands_twice() -> None:
    """A name says which module is meant, without its folder."""
    names = sorted(path.stem for path in PACKAGE.rglob("*.py") if path.stem != "__init__")
    assert sorted({name for name in names if names.count(name) > 1}) == []


EXTRA_TESTS = {
    "backends/frames/test_monitoring.py": "the backend as a whole, by its traces",
    "backends/test_stack.py": "every way at once, at the end of the stack",
    "capture/test_hostile.py": "objects that do harm, whatever looks at them",
    "contrib/test_documented.py": "the tables of a page",
    "recording/test_random_programs.py": "random programs, recorded by every backend",
    "test_face.py": "the package itself",
    "test_founding_document.py": "the examples of a document",
    "test_layers.py": "the layout",
    "testing/plugin/test_plugin_acceptance.py": "the plugin as its users see it",
    "testing/test_real_projects.py": "changes in real projects, as pytest names them",
    "testing/test_diff_in_pytest.py": "what pytest shows of a difference",
    "trace/diff/test_diff_random.py": "random traces",
    "trace/diff/test_diff_report.py": "the report of a difference, as a whole",
    "trace/storage/test_edited_files.py": "trace files that somebody edited",
    "trace/test_reprs.py": "what every public value prints",
    "trace/text/test_long_values.py": "values that are too long for a line",
    "tracers/test_tracer_assertions.py": "the assertions of a tracer, which are those of its trace",
}
"""Test modules beside those of one module, each with what it is about."""


def mirrored() -> set[str]:
    """Paths of the test modules that the package's modules have."""
    paths = [path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if path.stem != "__init__"]
    return {path.with_name(f"test_{path.stem.lstrip('_')}.py").as_posix() for path in paths}


def test_every_module_has_a_test_module() -> None:
    """``tests/`` mirrors the package: ``trace/tree.py`` is tested by ``tests/trace/test_tree.py``."""
    assert sorted(path for path in mirrored() if not (TESTS / path).is_file()) == []


def test_every_test_module_has_its_module() -> None:
    """Or is about something that is named above."""
    rooms = {Path(source_of(folder)).parent.relative_to(PACKAGE) for folder in folders()}
    found = {path.relative_to(TESTS).as_posix() for room in rooms for path in (TESTS / room).glob("test_*.py")}
    assert sorted(found - mirrored()) == sorted(EXTRA_TESTS)


def test_no_class_name_stands_twice() -> None:
    """A name says which class is meant, without its module."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))]
    names = [node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def too_long() -> set[str]:
    """Paths of the package's files that are longer than a file may be."""
    most = {".py": MOST_LINES, ".c": MOST_C_LINES, ".h": MOST_C_LINES}
    return {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*")
        if path.suffix in most and len(path.read_text(encoding="utf-8").splitlines()) > most[path.suffix]
    }


def test_no_file_is_long() -> None:
    """Only the files that are named above are longer, and each of them is."""
    assert too_long() == TOO_LONG


DEFINITION = re.compile(r"^(\w+)\([^;]*?\)\n\{", re.MULTILINE)
STATIC = re.compile(r"^static\b[^;{]*?\b(\w+)\([^;]*?\)\n\{", re.MULTILINE)


def c_calls() -> dict[str, dict[str, set[str]]]:
    """The functions of other files that each C file names: file -> file -> names."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(NATIVE.glob("*.c"))}
    homes = {}
    for name, text in texts.items():
        for function in set(DEFINITION.findall(text)) - set(STATIC.findall(text)):
            homes[function] = name
    found: dict[str, dict[str, set[str]]] = {}
    for name, text in texts.items():
        words = set(re.findall(r"\b\w+\b", re.sub(r'/\*.*?\*/|"[^"\n]*"', "", text, flags=re.DOTALL)))
        own = set(DEFINITION.findall(text))
        for function, home in homes.items():
            if function in words and home != name and function not in own:
                found.setdefault(name, {}).setdefault(home, set()).add(function)
    return found


C_FLOOR_OF = {name: number for number, names in enumerate(C_FLOORS) for name in names}


def test_the_table_names_the_c_files() -> None:
    """Each C file or header is in the table once, and nothing else is."""
    found = {path.stem for path in NATIVE.iterdir() if path.suffix in {".c", ".h"}}
    assert sorted(name for names in C_FLOORS for name in names) == sorted(found)


def test_c_files_call_one_way() -> None:
    """A C file calls functions of files on lower floors of `C_FLOORS` only."""
    back = {
        f"{name}.c -> {home}.c": sorted(functions)
        for name, homes in c_calls().items()
        for home, functions in homes.items()
        if C_FLOOR_OF[home] >= C_FLOOR_OF[name]
    }
    assert back == {}


@pytest.mark.parametrize("path", sorted([*NATIVE.glob("*.c"), *NATIVE.glob("*.h")]), ids=lambda path: path.name)
def test_c_files_include_one_way(path: Path) -> None:
    """A C file or header includes headers of lower floors, and a C file its own."""
    for included in re.findall(r'^#include "(\w+)\.h"', path.read_text(encoding="utf-8"), re.MULTILINE):
        own = included == path.stem and path.suffix == ".c"
        assert own or C_FLOOR_OF[included] < C_FLOOR_OF[path.stem], f"{path.name} includes {included}.h"


def test_the_build_names_the_c_files() -> None:
    """``pyproject.toml`` compiles each C file, and again when a header changes."""
    listed = set(re.findall(r'"snapy_instrument/native/(\w+\.[ch])"', (PACKAGE.parent / "pyproject.toml").read_text()))
    assert listed == {path.name for path in NATIVE.iterdir() if path.suffix in {".c", ".h"}}


def test_the_face_is_a_list_of_names() -> None:
    """`snapy_instrument/__init__.py` stays under 80 lines."""
    assert len(source_of("").read_text(encoding="utf-8").splitlines()) < 80


def test_importing_the_face_imports_no_edge_library() -> None:
    """``import snapy_instrument`` imports neither pytest nor syrupy nor wrapt."""
    code = f"import sys, {ROOT}; print([n for n in ('pytest', 'syrupy', 'wrapt') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_only_extensions_need_syrupy() -> None:
    """All names but the syrupy extensions can be used without importing syrupy or pytest."""
    code = (
        f"import sys, {ROOT} as face; [getattr(face, n) for n in face.__all__ if not n.endswith('Extension')];"
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
