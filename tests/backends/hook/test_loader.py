"""Modules that the hook's loader runs warn and fail as Python's do, and keep their own loader."""

from __future__ import annotations

import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.resources
import importlib.util
import inspect
import os
import pickle
import pkgutil
import py_compile
import runpy
import subprocess
import sys
import traceback
import types
import warnings
import zipfile
import zipimport
from pathlib import Path
from typing import Any

import pytest

from snapy_instrument import SnapyWarning, install_hook
from tests.conftest import Application

# Python warns of the escape when it compiles: DeprecationWarning, from 3.12 on SyntaxWarning.
ODD = 'def f(): return "\\d"'


def _load(application: Application, hooked: bool) -> list[tuple[str, str, int]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if hooked:
            with install_hook(["shop"]):
                application.load("shop")
        else:
            application.load("shop")
    application.forget()
    return [(str(each.message), each.filename, each.lineno) for each in caught]


def test_code_that_python_has_compiled_gives_no_warning_again(application: Application) -> None:
    """Where Python would take its own cache and be silent, we compile in silence, even if warnings are errors."""
    application.write(shop=ODD)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        py_compile.compile(str(application.folder / "shop.py"))
    assert _load(application, hooked=True) == []


def test_code_that_python_has_not_compiled_warns_as_python_does(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same warning, once, at the same line."""
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    application.write(shop=ODD)
    plain = _load(application, hooked=False)
    assert len(plain) == 1
    assert _load(application, hooked=True) == plain


@pytest.mark.parametrize("hooked", [False, True])
@pytest.mark.parametrize(
    ("source", "error", "own"),
    [
        ("raise ValueError", ValueError, ["<module>"]),
        ("import nothing_of_the_kind", ImportError, ["<module>"]),
        ("def f(:", SyntaxError, []),
    ],
)
def test_the_traceback_of_a_failed_import_is_python_s(
    application: Application, source: str, error: type[Exception], own: list[str], hooked: bool
) -> None:
    """Frames of the import itself are taken out, ours with them."""
    application.write(shop=source)
    with install_hook(["shop"]) if hooked else contextlib.nullcontext(), pytest.raises(error) as caught:
        __import__("shop")
    assert [each.name for each in traceback.extract_tb(caught.tb)][1:] == own


@pytest.mark.parametrize("hooked", [False, True])
def test_a_warning_of_a_module_names_its_importer(application: Application, hooked: bool) -> None:
    """``stacklevel=2`` at the top of a deprecated module is the line that imports or reloads it."""
    application.write(shop="import warnings\nwarnings.warn('old', stacklevel=2)")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with install_hook(["shop"]) if hooked else contextlib.nullcontext():
            module = __import__("shop")
            importlib.reload(module)
    assert [each.filename for each in caught if str(each.message) == "old"] == [__file__, importlib.__file__]


def test_code_compiled_from_an_older_source_warns(application: Application) -> None:
    """A cache of Python's that is out of date keeps nothing silent."""
    application.write(shop="def f(): return 1")
    py_compile.compile(str(application.folder / "shop.py"))
    application.write(shop=ODD)
    assert len(_load(application, hooked=True)) == 1


def test_a_code_object_is_a_file_s_own(application: Application) -> None:
    """Code names the file, line and columns that it has without the hook."""
    application.write(shop="x = 1\ndef f(a):\n    return [\n        a + 1\n    ]")
    plain = application.load("shop").f.__code__
    application.forget()
    with install_hook(["shop"]):
        hooked = application.load("shop").f.__code__
    assert list(hooked.co_positions()) == list(plain.co_positions())
    assert (hooked.co_filename, hooked.co_firstlineno) == (plain.co_filename, plain.co_firstlineno)


FACTS = """
LOADER, SPEC_LOADER = __loader__, __spec__.loader
BUILTINS = type(__builtins__)
def f(): return 1
"""


def _facts(module: types.ModuleType) -> dict[str, Any]:
    spec: Any = module.__spec__
    return {
        "names": list(vars(module)),
        "loaders": {id(each) for each in (module.LOADER, module.SPEC_LOADER, module.__loader__, spec.loader)}
        == {id(module.__loader__)},
        "type": type(module.__loader__),
        "loader": vars(module.__loader__),
        "spec": (spec.name, spec.origin, spec.cached, spec.has_location, spec.parent, spec.loader_state),
        "equal": spec == importlib.util.find_spec(module.__name__),
        "file": module.__file__,
        "builtins": module.BUILTINS,
        "source": inspect.getsource(module),
    }


def test_a_source_module_has_python_s_loader_and_spec(application: Application) -> None:
    """From its first line on, ``__loader__`` and ``__spec__`` are those of a plain import."""
    application.write(shop=FACTS)
    plain = _facts(application.load("shop"))
    application.forget()
    with install_hook(["shop"]):
        hooked = _facts(application.load("shop"))
    assert hooked == plain
    assert hooked["type"] is importlib.machinery.SourceFileLoader


def test_a_spec_found_before_the_import_equals_the_module_s(application: Application) -> None:
    """``find_spec`` gives an equal spec before, under and without the hook, in both directions."""
    application.write(shop="def f(): return 1")
    plain = importlib.util.find_spec("shop")
    with install_hook(["shop"]):
        before: Any = importlib.util.find_spec("shop")
        module = application.load("shop")
    assert before == module.__spec__ == plain == before
    assert hash(before.loader) == hash(module.__loader__)


def test_the_loader_of_a_spec_is_the_original_in_all_but_its_type(application: Application) -> None:
    """isinstance, attributes, repr, get_source, get_code and pickling are those of the original."""
    application.write(shop="def f(): return 1")
    plain: Any = importlib.util.find_spec("shop")
    with install_hook(["shop"]):
        found: Any = importlib.util.find_spec("shop")
        assert isinstance(found.loader, importlib.machinery.SourceFileLoader)
        assert vars(found.loader) == vars(plain.loader)
        assert dir(found.loader) == dir(plain.loader)
        assert found.loader.get_source("shop") == "def f(): return 1"
        assert found.loader.get_code("shop") == plain.loader.get_code("shop")
        assert type(pickle.loads(pickle.dumps(found.loader))) is importlib.machinery.SourceFileLoader
        assert pkgutil.get_data("shop", "shop.py") == b"def f(): return 1"


@pytest.mark.parametrize("lazy", [False, True])
def test_a_module_made_by_hand_from_its_spec_is_hooked(application: Application, lazy: bool) -> None:
    """The recipe of importlib's documentation, LazyLoader included."""
    application.write(shop="def f(): return 1")
    with install_hook(["shop"]) as hook:
        spec: Any = importlib.util.find_spec("shop")
        if lazy:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        assert module.f() == 1
        assert hook.report().wrapped == ("shop:f",)
    assert type(module.__loader__) is importlib.machinery.SourceFileLoader


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ImportWarning")
@pytest.mark.skipif(sys.version_info >= (3, 15), reason="load_module is gone")
def test_a_module_loaded_the_old_way_is_hooked(application: Application) -> None:
    """``loader.load_module`` runs the module with its functions wrapped."""
    application.write(shop="def f(): return 1")
    with install_hook(["shop"]) as hook:
        found: Any = importlib.util.find_spec("shop")
        assert found.loader.load_module("shop").f() == 1
        assert hook.report().wrapped == ("shop:f",)


def test_a_module_in_an_archive_has_the_archive_s_loader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """zipimporter, resources of the package included."""
    archive = tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("packed/__init__.py", FACTS)
        file.writestr("packed/note.txt", "read me")
    monkeypatch.syspath_prepend(str(archive))
    with install_hook(["packed"]) as hook:
        before = importlib.util.find_spec("packed")
        import packed  # type: ignore[import-not-found]

        assert hook.report().wrapped == ("packed:f",)
    assert before == packed.__spec__
    assert type(packed.__loader__) is zipimport.zipimporter
    assert _facts(packed)["loaders"]
    assert importlib.resources.files("packed").joinpath("note.txt").read_text() == "read me"
    assert inspect.getsource(packed.f) == "def f(): return 1\n"
    del sys.modules["packed"]


def test_a_namespace_package_is_left_alone(application: Application) -> None:
    """A folder without ``__init__`` has the spec of a plain import, and its modules are hooked."""
    application.write(app__part="def f(): return 1")
    (application.folder / "app" / "__init__.py").unlink()
    plain = application.load("app")
    facts = [type(plain.__loader__), plain.__spec__]
    application.forget()
    with install_hook(["app.*"]) as hook:
        assert application.load("app.part").f() == 1
        hooked = sys.modules["app"]
        assert hook.report().wrapped == ("app.part:f",)
    assert type(hooked.__loader__) is facts[0]
    assert getattr(hooked.__spec__, "origin", "") is None


class OwnLoader(importlib.abc.Loader):
    """A third-party loader that makes a module from nothing."""

    def create_module(self, spec: Any) -> None:
        """Let Python make the module."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Run a line of code."""
        exec("def f(): return 1\nLOADER = __spec__.loader", module.__dict__)


class OwnFinder:
    """Finds ``made_up`` with one loader."""

    loader = OwnLoader()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Return the spec of ``made_up``."""
        return importlib.util.spec_from_loader(name, self.loader) if name == "made_up" else None


def test_a_third_party_loader_stays_the_module_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module sees its own loader, and its functions are wrapped after it ran."""
    monkeypatch.setattr(sys, "meta_path", [OwnFinder(), *sys.meta_path])
    with install_hook(["made_up"]) as hook:
        made_up: Any = importlib.import_module("made_up")
        assert hook.report().wrapped == ("made_up:f",)
    assert made_up.LOADER is made_up.__loader__ is made_up.__spec__.loader is OwnFinder.loader
    del sys.modules["made_up"]


def test_a_module_that_runpy_runs_is_plain(application: Application) -> None:
    """runpy asks the loader for code, which is Python's."""
    application.write(shop="def f(): return 1\nkind = type(f)")
    with install_hook(["shop"]):
        assert runpy.run_module("shop")["kind"] is types.FunctionType


def test_a_reloaded_module_is_hooked_again(application: Application) -> None:
    """``importlib.reload`` runs the module anew, wraps what it defines and keeps the loader's type."""
    application.write(shop="def f(): return 1")
    with install_hook(["shop"]):
        module = application.load("shop")
        application.write(shop="def f(): return 1\ndef g(): return 22")
        importlib.reload(module)
        assert type(module.g) is not types.FunctionType
        assert type(module.__loader__) is importlib.machinery.SourceFileLoader


def test_an_import_goes_through_nobody_s_names(tmp_path: Path) -> None:
    """A hooked import calls no function that a plain one does not, be it replaced in its module or in all modules."""
    command = [sys.executable, "-m", "tests.backends.hook.replaced_functions", str(tmp_path)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    root = Path(__file__).parents[3]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n[]\n", "")


PLUGIN = """
import pytest
REGISTRY = []
def register(function):
    REGISTRY.append(function)
    return function
@register
def compare(left, right):
    assert left == right
    return True
@pytest.fixture
def double():
    return compare(1, 1) * 2
@pytest.hookimpl(tryfirst=True)
def pytest_report_header(config):
    return f"header of the plugin {compare(2, 2)}"
"""

TESTS = """
import pytest
import my_plugin
from snapy_instrument import FunctionTracer

def test_both(double):
    assert double == 2
    with FunctionTracer(["my_plugin"], backend="proxy") as tracer:
        with pytest.raises(AssertionError, match="assert 3 == 4") as caught:
            my_plugin.compare(3, 4)
    assert len(tracer.trace) == 1
    assert type(my_plugin.__loader__).__name__ == "AssertionRewritingHook"
"""


@pytest.mark.parametrize("first", ["hook", "pytest"])
def test_a_module_that_pytest_rewrites_by_name_gets_both(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    """A plugin has explained assertions and proxies, whether the hook or pytest is installed first.

    What pytest loads before the hook is asked again is wrapped in place.
    """
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    pytester.makepyfile(my_plugin=PLUGIN, test_app=TESTS)
    if first == "hook":
        pytester.makepyfile(
            start="""
            import sys, pytest
            from snapy_instrument import install_hook
            with install_hook(["my_plugin"]) as hook:
                code = pytest.main(["-q", "-p", "no:cacheprovider", "-p", "my_plugin", "--no-header", "-rA"])
                print(hook.report())
            sys.exit(code)
            """
        )
        command = [sys.executable, "start.py"]
    else:
        # The module is imported after the hook, by the test.
        pytester.makeconftest(
            """
            import pytest
            from snapy_instrument import install_hook
            pytest.register_assert_rewrite("my_plugin")
            hook = install_hook(["my_plugin"])
            from my_plugin import double
            def pytest_terminal_summary(terminalreporter):
                terminalreporter.write(str(hook.report()))
            """
        )
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA"]
    for _ in ("compiled", "from the cache"):
        result = pytester.run(*command)
        result.assert_outcomes(passed=1)
        result.stdout.fnmatch_lines(["*functions wrapped in 1 modules*", "*my_plugin:compare*"])


def test_a_module_that_an_earlier_finder_kept_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The report says which finder loaded a matching module before the hook was asked."""

    class Both(OwnFinder, OwnLoader):
        def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
            return importlib.util.spec_from_loader(name, self) if name == "made_up" else None

    with pytest.warns(SnapyWarning, match="hook-unknown-module"):
        hook = install_hook(["made_up"])
    with hook:
        monkeypatch.setattr(sys, "meta_path", [Both(), *sys.meta_path])
        importlib.import_module("made_up")
        assert hook.report().not_wrapped == {"made_up": "its finder, a Both, was before the hook in sys.meta_path"}
        monkeypatch.undo()
    del sys.modules["made_up"]
