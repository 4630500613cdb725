"""Loads a hooked module: its functions are wrapped as they are defined, or, without a source, after the module ran.

A `HookLoader` takes the place of the original loader in the spec until the module runs, and puts the original back
before it does: ``__loader__`` and ``__spec__.loader`` of a loaded module are what they are without the hook.
"""

from __future__ import annotations

__all__ = ["HookLoader", "is_pytest_loader", "refuse_loader"]

import sys
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any
from warnings import catch_warnings as _catch_warnings
from warnings import simplefilter as _simplefilter

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.backends.hook import code_cache, compiling
from snapy_instrument.backends.hook.code_cache import CodeCache, is_cached_by_python
from snapy_instrument.backends.hook.compiling import compile_hooked
from snapy_instrument.backends.hook.definitions import Definitions

keep_builtins(globals())

Begin = Callable[[str], None]
Finish = Callable[[ModuleType], None]

_PYTEST = "_pytest.assertion.rewrite"


class HookLoader:
    """The loader of a hooked module until it runs; in all but its type and ``exec_module`` it is the original.

    Args:
        original: The loader that the other finders chose.
        definitions: Receives the module's functions as they are defined.
        begin: Called with the module's name before the module runs.
        finish: Called with the module after it ran, if its functions were not received.
    """

    __slots__ = ("_begin", "_definitions", "_finish", "_original")

    def __init__(self, original: Any, definitions: Definitions, begin: Begin, finish: Finish) -> None:
        for name, value in zip(HookLoader.__slots__, (begin, definitions, finish, original), strict=True):
            object.__setattr__(self, name, value)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, its functions wrapped."""
        original, namespace = self._original, module.__dict__
        # Before the module runs: its code may look at its own loader.
        if namespace.get("__loader__") is self:
            namespace["__loader__"] = original
        spec: Any = namespace.get("__spec__")
        if getattr(spec, "loader", None) is self:
            spec.loader = original
        name = module.__name__
        self._begin(name)
        code = _code_of(original, name, spec)
        if code is None:
            original.exec_module(module)
            self._finish(module)
            return
        try:
            self._definitions.begin(namespace)
            # As in importlib's frame: Python would give the module the builtins of this one.
            namespace.setdefault("__builtins__", _raw.BUILTINS)
            _raw.BUILTINS["exec"](code, namespace)
        finally:
            self._definitions.end(namespace)

    def __getattr__(self, name: str) -> Any:
        original = self._original
        if name == "load_module":  # it calls exec_module, which has to be ours
            return MethodType(type(original).load_module, self)
        return getattr(original, name)

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        # So `isinstance(loader, SourceFileLoader)` holds for code that asks before the module runs.
        return self._original.__class__

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        return self._original.__dict__

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._original, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._original, name)

    def __eq__(self, other: object) -> Any:
        return self._original == (other._original if type(other) is HookLoader else other)

    def __hash__(self) -> int:
        return hash(self._original)

    def __repr__(self) -> str:
        return repr(self._original)

    def __dir__(self) -> Any:
        return dir(self._original)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self._original.__reduce_ex__(protocol)


def refuse_loader(loader: Any, name: str) -> str | None:
    """Return why the module ``name`` of ``loader`` is left alone, None if it is hooked."""
    if is_pytest_loader(loader) and not _is_marked(loader, name):
        return "pytest rewrites its assertions: a test module or a conftest"
    if loader is not None and getattr(type(loader), "__module__", "") == "_frozen_importlib":
        return "built into the interpreter"
    return None


def is_pytest_loader(loader: Any) -> bool:
    """Return whether ``loader`` rewrites assertions for pytest."""
    return getattr(type(loader), "__module__", "") == _PYTEST


def _is_marked(loader: Any, name: str) -> bool:
    """Return whether pytest rewrites a module because of its name: a plugin or a registered helper."""
    if name.rpartition(".")[2] == "conftest":
        return False
    return any(name == each or name.startswith(f"{each}.") for each in getattr(loader, "_must_rewrite", ()))


def _code_of(loader: Any, name: str, spec: Any) -> CodeType | None:
    """Return the module's code with every definition announced, None where its source cannot be had."""
    if type(loader) is SourceFileLoader:
        return _code_of_file(loader, loader.get_filename(name))
    if is_pytest_loader(loader):
        return _code_for_pytest(loader, name, spec.origin)
    if type(loader).__name__ == "zipimporter":
        source = loader.get_source(name)
        return None if source is None else compile_hooked(source, loader.get_filename(name))
    return None


def _code_of_file(files: SourceFileLoader, path: str) -> CodeType:
    cache = CodeCache(files, path)
    code = cache.read()
    if code is not None:
        return code
    source = files.get_data(path)
    if is_cached_by_python(files, path):
        # Python would not compile, and so not warn of the syntax a second time.
        with _catch_warnings():
            _simplefilter("ignore")
            code = compile_hooked(source, path)
    else:
        code = compile_hooked(source, path)
    cache.write(code)
    return code


def _code_for_pytest(loader: Any, name: str, path: str) -> CodeType | None:
    """Return code with pytest's assertions and our announcements; None where this pytest has no such function."""
    pytest_module = sys.modules[_PYTEST]
    try:
        rewrite, tag, config = pytest_module.rewrite_asserts, pytest_module.PYTEST_TAG, loader.config
        # Its exec_module does so; its get_resource_reader reads it.
        loader._rewritten_names[name] = Path(path)
    except AttributeError:
        return None
    files = SourceFileLoader(name, path)
    cache = CodeCache(files, path, f"-{tag}")
    code = cache.read()
    if code is None:
        source = files.get_data(path)
        code = compile_hooked(source, path, lambda tree: rewrite(tree, source, path, config))
        cache.write(code)
    return code


def _join_importlib(*owners: Any) -> None:
    """Give the functions of ``owners``, classes or modules, the file name of importlib.

    Python takes importlib's frames out of the traceback of a failed import, where a run of such frames ends in a
    function of the name below; and a warning of a module that names its importer passes them over.
    """
    for owner in owners:
        for function in list(vars(owner).values()):
            if type(function) is FunctionType and function.__module__.startswith("snapy_instrument"):
                ends_run = function.__name__ in ("compile_hooked", "exec_module")
                name = "_call_with_frames_removed" if ends_run else function.__name__
                function.__code__ = function.__code__.replace(
                    co_filename="<frozen importlib._bootstrap_external>", co_name=name
                )


_join_importlib(HookLoader, CodeCache, compiling, code_cache, sys.modules[__name__])
