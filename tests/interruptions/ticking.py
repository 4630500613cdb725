"""Raises an exception at the n-th statement of ours that runs.

`install` has the library's modules compiled with a tick before every statement of their functions. What is raised there
is like an error of that statement, and like what a signal handler raises before it. This reaches callbacks and trace
functions, which trace functions cannot see.
"""

from __future__ import annotations

import ast
import builtins
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from itertools import chain, count, repeat
from types import CodeType, FrameType, ModuleType

NAME = "__snapy_tick__"
SILENCE = repeat(None).__next__
# What a tick calls, to be set without a call, which a trace function would see: ``NOW[0] = SILENCE`` disarms.
NOW: list[Callable[[], object]] = [SILENCE]
_PACKAGE = "snapy_instrument"
# It opens a file; what is raised between two statements of ours leaves that open, whatever they are.
_LEFT_OUT = "snapy_instrument.recording.measures"
# Nothing is raised on the way into these.
_SILENT = (ast.Try, ast.Global, ast.Nonlocal, ast.Pass)


class Timeout(Exception):
    """An `Exception` that a signal handler raises: the program's, as a KeyboardInterrupt is."""


class Ticks:
    """Counts the statements of ours that run while armed. Called in C, so that no trace function sees it.

    Attributes:
        places: Where exceptions were raised, as ``module:line``.
    """

    def __init__(self) -> None:
        self.places: list[str] = []
        self._timeout = Timeout()
        signal.signal(signal.SIGUSR1, self._handle)

    def arm(self, exceptions: dict[int, BaseException]) -> None:
        """Raise each of ``exceptions`` at the statement of its number, the first being 1."""
        self.places = []
        parts: list[Iterable[None]] = []
        before = 0
        for number in sorted(exceptions):
            parts += [repeat(None, number - before - 1), map(self._raise, [exceptions[number]])]
            before = number
        NOW[0] = chain(*parts, repeat(None)).__next__

    def counting(self, scenario: Callable[[], object]) -> int:
        """Return how many statements of ours ``scenario`` runs."""
        numbers = count()
        NOW[0] = numbers.__next__
        try:
            scenario()
        finally:
            NOW[0] = SILENCE
        return next(numbers)

    def _raise(self, exception: BaseException) -> None:
        frame = sys._getframe(1)
        self.places.append(f"{frame.f_globals['__name__'].removeprefix(_PACKAGE + '.')}:{frame.f_lineno}")
        if isinstance(exception, Timeout):
            self._timeout = exception
            signal.raise_signal(signal.SIGUSR1)
        raise exception

    def _handle(self, number: int, frame: FrameType | None) -> None:
        raise self._timeout


class _Ticking(ast.NodeTransformer):
    inside = 0

    def generic_visit(self, node: ast.AST) -> ast.AST:
        function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        self.inside += function
        super().generic_visit(node)
        self.inside -= function
        if function or (self.inside and not isinstance(node, ast.ClassDef)):
            for name in ("body", "orelse", "finalbody"):
                body = getattr(node, name, None)
                if isinstance(body, list):
                    setattr(node, name, self._with_ticks(body, function and name == "body"))
        return node

    def _with_ticks(self, body: list[ast.stmt], documented: bool) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for index, each in enumerate(body):
            docstring = documented and index == 0 and isinstance(getattr(each, "value", None), ast.Constant)
            if not docstring and not isinstance(each, _SILENT):
                first = ast.Subscript(ast.Name(NAME, ast.Load()), ast.Constant(0), ast.Load())
                tick = ast.Expr(ast.Call(first, [], []))
                made.append(ast.fix_missing_locations(ast.copy_location(tick, each)))
            made.append(each)
        return made


class _Loader(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        # Not by way of the cache: no file with ticks is to be left behind.
        path = self.get_filename(fullname)
        tree = _Ticking().visit(ast.parse(self.get_data(path), path))
        code: CodeType = compile(tree, path, "exec", dont_inherit=True)
        return code


class _Finder:
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name.partition(".")[0] != _PACKAGE or name == _LEFT_OUT:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def install() -> Ticks:
    """Compile what is imported of the library from now on with ticks."""
    assert not any(name.partition(".")[0] == _PACKAGE for name in sys.modules), "the library was imported before"
    ticks = Ticks()
    # One list for every copy of the builtins: modules of the library keep one of their own.
    vars(builtins)[NAME] = NOW
    sys.meta_path.insert(0, _Finder())
    return ticks
