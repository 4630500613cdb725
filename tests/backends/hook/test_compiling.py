"""Code of hooked modules is plain data, and as near to Python's own as a call more can be."""

from __future__ import annotations

import marshal
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from snapy_instrument import install_hook
from snapy_instrument.backends.hook.compiling import ANNOUNCE, compile_hooked
from tests.conftest import Application

# One of each place where a def may be.
SOURCE = '''
"""Places of definitions."""
import asyncio

def plain(a, b=1, *rest, c=lambda: 1, **more):
    """Doc."""
    return [n for n in rest if n]

def make(n):
    """Make a function."""
    def add(x): return x + n
    return add

def deep(n):
    class Local:
        def method(self):
            def inner(): return n
            return inner
        async def fetch(self): return n
    return Local

async def amake():
    async def wait(): return 1
    return wait

def steps():
    def step(): return 1
    yield step

class Model:
    def build(self):
        return 1
    @property
    def name(self): return "model"
    class Inner:
        @staticmethod
        def low(): return {k: v for k, v in {}.items()}

for _ in range(2):
    with open(__file__):
        try:
            if _:
                def one(): return 1
            else:
                def two(): return 2
        except* ValueError:
            def three(): return 3
        else:
            def four(): return 4
        finally:
            def five(): return 5
else:
    def six(): return 6

while True:
    match 1:
        case 1:
            def seven(): return 7
    break

square = lambda x: (lambda: x)
'''


def codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """Yield ``code`` and all code inside it, our announcement left out."""
    yield code
    for each in code.co_consts:
        if type(each) is types.CodeType and each != ANNOUNCE:
            yield from codes(each)


def kinds(code: types.CodeType) -> set[type]:
    """Return the types of all constants, those inside tuples and frozensets too."""
    found: set[type] = set()
    for each in codes(code):
        pending = list(each.co_consts)
        for value in pending:
            found.add(type(value))
            if type(value) in (tuple, frozenset):
                pending += value
    return found


def test_constants_are_plain_data() -> None:
    """Every constant of all nested code is of a type that Python's own code has."""
    assert kinds(compile_hooked(SOURCE, "places.py")) == kinds(compile(SOURCE, "places.py", "exec", dont_inherit=True))


def test_code_marshals() -> None:
    """marshal gives equal code back."""
    code = compile_hooked(SOURCE, "places.py")
    assert marshal.loads(marshal.dumps(code)) == code


def test_every_definition_is_announced_once() -> None:
    """There are as many announcements as ``def`` statements."""
    placed = [each for code in codes(compile_hooked(SOURCE, "p")) for each in code.co_consts if each == ANNOUNCE]
    assert len(placed) == SOURCE.count("def ")


def test_code_without_inner_definitions_is_python_s() -> None:
    """A function that defines none, a lambda and a comprehension have equal code, line tables included."""
    plain = {code.co_qualname: code for code in codes(compile(SOURCE, "p", "exec", dont_inherit=True))}
    hooked = {code.co_qualname: code for code in codes(compile_hooked(SOURCE, "p"))}
    assert hooked.keys() == plain.keys()
    holders = {"<module>", "make", "deep", "deep.<locals>.Local", "deep.<locals>.Local.method", "amake", "steps"}
    holders |= {"Model", "Model.Inner"}
    assert {name for name in plain if hooked[name] != plain[name]} == holders
    others = plain.keys() - holders
    assert [list(hooked[name].co_positions()) for name in others] == [
        list(plain[name].co_positions()) for name in others
    ]


def test_names_are_python_s() -> None:
    """No code has a name, a variable, a cell or a line more than without the hook."""
    for plain, hooked in zip(
        codes(compile(SOURCE, "p", "exec", dont_inherit=True)), codes(compile_hooked(SOURCE, "p")), strict=True
    ):
        for fact in ("co_names", "co_varnames", "co_cellvars", "co_freevars", "co_flags", "co_firstlineno", "co_name"):
            assert getattr(hooked, fact) == getattr(plain, fact), (plain, fact)
        lines = [{line for *_, line in code.co_lines()} for code in (plain, hooked)]
        assert lines[0] == lines[1]


def test_code_of_loaded_functions_is_plain(application: Application) -> None:
    """The same in a module that runs: code of functions, of functions they define, and of class bodies marshals."""
    application.write(places=SOURCE)
    with install_hook(["places"]):
        places = application.load("places")
        made = [places.make, places.deep, places.amake, places.steps, places.plain, places.Model.build]
        made += [places.make(1), places.deep(1).method, places.deep(1)().method(), next(places.steps())]
        for function in made:
            assert type(function) is not types.FunctionType
            assert marshal.loads(marshal.dumps(function.__code__)) == function.__code__
            assert kinds(function.__code__) <= {type(None), types.CodeType, str, int, tuple, bool}


PICKLED = """
import sys
import {pickler} as pickler
from snapy_instrument import install_hook
sys.path.insert(0, {folder!r})
with install_hook(["places"]):
    import places
    add = pickler.loads(pickler.dumps(places.make(3)))
    if pickler.__name__ == "cloudpickle":
        pickler.register_pickle_by_value(places)
    make = pickler.loads(pickler.dumps(places.make))
    print(add(4), make(3)(4), make is places.make)
"""


# dill 0.4.1 reads it of every function that it pickles by value, hooked or not.
needs_lnotab = pytest.mark.skipif(
    not hasattr(types.CodeType, "co_lnotab"), reason="dill reads `co_lnotab`, which Python 3.15 has removed"
)


@pytest.mark.parametrize(
    ("pickler", "by_name"), [pytest.param("dill", True, marks=needs_lnotab), ("cloudpickle", False)]
)
def test_functions_are_pickled_by_value(application: Application, pickler: str, by_name: bool) -> None:
    """A nested function, and one that makes functions, run after a round trip. In a process: dill changes pickle."""
    application.write(places=SOURCE)
    program = PICKLED.format(pickler=pickler, folder=str(application.folder))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (f"7 7 {by_name}\n", "")


def test_code_runs_where_nothing_is_known_of_us(tmp_path: Path) -> None:
    """In a process without this library the functions that hooked code defines are plain."""
    (tmp_path / "code").write_bytes(marshal.dumps(compile_hooked(SOURCE.replace("__file__", "'code'"), "places.py")))
    program = (
        "import marshal, sys, types; space = {'__name__': 'places'}; exec(marshal.load(open('code', 'rb')), space);"
        "print(type(space['make'](1)) is types.FunctionType, space['make'](1)(2),"
        "any(name.startswith('snapy') for name in sys.modules))"
    )
    command = [sys.executable, "-I", "-c", program]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout == "True 3 False\n"


def test_a_program_may_name_anything(application: Application) -> None:
    """Globals that hide builtins, or are called like our own names, do not reach the announcement."""
    application.write(shop="type = id = getattr = spec = function = announced = None\ndef f(): return 1\n")
    with install_hook(["shop"]) as hook:
        assert application.load("shop").f() == 1
        assert hook.report().wrapped == ("shop:f",)


def test_the_place_of_the_announcement_is_empty_without_a_hook() -> None:
    """``builtins.__spec__.loader_state`` is None before and after, and no builtin is added."""
    import builtins

    spec: Any = builtins.__spec__
    before = dir(builtins)
    assert spec.loader_state is None
    with install_hook(["no_such_module_*"]):
        assert spec.loader_state is not None
        assert dir(builtins) == before
    assert spec.loader_state is None
