"""Loading a module so that its functions are wrapped as they are defined.

The source is parsed, every ``def`` gets one decorator more, the innermost, and the result is compiled. The
decorator is not a name but a constant of the code object, so no namespace gains a name; its line is the line of
the ``def``, so line numbers, ``inspect.getsource`` and coverage stay as they were. Compiled code is kept beside the
interpreter's own, under a name of its own.
"""

from __future__ import annotations

__all__ = ["HookLoader", "HookSourceLoader", "compile_hooked"]

import ast
import marshal
import os
import sys
import warnings
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from importlib.util import MAGIC_NUMBER, cache_from_source, decode_source
from types import CodeType, FunctionType, ModuleType
from typing import Any

from snapy_instrument._builtins import keep_builtins

keep_builtins(globals())

Decorator = Callable[[Any], Any]
Begin = Callable[[str], None]
Finish = Callable[[ModuleType], None]

# Stands for the decorator until the code is compiled: compile() takes no live object as a constant.
_PLACE = "\0snapy_instrument: the place of the innermost decorator\0"
_CACHE_VERSION = 1
_CACHE_TAG = f"snapy{_CACHE_VERSION}"


def compile_hooked(source: bytes | str, path: str) -> CodeType:
    """Compile ``source`` with the decorator's place in every function definition."""
    # As ast.parse does, whose frame would be seen in the traceback of a SyntaxError.
    tree: Any = compile(source, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            place = ast.Constant(_PLACE)
            place.lineno = place.end_lineno = node.lineno
            place.col_offset = place.end_col_offset = node.col_offset
            node.decorator_list.append(place)
    code: CodeType = compile(tree, path, "exec", dont_inherit=True)
    return code


def _compile_as_python(source: bytes, path: str) -> CodeType:
    """As `compile_hooked`; silent where Python would not compile, and so not warn of the syntax, but has done so."""
    if not _is_cached(path):
        return compile_hooked(source, path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile_hooked(source, path)


def _is_cached(path: str) -> bool:
    """Python's own compiled file is there and fresh: magic number, flags, then time and size of the source."""
    try:
        with open(cache_from_source(path), "rb") as file:
            header = file.read(16)
        status = os.stat(path)
    except (OSError, NotImplementedError, ValueError):
        return False
    if len(header) < 16 or header[:4] != MAGIC_NUMBER:
        return False
    stamp = [int(status.st_mtime) & 0xFFFFFFFF, status.st_size & 0xFFFFFFFF]
    by_hash = header[4] & 1
    return bool(by_hash) or [int.from_bytes(header[at : at + 4], "little") for at in (8, 12)] == stamp


def with_decorator(code: CodeType, decorator: Decorator) -> CodeType:
    """``code`` with ``decorator`` in its place, in all code inside it too."""
    constants = tuple(
        decorator
        if type(each) is str and each == _PLACE
        else with_decorator(each, decorator)
        if type(each) is CodeType
        else each
        for each in code.co_consts
    )
    return code.replace(co_consts=constants)


class HookSourceLoader(SourceFileLoader):
    """Loads a source file with its functions wrapped as they are defined."""

    def __init__(self, fullname: str, path: str, decorator: Decorator, begin: Begin) -> None:
        super().__init__(fullname, path)
        self._decorator = decorator
        self._begin = begin

    def get_code(self, fullname: str) -> CodeType:
        """The module's code with the decorator in every definition; from the cache where it is fresh."""
        path = self.get_filename(fullname)
        stamp = _stamp(path)
        cache = _cache_path(path)
        code = _read_cache(cache, stamp) if cache is not None else None
        if code is None:
            code = _compile_as_python(self.get_data(path), path)
            if cache is not None and stamp is not None and not sys.dont_write_bytecode:
                self._write_cache(cache, marshal.dumps((stamp, code)))
        return with_decorator(code, self._decorator)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module; its loader is then the one it would have without the hook."""
        self._begin(module.__name__)
        super().exec_module(module)
        del self._decorator, self._begin
        self.__class__ = SourceFileLoader  # type: ignore[assignment]

    def _write_cache(self, cache: str, data: bytes) -> None:
        # SourceFileLoader.set_data writes to a temporary file, renames it and swallows OSError.
        self.set_data(cache, data)


class HookLoader:
    """Stands for a loader that is not a plain source loader; wraps after or while the module runs.

    A loader with sources (an archive's) has its module compiled with the decorator; any other runs its module and
    ``finish`` then wraps what the module holds. All else is the original loader's.
    """

    def __init__(self, loader: Any, decorator: Decorator, begin: Begin, finish: Finish) -> None:
        self._loader = loader
        self._decorator = decorator
        self._begin = begin
        self._finish = finish

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: Any) -> ModuleType | None:
        """As the original loader does."""
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, its functions wrapped."""
        self._begin(module.__name__)
        source = self._source(module.__name__)
        if source is None:
            self._loader.exec_module(module)
            self._finish(module)
            return
        path = self._loader.get_filename(module.__name__)
        code = with_decorator(compile_hooked(source, path), self._decorator)
        exec(code, module.__dict__)

    def _source(self, name: str) -> str | None:
        if type(self._loader).__name__ != "zipimporter":
            return None
        source = self._loader.get_source(name)
        return decode_source(source) if isinstance(source, bytes) else source


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _cache_path(path: str) -> str | None:
    try:
        base, extension = os.path.splitext(cache_from_source(path))
    except (NotImplementedError, ValueError):  # no cache tag, or a file name without a suffix
        return None
    return f"{base}.{_CACHE_TAG}{extension}"


def _read_cache(cache: str, stamp: tuple[int, int] | None) -> CodeType | None:
    try:
        with open(cache, "rb") as file:
            found, code = marshal.loads(file.read())
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return code if found == stamp and type(code) is CodeType else None


def _join_importlib(*owners: Any) -> None:
    """Let the functions of ``owners``, classes or functions, name importlib's file.

    Python takes the frames of importlib out of the traceback of an import that fails, with those of a run of such
    frames that ends in the name below; a warning of a module that tells its importer passes them over.
    """
    for owner in owners:
        functions = [owner] if type(owner) is FunctionType else vars(owner).values()
        for function in functions:
            if type(function) is FunctionType:
                ends_run = function.__name__ in ("compile_hooked", "exec_module")
                name = "_call_with_frames_removed" if ends_run else function.__name__
                function.__code__ = function.__code__.replace(
                    co_filename="<frozen importlib._bootstrap_external>", co_name=name
                )


_join_importlib(compile_hooked, _compile_as_python, HookSourceLoader, HookLoader)
