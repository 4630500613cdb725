"""`install_hook`: what it wraps, what it leaves alone, and that it can be taken back."""

from __future__ import annotations

import copy
import importlib.util
import inspect
import pickle
import sys
import types
import weakref
import zipfile
from pathlib import Path

import pytest
import wrapt

from snapy_instrument import FunctionTracer, SnapyError, SnapyWarning, install_hook
from tests.conftest import Application

SHOP = """
    import functools
    from dataclasses import dataclass

    RULES = []

    def rule(function):
        RULES.append(function)
        return function

    @rule
    def tax(amount):
        return amount * 2

    alias = tax

    class Order:
        count = 0

        def __init__(self, amount):
            self.amount = amount

        def total(self):
            return tax(self.amount)

        @property
        def half(self):
            return self.amount / 2

        @half.setter
        def half(self, value):
            self.amount = value * 2

        @staticmethod
        def unit():
            return 1

        @classmethod
        def make(cls, amount):
            return cls(amount)

        def __repr__(self):
            return "order"

        class Line:
            def price(self):
                return 3

    @functools.lru_cache
    def cached(n):
        return n

    def caller():
        import sys
        return sys._getframe(1).f_code.co_name

    async def fetch():
        return 1

    def numbers():
        yield 1

    async def stream():
        yield 1
"""


def test_functions_become_proxies(application: Application) -> None:
    """A function of a matching module is a wrapt.FunctionWrapper that passes for a function."""
    application.write(shop=SHOP)
    with install_hook(["shop"]):
        shop = application.load("shop")
        assert isinstance(shop.tax, wrapt.FunctionWrapper)
        assert inspect.isfunction(shop.tax)
        assert shop.tax(2) == 4


def test_registries_and_aliases_hold_the_proxy(application: Application) -> None:
    """What a decorator registered while the module ran is the proxy, and two names are one object."""
    application.write(shop=SHOP)
    with install_hook(["shop"]):
        shop = application.load("shop")
        assert shop.RULES[0] is shop.tax is shop.alias


def test_everything_a_class_defines_is_wrapped(application: Application) -> None:
    """Methods, properties with setters, static and class methods and nested classes are recorded."""
    application.write(shop=SHOP)
    with install_hook(["shop"]) as hook:
        shop = application.load("shop")
        with FunctionTracer(backend="proxy") as tracer:
            order = shop.Order.make(5)
            order.total()
            order.half = order.half + shop.Order.unit()
            shop.Order.Line().price()
    names = [event.qualname for event in tracer.events if event.event_type == "call"]
    assert names == [
        "Order.make",
        "Order.__init__",
        "Order.total",
        "tax",
        "Order.half",
        "Order.unit",
        "Order.half",
        "Order.Line.price",
    ]
    assert "shop:Order.Line.price" in hook.report().wrapped


def test_methods_look_as_python_makes_them(application: Application) -> None:
    """``Cls.f is Cls.f``, and a bound method is a types.MethodType whose function is the class attribute."""
    application.write(shop=SHOP)
    with install_hook(["shop"]):
        order_class = application.load("shop").Order
        order = order_class(1)
        assert order_class.total is order_class.__dict__["total"]
        assert type(order.total) is types.MethodType
        assert order.total.__func__ is order_class.total
        assert weakref.WeakMethod(order.total)() == order.total


def test_proxies_copy_and_pickle_as_functions(application: Application) -> None:
    """copy and deepcopy give the same object, pickle stores the name."""
    application.write(shop=SHOP)
    with install_hook(["shop"]):
        tax = application.load("shop").tax
        assert copy.copy(tax) is tax
        assert copy.deepcopy(tax) is tax
        assert pickle.loads(pickle.dumps(tax)) is tax


def test_source_and_signature_are_unchanged(application: Application) -> None:
    """inspect finds the same source, lines and signature as without the hook."""
    application.write(shop=SHOP)
    plain = application.load("shop")
    facts = [inspect.getsource(plain.Order.make), inspect.getsourcelines(plain.tax), inspect.signature(plain.tax)]
    first_lines = [plain.tax.__code__.co_firstlineno, list(plain.tax.__code__.co_lines())]
    application.forget()
    with install_hook(["shop"]):
        shop = application.load("shop")
        assert [
            inspect.getsource(shop.Order.make),
            inspect.getsourcelines(shop.tax),
            inspect.signature(shop.tax),
        ] == facts
        assert [shop.tax.__code__.co_firstlineno, list(shop.tax.__code__.co_lines())] == first_lines


def test_kinds_of_functions_are_kept(application: Application) -> None:
    """Coroutine, generator and async generator functions are still seen as such."""
    application.write(shop=SHOP)
    with install_hook(["shop"]):
        shop = application.load("shop")
        assert inspect.iscoroutinefunction(shop.fetch)
        assert inspect.isgeneratorfunction(shop.numbers)
        assert inspect.isasyncgenfunction(shop.stream)


