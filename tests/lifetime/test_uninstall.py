"""After the end nothing shows that a hook or a tracer was there."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from snapy_instrument import FunctionTracer, install_hook
from tests.conftest import Application
from tests.lifetime.pictures import changes, of_modules, of_the_interpreter
from tests.lifetime.ways import WAYS, backend_of

ZOO = '''
    """A module with one of each."""
    import dataclasses, enum, functools
    from functools import lru_cache, singledispatch

    def plain(x: int = 1, *rest, key={}, **more) -> int:
        """Doc."""
        return x

    plain.note = "written on it"
    alias = plain
    handlers = [plain]

    @lru_cache
    def cached(x): return x

    @functools.wraps(plain)
    def wrapper(x): return plain(x)

    @singledispatch
    def dispatched(x): return "object"

    @dispatched.register
    def _(x: int): return "int"

    def generator():
        yield 1

    async def coroutine():
        return 1

    class Meta(type):
        def __setattr__(cls, name, value):
            raise AssertionError("a metaclass may watch")

    class Base(metaclass=Meta):
        """A class."""
        attribute = 1

        def __init__(self): self.x = 1
        def method(self): return super().__repr__()
        def __repr__(self): return "<Base>"
        also = method

        @staticmethod
        def static(x): return x

        @classmethod
        def make(cls): return cls()

        @property
        def value(self):
            """A value."""
            return 1

        @value.setter
        def value(self, new): pass

        @property
        def only(self): return 1

        @functools.cached_property
        def once(self): return 1

        class Inner:
            def deep(self): return __class__

        def __init_subclass__(cls, **options): pass
        def __class_getitem__(cls, item): return item

    class Colour(enum.Enum):
        RED = 1
        def shout(self): return self.name

    @dataclasses.dataclass
    class Record:
        a: int = 1
        def twice(self): return 2 * self.a
        def __post_init__(self): pass

    def use():
        base = Base()
        base.value = base.only
        messages = []
        try:
            base.only = 1
        except AttributeError as error:
            messages.append(str(error))
        plain(), cached(1), wrapper(1), dispatched(1), list(generator()), base.method(), Base.static(1), Base.make()
        base.once, Base.Inner().deep(), Colour.RED.shout(), Record().twice(), alias(2), handlers[0](3)
        return messages
'''


@pytest.fixture
def zoo(application: Application) -> Application:
    """Write the zoo; import nothing."""
    application.write(zoo=ZOO)
    return application


def render() -> None:
    """Use a real package."""
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").enable("table").render("# A *title*\n\n| a | b |\n|---|---|\n| `1` | [x](y) |\n")
    assert "<table>" in html


def spread() -> None:
    """Use it in threads, jobs and tasks."""
    thread = threading.Thread(target=render)
    thread.start()
    thread.join()
    asyncio.run(asyncio.to_thread(render))


def put_back(way: str, patterns: str, package: str, run: Callable[[], object]) -> list[str]:
    """Hook an imported package, use it under a tracer, let it go; return what has changed."""
    run()
    before = of_the_interpreter() | of_modules(package)
    hook = install_hook([patterns]) if way == "proxy" or "+" in way else None
    with FunctionTracer([patterns], backend=backend_of(way)) as tracer:
        run()
    assert len(tracer.trace) > 10
    if hook is not None:
        assert len(hook.report().wrapped) > 10
        assert changes(before, of_the_interpreter() | of_modules(package)) != []
        hook.uninstall()
    return changes(before, of_the_interpreter() | of_modules(package))


@pytest.mark.parametrize("way", WAYS)
def test_a_module_imported_before_is_unchanged(zoo: Application, way: str) -> None:
    """Every name, member and part is the same object in the same order; so is all that the process has one of."""
    module = zoo.load("zoo")
    assert put_back(way, "zoo", "zoo", module.use) == []


@pytest.mark.parametrize("way", WAYS)
def test_a_package_imported_before_is_unchanged(way: str) -> None:
    """So it is for all modules of markdown-it-py, used in threads and tasks too."""
    assert put_back(way, "markdown_it.*", "markdown_it", spread) == []


def test_errors_of_properties_do_not_change(zoo: Application) -> None:
    """The error of a property without a setter names the property, before, under and after the hook."""
    module = zoo.load("zoo")
    messages = module.use()
    with install_hook(["zoo"]):
        assert module.use() == messages
    assert module.use() == messages
    assert "only" in messages[0]


def test_static_and_class_methods_are_dressed_as_before(zoo: Application) -> None:
    """What they copy from their functions is the functions'."""
    module = zoo.load("zoo")
    before = {name: dict(vars(module.Base.__dict__[name])) for name in ("static", "make")}
    with install_hook(["zoo"]):
        module.use()
    assert {name: vars(module.Base.__dict__[name]) for name in before} == before


