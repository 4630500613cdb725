"""Modules compiled by the hook's loader warn as Python's do, and their code travels as Python's does."""

from __future__ import annotations

import contextlib
import importlib
import pickle
import py_compile
import traceback
import types
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from snapy_instrument import install_hook
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
def test_a_warning_of_a_module_tells_who_imports_it(application: Application, hooked: bool) -> None:
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


def _constants(code: types.CodeType) -> list[Any]:
    found: list[Any] = []
    for each in code.co_consts:
        found += _constants(each) if type(each) is types.CodeType else [each]
    return found


def test_what_the_loader_puts_into_code_can_be_pickled(application: Application) -> None:
    """A pickler that takes code by value (cloudpickle) can; unpickled, it leaves functions as they are."""
    application.write(shop="def make():\n    def inner(): return 1\n    return inner")
    with install_hook(["shop"]):
        made = application.load("shop").make
    strange: list[Callable[[Any], Any]] = [each for each in _constants(made.__code__) if callable(each)]
    assert len(strange) == 1
    back = pickle.loads(pickle.dumps(strange[0]))
    assert back(_constants) is _constants
    assert not back.__module__.startswith("snapy_instrument")


def test_a_code_object_is_a_file_s_own(application: Application) -> None:
    """Code names the file, line and columns that it has without the hook."""
    application.write(shop="x = 1\ndef f(a):\n    return [\n        a + 1\n    ]")
    plain = application.load("shop").f.__code__
    application.forget()
    with install_hook(["shop"]):
        hooked = application.load("shop").f.__code__
    assert list(hooked.co_positions()) == list(plain.co_positions())
    assert (hooked.co_filename, hooked.co_firstlineno) == (plain.co_filename, plain.co_firstlineno)