def test_the_namespace_gains_no_name(application: Application) -> None:
    """A hooked module has exactly the names it has without the hook."""
    application.write(shop=SHOP)
    names = sorted(vars(application.load("shop")))
    application.forget()
    with install_hook(["shop"]):
        assert sorted(vars(application.load("shop"))) == names


def test_report_says_what_is_left_alone_and_why(application: Application) -> None:
    """Special methods and functions that look at frames are named with the reason."""
    application.write(shop=SHOP)
    with install_hook(["shop"]) as hook:
        application.load("shop")
        report = hook.report()
    assert report.modules == {"shop": "defined"}
    assert "special method" in report.not_wrapped["shop:Order.__repr__"]
    assert "frames" in report.not_wrapped["shop:caller"]
    assert str(report).startswith(f"{len(report.wrapped)} functions wrapped in 1 modules\n")


def test_report_names_patterns_that_met_nothing(application: Application) -> None:
    """An include pattern that no module has matched is listed."""
    application.write(shop=SHOP)
    with install_hook(["shop", "shop.parts.*"]) as hook:
        application.load("shop")
        assert hook.report().unmatched == ("shop.parts.*",)


def test_excluded_functions_stay_plain(application: Application) -> None:
    """An exclude of a function keeps it out, whatever the order of the patterns."""
    application.write(shop=SHOP)
    with install_hook(["!shop:Order.*", "shop"]):
        shop = application.load("shop")
        assert type(shop.Order.__dict__["total"]) is types.FunctionType
        assert type(shop.tax) is not types.FunctionType


def test_uninstall_puts_every_original_back(application: Application) -> None:
    """After uninstall no proxy is left in the module, its classes or its importers, and meta_path is as before."""
    application.write(shop=SHOP, user="from shop import tax, Order")
    before = list(sys.meta_path)
    hook = install_hook(["shop"])
    shop = application.load("shop")
    user = application.load("user")
    members = dict(vars(shop.Order))
    hook.uninstall()
    hook.uninstall()
    assert sys.meta_path == before
    assert type(shop.tax) is type(user.tax) is types.FunctionType
    assert user.tax is shop.tax is shop.alias
    after = dict(vars(shop.Order))
    assert type(after["total"]) is type(after["make"].__func__) is type(after["half"].fget) is types.FunctionType
    assert after["make"] is members["make"]
    assert type(vars(shop.Order.Line)["price"]) is types.FunctionType


def test_functions_defined_after_uninstall_are_plain(application: Application) -> None:
    """A nested function made after uninstall is not wrapped, though its module was hooked."""
    application.write(shop="def outer():\n    def inner():\n        return 1\n    return inner\n")
    hook = install_hook(["shop"])
    outer = application.load("shop").outer
    assert type(outer()) is not types.FunctionType
    hook.uninstall()
    assert type(outer()) is types.FunctionType


def test_modules_imported_before_are_wrapped_in_place(application: Application) -> None:
    """What was imported early is wrapped with the names other modules bind to it, and put back."""
    application.write(shop=SHOP, user="from shop import tax")
    shop, user = application.load("shop"), application.load("user")
    original, members = shop.tax, dict(vars(shop.Order))
    with install_hook(["shop"]) as hook:
        assert user.tax is shop.tax is not original
        assert hook.report().modules == {"shop": "in place"}
        with FunctionTracer(backend="proxy") as tracer:
            shop.Order.make(1).total()
        assert [event.qualname for event in tracer.trace] == ["Order.make", "Order.__init__", "Order.total", "tax"]
    assert shop.tax is user.tax is original
    assert dict(vars(shop.Order)) == members


def test_early_import_can_be_a_warning(application: Application) -> None:
    """already_imported='warn' names the modules and wraps nothing."""
    application.write(shop=SHOP)
    shop = application.load("shop")
    with pytest.warns(SnapyWarning, match=r"imported before the hook was installed: shop; .*\[imported-early\]"):
        hook = install_hook(["shop"], already_imported="warn")
    assert type(shop.tax) is types.FunctionType
    hook.uninstall()


def test_early_import_can_be_an_error(application: Application) -> None:
    """already_imported='error' raises, names the modules and leaves nothing installed."""
    application.write(shop=SHOP)
    application.load("shop")
    before = list(sys.meta_path)
    with pytest.raises(SnapyError, match=r"imported before the hook was installed: shop"):
        install_hook(["shop"], already_imported="error")
    assert sys.meta_path == before


def test_an_unknown_way_is_refused() -> None:
    """A misspelt already_imported is a ValueError that lists the ways."""
    with pytest.raises(ValueError, match="already_imported='wrop' is not one of 'wrap', 'warn', 'error'"):
        install_hook(["shop"], already_imported="wrop")  # type: ignore[arg-type]


def test_a_hook_on_a_module_that_does_not_exist_warns() -> None:
    """The warning names the module, and the hook waits for it."""
    with pytest.warns(SnapyWarning, match=r"no module named 'no_such_module'.*\[hook-unknown-module\]"):
        hook = install_hook(["no_such_module.*"])
    assert hook.report().unmatched == ("no_such_module.*",)
    hook.uninstall()