def shape(package: str) -> dict[str, list[Any]]:
    """Return what the modules and classes of a package hold: names in order, types, facts of functions.

    Not their code: code that defines functions has one constant more.
    """
    found = of_modules(package).items()
    return {name: [(key, _shape(value)) for key, value, _ in entries] for name, entries in found}


def _shape(value: Any) -> Any:
    kind = type(value)
    if kind is types.FunctionType:
        code = value.__code__
        facts = (value.__module__, value.__qualname__, code.co_filename, code.co_firstlineno, code.co_varnames)
        return *facts, value.__defaults__ and len(value.__defaults__), sorted(vars(value)), repr(value.__annotations__)
    if kind in (staticmethod, classmethod):
        return kind, _shape(value.__func__), sorted(vars(value))
    if kind is property:
        return kind, *map(_shape, (value.fget, value.fset, value.fdel))
    return f"{kind.__module__}.{kind.__qualname__}"


def fresh_shape(package: str, hooked: str | None, run: Callable[[], object]) -> dict[str, list[Any]]:
    """Import a package anew, hooked or not, use it and let it go; return its shape."""
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == package}
    try:
        if hooked is None:
            run()
        else:
            with install_hook([hooked]), FunctionTracer([hooked], backend="proxy") as tracer:
                run()
            assert len(tracer.trace) > 5
        return shape(package)
    finally:
        for name in list(sys.modules):
            if name.partition(".")[0] == package:
                del sys.modules[name]
        sys.modules.update(kept)


def test_a_module_imported_under_the_hook_is_a_plain_one(zoo: Application) -> None:
    """Names, order, types, functions and loaders are those of a plain import, once the hook is gone."""

    def run() -> None:
        zoo.load("zoo").use()

    assert fresh_shape("zoo", "zoo", run) == fresh_shape("zoo", None, run)


def test_a_package_imported_under_the_hook_is_a_plain_one() -> None:
    """The same for markdown-it-py."""
    assert fresh_shape("markdown_it", "markdown_it.*", render) == fresh_shape("markdown_it", None, render)


@pytest.fixture
def watching() -> Iterator[list[str]]:
    """Set a second tool's trace function; yield the names it sees."""
    seen: list[str] = []
    before = sys.gettrace()

    def trace(frame: Any, event: str, arg: Any) -> None:
        seen.append(frame.f_code.co_name)

    sys.settrace(trace)
    yield seen
    sys.settrace(before)


@pytest.mark.parametrize("backend", [way for way in WAYS if "+" not in way])
def test_blocks_that_fail_leave_nothing(backend: Any, watching: list[str]) -> None:
    """An exception that leaves the block, in a task as well, leaves the process unchanged."""

    async def main() -> None:
        with FunctionTracer(["nothing"], backend=backend):
            await asyncio.sleep(0)
            raise LookupError

    before = of_the_interpreter()
    with pytest.raises(KeyboardInterrupt), FunctionTracer(["nothing"], backend=backend):
        raise KeyboardInterrupt
    with pytest.raises(LookupError):
        asyncio.run(main())
    assert changes(before, of_the_interpreter()) == []


if sys.version_info >= (3, 12):
    from tests.lifetime.pictures import left_in_monitoring

    def test_nothing_is_left_in_sys_monitoring() -> None:
        """No callback and no event of any code stays registered under a tool id that was given back."""
        from markdown_it.rules_block import StateBlock, table

        functions = [render, spread, table, StateBlock.__init__]
        for options in ({}, {"trace_lines": True}):
            with FunctionTracer(["markdown_it.*", __name__], backend="monitoring", **options) as tracer:
                spread()
            assert len(tracer.trace) > 100
        assert left_in_monitoring(functions) == []


def test_importing_the_library_changes_nothing() -> None:
    """In a fresh process, importing every public name changes nothing that the process has one of."""
    root = Path(__file__).parents[2]
    code = (
        "from tests.lifetime.pictures import of_the_interpreter, changes\n"
        "import asyncio, wrapt, syrupy, pytest, logging, ssl\n"
        "before = of_the_interpreter()\n"
        "import snapy_instrument\n"
        "for name in snapy_instrument.__all__: getattr(snapy_instrument, name)\n"
        "print(changes(before, of_the_interpreter()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
