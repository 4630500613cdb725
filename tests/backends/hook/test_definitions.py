"""Functions that functions define: decided once, and remembered no longer than their code lives."""

from __future__ import annotations

import gc
import threading
import types
import weakref

import pytest

from snapy_instrument import FunctionTracer, install_hook
from snapy_instrument.backends.hook import definitions
from tests.conftest import Application

SOURCE = """
def make(n):
    def add(x):
        def twice(): return 2 * x
        return twice() + n
    return add

class Model:
    def __repr__(self):
        def text(): return "model"
        return text()

def boxed():
    class Box:
        def open(self): return 1
        @staticmethod
        def shut(): return 2
    return Box

async def amake():
    async def wait(): return 1
    return await wait()

MADE = make(1)
"""


def test_inner_functions_are_proxies_each_time(application: Application) -> None:
    """Those of functions, of classes inside functions, of coroutines and of functions without a proxy are recorded."""
    application.write(shop=SOURCE)
    with install_hook(["shop"]):
        shop = application.load("shop")
        with FunctionTracer(["shop"], backend="proxy") as tracer:
            for _ in range(2):
                shop.make(1)(2)
            shop.MADE(1)
            repr(shop.Model())
            shop.boxed()().open()
            shop.boxed().shut()
            with pytest.raises(StopIteration):
                shop.amake().send(None)
    names = [event.qualname.rpartition(".")[2] for event in tracer.events if event.event_type == "call"]
    assert names == [
        *["make", "add", "twice"] * 2,
        *["add", "twice", "text", "boxed", "open", "boxed", "shut", "amake", "wait"],
    ]


def test_one_site_serves_all_functions_of_one_code(application: Application) -> None:
    """Closures made one after the other share what was decided, though the first is gone."""
    application.write(shop=SOURCE)
    with install_hook(["shop"]):
        make = application.load("shop").make
        first = make(1)._self_site
        assert make(2)._self_site is first


def test_nothing_is_remembered_of_code_that_is_gone(application: Application) -> None:
    """When a module goes, the entries of its inner functions go, and their code with them."""
    gc.collect()  # what earlier tests left
    before = len(definitions._inner), len(definitions._around)
    application.write(shop=SOURCE)
    with install_hook(["shop"]) as hook:
        shop = application.load("shop")
        shop.make(1)(2)
        code = weakref.ref(shop.make(1).__code__)
        assert len(definitions._inner) > before[0]
        application.forget()
        del shop
        gc.collect()
        assert code() is None
        assert (len(definitions._inner), len(definitions._around)) == before
        assert "shop:make.<locals>.add" in hook.report().wrapped


def test_a_module_that_fails_is_no_longer_received(application: Application) -> None:
    """The entry of a running module goes with the run, however it ends."""
    application.write(shop="def f(): return 1\n1 / 0")
    with install_hook(["shop"]), pytest.raises(ZeroDivisionError):
        application.load("shop")
    assert definitions._running == {}


def test_threads_import_and_define_at_the_same_time(application: Application) -> None:
    """Modules imported by several threads get their own functions, each a proxy."""
    names = [f"part{number}" for number in range(8)]
    application.write(**dict.fromkeys(names, SOURCE))
    found: list[type] = []

    def load(name: str) -> None:
        module = application.load(name)
        found.extend(type(each) for each in (module.make, module.MADE, module.make(1)))

    with install_hook(["part*"]) as hook:
        threads = [threading.Thread(target=load, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 24
        assert types.FunctionType not in found
        assert {name.partition(":")[0] for name in hook.report().wrapped} == set(names)