def test_a_module_that_is_only_looked_for_meets_no_pattern(application: Application) -> None:
    """A pattern counts as matched when a module runs, even an empty or a failing one."""
    application.write(shop=SHOP, blank="", broken="1 / 0")
    with install_hook(["shop", "blank", "broken"]) as hook:
        assert all(importlib.util.find_spec(name) is not None for name in ("shop", "blank", "broken"))
        assert (hook.report().unmatched, hook.report().modules) == (("shop", "blank", "broken"), {})
        application.load("blank")
        assert hook.report().unmatched == ("shop", "broken")
        with pytest.raises(ZeroDivisionError):
            application.load("broken")
        application.load("shop")
        assert hook.report().unmatched == ()


def test_installing_twice_wraps_once(application: Application) -> None:
    """Two hooks over one module give one proxy, and it stays until both are gone."""
    application.write(shop=SHOP)
    first, second = install_hook(["shop"]), install_hook(["shop"])
    shop = application.load("shop")
    assert type(shop.tax.__wrapped__) is types.FunctionType
    first.uninstall()
    assert type(shop.tax) is not types.FunctionType
    second.uninstall()
    assert type(shop.tax) is types.FunctionType


def test_a_module_in_an_archive_is_hooked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """zipimport: functions are wrapped as they are defined."""
    archive = tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(
            "zipped.py", "KEEP = []\ndef keep(f):\n    KEEP.append(f)\n    return f\n@keep\ndef f():\n    return 1\n"
        )
    monkeypatch.syspath_prepend(str(archive))
    with install_hook(["zipped"]):
        import zipped  # type: ignore[import-not-found]

        assert zipped.KEEP[0] is zipped.f
        assert isinstance(zipped.f, wrapt.FunctionWrapper)
    del sys.modules["zipped"]


def test_an_import_error_is_the_module_s_own(application: Application) -> None:
    """A module that fails to import fails as without the hook, and leaves no trace of itself."""
    application.write(broken="def f(): pass\nraise LookupError('broken')\n")
    with install_hook(["broken"]):
        with pytest.raises(LookupError, match="broken"):
            application.load("broken")
    assert "broken" not in sys.modules


def test_a_syntax_error_is_the_module_s_own(application: Application) -> None:
    """A syntax error names the file and the line."""
    application.write(broken="x = 1\ndef f(:\n")
    with install_hook(["broken"]):
        with pytest.raises(SyntaxError) as caught:
            application.load("broken")
    assert (Path(caught.value.filename or "").name, caught.value.lineno) == ("broken.py", 2)


def test_packages_and_their_modules_are_hooked(application: Application) -> None:
    """``app.*`` hooks the package, its modules and their modules."""
    application.write(
        app__parts__deep="def f(): return 1", app__top="from app.parts.deep import f\ndef g(): return f()"
    )
    with install_hook(["app.*"]) as hook:
        assert application.load("app.top").g() == 1
        assert set(hook.report().modules) == {"app", "app.top", "app.parts", "app.parts.deep"}


def test_the_compiled_module_is_kept(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second import reads the compiled code from a cache file of its own, beside Python's untouched one."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    application.write(shop=SHOP)
    with install_hook(["shop"]):
        application.load("shop")
    cached = [path.name for path in (application.folder / "__pycache__").iterdir()]
    assert [name.split(".")[-2] for name in cached] == ["snapy2"]
    application.forget()
    assert type(application.load("shop").tax) is types.FunctionType
    application.forget()
    with install_hook(["shop"]):
        assert isinstance(application.load("shop").tax, wrapt.FunctionWrapper)


def test_a_changed_source_is_compiled_again(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache of an older source is not used."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    application.write(shop="def f(): return 1")
    with install_hook(["shop"]):
        assert application.load("shop").f() == 1
        application.forget()
        application.write(shop="def f(): return 1000")
        assert application.load("shop").f() == 1000


def test_report_names_what_is_reached_around_its_proxy(application: Application) -> None:
    """An original that a registry filled before the hook still holds is named, with who holds it."""
    application.write(shop=SHOP)
    shop = application.load("shop")
    with install_hook(["shop"]) as hook:
        reason = hook.report().not_wrapped["shop:tax"]
        assert "a list holds the original" in reason
        with FunctionTracer(backend="settrace") as tracer:
            shop.RULES[0](2), shop.tax(2)
        assert [event.backend for event in tracer.trace] == ["settrace", "proxy"]


def test_report_names_what_an_earlier_decorator_keeps(application: Application) -> None:
    """A function that lru_cache took before the hook is named; a frame backend records it."""
    application.write(shop=SHOP)
    shop = application.load("shop")
    with install_hook(["shop"]) as hook:
        assert "kept by a decorator" in hook.report().not_wrapped["shop:cached"]
        with FunctionTracer(backend="settrace") as tracer:
            shop.cached(2), shop.cached(2)
        assert [event.qualname for event in tracer.trace] == ["cached"]
