"""Compiles source so that each function is announced, as its innermost decorator, when it is defined.

The decorator is a constant of the code that holds the ``def``: the code object `ANNOUNCE`, from which Python makes a
function where the ``def`` runs. It is plain data, so hooked code marshals, is pickled by value and is cached like any
other; no namespace, no ``co_names`` and no closure gains a name, and a function that defines no functions has exactly
the code that Python compiles. Its line is the line of the ``def``, so line numbers, ``inspect.getsource`` and coverage
do not change.

`ANNOUNCE` finds the running hook in ``loader_state`` of the spec of ``builtins``: a field that importlib keeps for
loaders, that is part of no comparison and no ``repr``, and that can be reached from a function without a global name,
which the program could have bound to something else. Where no hook runs, in a process that knows nothing of this
library too, ``loader_state`` is None and the function stays as it is.
"""

from __future__ import annotations

__all__ = ["ANNOUNCE", "compile_hooked", "set_announced"]

import ast
import builtins
import gc
from collections.abc import Callable
from types import CodeType
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.backends.base import OWN_FILENAME

keep_builtins(globals())

# In a tuple: a tool that replaces a function where modules hold it, as pyfakefs and freezegun do, finds none here.
_COLLECTOR = (gc.isenabled, gc.disable, gc.enable)
_PLACE = ".snapy"
"""The parameter of the lambda in the place of `ANNOUNCE` until the code is compiled: no source can spell it."""


def _announce(function: Any) -> Any:
    # Without a global name: this runs with the globals of any program.
    spec = function.__builtins__.get("__spec__")
    announced = spec and spec.loader_state
    return announced(function) if announced else function


ANNOUNCE: CodeType = _announce.__code__.replace(
    co_filename=OWN_FILENAME, co_name="<snapy>", co_qualname="<snapy>", co_firstlineno=1
)
"""Code of a function of one argument, a function, that returns its proxy or the function itself."""


def set_announced(handler: Callable[[Any], Any] | None) -> None:
    """Set what receives every function that hooked code defines from now on; None leaves functions as they are."""
    spec: Any = builtins.__spec__
    spec.loader_state = handler


def compile_hooked(source: bytes | str, path: str, rewrite: Callable[[ast.Module], None] | None = None) -> CodeType:
    """Compile ``source`` with `ANNOUNCE` as the innermost decorator of every function definition.

    Args:
        source: The text of a module.
        path: Its file, for code objects and error messages.
        rewrite: Changes the tree before it is compiled, as pytest does with assertions.
    """
    # The collector would look through the growing tree again and again: sympy's 400 files take 4.0 s with it, 2.1 s
    # without. A thread that does the same at the same time may switch it on too early, never leave it off.
    is_enabled, disable, enable = _COLLECTOR
    was_enabled = is_enabled()
    disable()
    try:
        # As ast.parse does, whose frame would be in the traceback of a SyntaxError.
        tree: Any = compile(source, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        if rewrite is not None:
            rewrite(tree)
        _decorate(tree)
        code: CodeType = compile(tree, path, "exec", dont_inherit=True)
    finally:
        if was_enabled:
            enable()
    return _with_announce(code)


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_FIELDS = ("body", "orelse", "finalbody", "handlers", "cases")
# Statements are in these fields of statements alone: to walk expressions too takes ten times as long.
_HOLDERS: list[type[ast.AST]] = [*ast.stmt.__subclasses__(), *ast.excepthandler.__subclasses__(), ast.match_case]
_BLOCKS = {kind: tuple(name for name in _FIELDS if name in kind._fields) for kind in _HOLDERS}


def _decorate(tree: ast.Module) -> None:
    """Add a lambda, in the place of `ANNOUNCE`, as the innermost decorator of every definition in ``tree``."""
    blocks: list[list[Any]] = [tree.body]
    for block in blocks:
        for node in block:
            kind = type(node)
            if kind in _DEFINITIONS:
                # Last in the list is innermost: outer decorators and registries get the proxy.
                node.decorator_list.append(_place(node))
            for name in _BLOCKS.get(kind, ()):
                blocks.append(getattr(node, name))


def _place(node: Any) -> ast.Lambda:
    where = {
        "lineno": node.lineno,
        "end_lineno": node.lineno,
        "col_offset": node.col_offset,
        "end_col_offset": node.col_offset,
    }
    parameters = ast.arguments([], [ast.arg(_PLACE, **where)], None, [], [], None, [])
    return ast.Lambda(parameters, ast.Constant(None, **where), **where)


def _with_announce(code: CodeType) -> CodeType:
    """Return ``code`` with `ANNOUNCE` in its places, in all code inside it too."""
    changed = False
    constants: list[Any] = []
    for each in code.co_consts:
        new = each
        if type(each) is CodeType:
            # The compiler made code of each lambda; from here on it is one constant, equal in each module.
            placed = each.co_name == "<lambda>" and each.co_varnames == (_PLACE,)
            new = ANNOUNCE if placed else _with_announce(each)
            changed = changed or new is not each
        constants.append(new)
    return code.replace(co_consts=tuple(constants)) if changed else code
