"""A kept trace keeps nothing of the recorded program alive."""

from __future__ import annotations

import gc
import pickle
import sys
import weakref

import pytest

from snapy_instrument import FunctionTracer, install_hook
from tests.conftest import Application
from tests.lifetime.ways import WAYS, backend_of

SOURCE = """
    class Thing:
        pass

    def total(price=Thing(), *, key=Thing()):
        return price

    class Box:
        content = Thing()

        def method(self, thing=Thing(), callback=total):
            return self

        @classmethod
        def make(cls):
            return cls

    def fail(thing):
        raise LookupError(thing)

    def run():
        total(Box)
        total()
        Box().method()
        Box.make()
        try:
            fail(Thing())
        except LookupError:
            pass

    def parts():
        return [total, fail, Box, Thing, Box.content, *total.__defaults__, *total.__kwdefaults__.values(),
                Box.make.__func__, *Box.method.__defaults__]
"""


@pytest.mark.parametrize("way", WAYS)
def test_functions_classes_and_defaults_die_with_their_module(application: Application, way: str) -> None:
    """When a module goes, all it held goes, while tracer, trace and events stay and read the same."""
    application.write(shop=SOURCE)
    hook = install_hook(["shop"]) if way == "proxy" or "+" in way else None
    shop = application.load("shop")
    tracer = FunctionTracer(["shop", "!shop:parts"], backend=backend_of(way))
    with tracer:
        shop.run()
    trace, events = tracer.trace, tracer.events
    text = trace.format()
    references = [weakref.ref(part) for part in shop.parts()]
    if hook is not None:
        hook.uninstall()
    del sys.modules["shop"], shop
    gc.collect()
    assert [reference() for reference in references] == [None] * 10
    assert tracer.format_trace() == trace.format() == text
    assert pickle.loads(pickle.dumps(events)) == events
    assert "shop.Box.method(thing=<Thing#" in text or "shop.Box.method()" in text


def test_cleanup_lets_code_go(application: Application) -> None:
    """After cleanup() even the code objects go, which a trace keeps until then."""
    application.write(shop=SOURCE)
    shop = application.load("shop")
    tracer = FunctionTracer(["shop"], backend="settrace")
    with tracer:
        shop.run()
    references = [weakref.ref(function.__code__) for function in (shop.total, shop.fail, shop.Box.method)]
    del sys.modules["shop"], shop
    tracer.cleanup()
    gc.collect()
    assert [reference() for reference in references] == [None] * 3
