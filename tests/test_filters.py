"""`ModuleFilter` and `your_code`: which functions are traced, and why."""

from __future__ import annotations

import dataclasses
import decimal
import importlib._bootstrap
import itertools
import json
import os
import pickle
import re
import string
import sys
import types
from collections import namedtuple
from pathlib import Path

import _pytest.mark.structures
import pytest
import wrapt
from hypothesis import example, given, settings
from hypothesis import strategies as st

import snapy_instrument
from snapy_instrument import filters
from snapy_instrument.filters import ModuleFilter, your_code

Point = namedtuple("Point", "x")


def file_of(function: object) -> str:
    """The file name a frame of ``function`` has."""
    code = getattr(function, "__code__").co_filename  # noqa: B009 - typed as object
    assert isinstance(code, str)
    return code


# Globs, plain names, regexes -------------------------------------------------------------------------------

GLOBS = [
    ("myapp.*", "myapp", True),
    ("myapp.*", "myapp.orders", True),
    ("myapp.*", "myapp.orders.lines", True),
    ("myapp.*", "myapplication", False),
    ("myapp.*", "myapp_tools.x", False),
    ("myapp.*", "other.myapp.x", False),
    ("myapp.*", "MyApp.x", False),
    ("myapp", "myapp", True),
    ("myapp", "myapp.orders", False),
    ("myapp", "myapplication", False),
    ("myapp*", "myapplication.x", True),
    ("*.orders", "shop.eu.orders", True),
    ("*.orders", "orders", False),
    ("*.orders.*", "shop.orders", True),
    ("shop.*.orders", "shop.a.b.orders", True),
    ("shop.*.orders", "shop.orders", False),
    ("a.**", "a", True),
    ("*", "anything.at.all", True),
    ("*", "json.decoder", True),
    ("shop*", "shop\nodd", True),
    ("app.migrations.0001_*", "app.migrations.0001_initial", True),
    ("__main__", "__main__", True),
    (r"re:^plugins\.(a|b)$", "plugins.a", True),
    (r"re:^plugins\.(a|b)$", "plugins.a.x", False),
    (r"re:plugins", "my.plugins.c", True),
    (r"re:^(?:a:)?b$", "b", True),
    (re.compile(r"^plugins\.(a|b)$"), "plugins.b", True),
    (re.compile("SHOP", re.IGNORECASE), "my.shop.x", True),
    (re.compile("SHOP"), "my.shop.x", False),
    (re.compile("^shop  # the shop\n", re.VERBOSE), "shop.x", True),
]


@pytest.mark.parametrize(("pattern", "module", "expected"), GLOBS)
def test_one_include_decides_modules(pattern: str | re.Pattern[str], module: str, expected: bool) -> None:
    """One include pattern matches exactly the module names its rule says."""
    assert ModuleFilter([pattern]).matches(module, "f", "/x/y.py") is expected


COMBINED = [
    (["myapp.*", "!myapp.vendor.*"], "myapp.orders", True),
    (["myapp.*", "!myapp.vendor.*"], "myapp.vendor", False),
    (["!myapp.vendor.*", "myapp.vendor.x"], "myapp.vendor.x", False),
    (["myapp.*", "!re:_test$"], "myapp.orders_test", False),
    (["myapp.*", "!re:_test$"], "myapp.orders", True),
    (["myapp.*", "shop.*"], "shop.x", True),
    (["!numpy.*"], "numpy.linalg", False),
    (["!numpy.*"], "json", True),
    (["!numpy.*", "!pandas.*"], "anything", True),
    ("myapp.*  shop.*\n!shop.x", "shop.y", True),
    ("myapp.*  shop.*\n!shop.x", "shop.x", False),
    (re.compile("^a"), "abc", True),
]


@pytest.mark.parametrize(("patterns", "module", "expected"), COMBINED)
def test_several_patterns_decide_modules(
    patterns: list[str] | str | re.Pattern[str], module: str, expected: bool
) -> None:
    """An exclude wins wherever it stands, excludes alone mean the rest, a string is split on whitespace."""
    assert ModuleFilter(patterns).matches(module, "f", "/x/y.py") is expected


FUNCTIONS = [
    (["myapp.orders:Order.*"], "myapp.orders", "Order.total", True),
    (["myapp.orders:Order.*"], "myapp.orders", "Order.total.<locals>.add", True),
    (["myapp.orders:Order.*"], "myapp.orders", "OrderLine.total", False),
    (["myapp.orders:Order.*"], "myapp.orders.lines", "Order.total", False),
    (["myapp.*:pay"], "myapp.orders", "pay", True),
    (["myapp.*:pay"], "myapp.orders", "repay", False),
    (["myapp.orders:*.<locals>.*"], "myapp.orders", "f.<locals>.g", True),
    (["myapp.orders:*.<locals>.*"], "myapp.orders", "f", False),
    (["myapp.*", "!myapp.orders:Order._*"], "myapp.orders", "Order._secret", False),
    (["myapp.*", "!myapp.orders:Order._*"], "myapp.orders", "Order.total", True),
    (["!myapp.orders:Order._*", "myapp.orders:Order.*"], "myapp.orders", "Order._secret", False),
    (["!myapp.orders:Order._*"], "myapp.orders", "pay", True),
    (["myapp.orders:*"], "myapp.orders", "", True),
    (["myapp.orders:pay"], "myapp.orders", "", False),
]


@pytest.mark.parametrize(("patterns", "module", "qualname", "expected"), FUNCTIONS)
def test_module_and_qualname_patterns_choose_functions(
    patterns: list[str], module: str, qualname: str, expected: bool
) -> None:
    """``module:qualname`` takes or leaves single functions by their qualified name."""
    assert ModuleFilter(patterns).matches(module, qualname, "/x/y.py") is expected


WHOLE_MODULES = [
    (["myapp.orders:Order.*"], "myapp.orders", True),
    (["myapp.orders:Order.*"], "myapp.other", False),
    (["myapp.*", "!myapp.orders:Order.*"], "myapp.orders", True),
    (["myapp.*", "!myapp.orders:*"], "myapp.orders", False),
    (["myapp.*", "!myapp.orders"], "myapp.orders", False),
    (["!myapp.orders:f"], "myapp.orders", True),
    (["*"], "snapy_instrument.values", False),
]


@pytest.mark.parametrize(("patterns", "module", "expected"), WHOLE_MODULES)
def test_a_module_matches_when_some_function_of_it_could(patterns: list[str], module: str, expected: bool) -> None:
    """``matches_module`` is True unless no include reaches the module or an exclude covers all of it."""
    assert ModuleFilter(patterns).matches_module(module, "/x/y.py") is expected


# Bad patterns ----------------------------------------------------------------------------------------------

BAD = [
    ("", "it names nothing"),
    ("   ", "it names nothing"),
    ("!", "it names nothing"),
    ("!!x", 'write a single "!"'),
    ("re:", 'no regex follows "re:"'),
    ("!re:", 'no regex follows "re:"'),
    ("re: ^a", 'no regex follows "re:"'),
    ("re:(", "the regex does not compile (missing )"),
    ("!re:*a", "the regex does not compile (nothing to repeat"),
    ("re:a{99999999999999999999}", "the regex does not compile"),
    ("my-app/*", "'-/' cannot be in a dotted name"),
    ("shop/orders.py", "'/' cannot be in a dotted name"),
    ("a[bc]", "'[]' cannot be in a dotted name"),
    ("a.<locals>", "'<>' cannot be in a dotted name"),
    ("a:f()", "'()' cannot be in a dotted name"),
    ("a b", "whitespace inside"),
    ("a.*\t!b.*", "whitespace inside"),
    ("a:b:c", 'more than one ":"'),
    ("a::b", 'more than one ":"'),
    (":f", 'a name is missing beside "." or ":"'),
    ("a:", 'a name is missing beside "." or ":"'),
    (".a", 'a name is missing beside "." or ":"'),
    ("a.", 'a name is missing beside "." or ":"'),
    ("a..b", 'a name is missing beside "." or ":"'),
    ("a:.f", 'a name is missing beside "." or ":"'),
    (3, "it is not a string or a compiled regex"),
    (None, "it is not a string or a compiled regex"),
    (b"a", "it is not a string or a compiled regex"),
    (re.compile(b"a"), "it is not a string or a compiled regex"),
    (re.compile(""), 'no regex follows "re:"'),
]


@pytest.mark.parametrize(("pattern", "why"), BAD)
def test_a_bad_pattern_is_a_value_error_that_quotes_it(pattern: str, why: str) -> None:
    """A bad pattern raises ValueError with the pattern as given, what is wrong with it and a next step."""
    with pytest.raises(ValueError, match=re.escape(f"bad pattern {pattern!r}: ")) as caught:
        ModuleFilter(["fine.*", pattern])
    assert why in str(caught.value)
    assert re.search(r"; (write|give|mend) ", str(caught.value))


def test_something_that_is_no_list_is_quoted_as_a_pattern() -> None:
    """What is neither a list nor a pattern gives the same ValueError, not a TypeError."""
    with pytest.raises(ValueError, match="bad pattern 3: it is not a string"):
        ModuleFilter(3)  # type: ignore[arg-type]


# Your code, ourselves, wrapt -------------------------------------------------------------------------------


def user_function() -> None:
    """A function of the user's."""


@dataclasses.dataclass
class Order:
    """A class with functions the standard library generates for the user."""

    total: int


OWNERS = [
    (__name__, file_of(user_function), True),
    (__name__, file_of(Order.__init__), True),
    ("json", file_of(json.loads), False),
    ("decimal", str(decimal.__file__), False),
    ("os", file_of(os.walk), False),
    ("importlib._bootstrap", file_of(importlib._bootstrap._find_spec), False),  # type: ignore[attr-defined]
    ("namedtuple_Point", file_of(Point.__new__), False),
    ("_pytest.python_api", file_of(pytest.raises), False),
    ("_pytest.mark.structures", file_of(_pytest.mark.structures.Mark.__eq__), False),
    ("wrapt.decorators", file_of(wrapt.decorator), False),
    ("snapy_instrument.filters", file_of(your_code), False),
    ("json.decoder", "<string>", False),
    ("builtins", "", False),
    ("sys", "built-in", False),
    ("zipimport", "frozen", False),
    ("json", "", False),
    ("_pytest.python", "", False),
    ("unknown_module", "", True),
    ("__main__", "<string>", True),
    ("__main__", "<stdin>", True),
    ("__main__", "<ipython-input-1-0123>", True),
    ("__main__", json.__file__, False),
    ("__main__", "/home/me/script.py", True),
    ("calendar", "/home/me/calendar.py", True),
    ("shop", "/home/me/.venv/lib/python3.11/site-packages/shop/__init__.py", False),
    ("shop", "/usr/lib/python3/dist-packages/shop.py", False),
    ("shop", "C:\\Python\\Lib\\site-packages\\shop.py", False),
    ("shop", "/home/me/my-site-packages/shop.py", True),
    ("shop", os.path.dirname(json.__file__) + "_of_mine/shop.py", False),
    ("shop", os.path.dirname(os.path.dirname(json.__file__)) + "_of_mine/shop.py", True),
    ("shop", "relative/shop.py", True),
    ("shop", "/nul\0/shop.py", True),
]


@pytest.mark.parametrize(("module", "filename", "expected"), OWNERS)
def test_no_patterns_mean_your_code(module: str, filename: str, expected: bool) -> None:
    """A filter without patterns matches the user's code: not Python's own, not installed, not ours."""
    found = (your_code(filename, module), ModuleFilter().matches(module, "f", filename))
    assert found == (expected, expected)


@pytest.mark.parametrize("nothing", [None, [], (), "", " \n"])
def test_every_kind_of_nothing_means_your_code(nothing: list[str] | str | None) -> None:
    """None, an empty list and a blank string are the same filter as no argument."""
    assert ModuleFilter(nothing) == ModuleFilter()


def test_generated_code_named_frozen_is_never_yours() -> None:
    """``<frozen …>`` is the interpreter's own, under whatever module name it runs."""
    assert not your_code("<frozen os>", __name__)


def test_a_link_into_site_packages_is_not_your_code(tmp_path: Path) -> None:
    """A file is installed when either its path as spelled or the one its links lead to is."""
    store, site = tmp_path / "store", tmp_path / "site-packages"
    store.mkdir()
    site.mkdir()
    (store / "a.py").touch()
    (site / "a.py").symlink_to(store / "a.py")
    (site / "b.py").touch()
    (store / "b.py").symlink_to(site / "b.py")
    assert [your_code(str(p)) for p in (store / "a.py", site / "a.py", store / "b.py")] == [
        True,
        False,
        False,
    ]


def test_the_folder_packages_are_installed_in_counts_whatever_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The interpreter's own folders for installed packages are known by path, not only by name."""
    monkeypatch.setattr("sysconfig.get_path", lambda name: f"/odd/{name}")
    owners = dict(filters._roots())
    found = [owners[os.path.normcase(f"/odd/{name}/")] for name in ("purelib", "platlib", "stdlib")]
    assert found == ["site-packages", "site-packages", "the standard library"]


def test_a_missing_working_directory_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative file name is the user's when there is no working directory to resolve it in."""

    def gone() -> str:
        raise FileNotFoundError

    monkeypatch.setattr(os, "getcwd", gone)
    assert your_code("relative_and_not_asked_before.py")


def test_generated_code_of_an_own_module_that_shadows_a_standard_name_is_yours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Code without a file goes by the file of its module before it goes by the module's name."""
    module = types.ModuleType("calendar")
    module.__file__ = "/home/me/calendar.py"
    monkeypatch.setitem(sys.modules, "calendar", module)
    assert your_code("<string>", "calendar")


def test_a_lazy_module_is_not_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking where a module comes from runs none of its own attribute access."""

    class Lazy(types.ModuleType):
        def __getattribute__(self, name: str) -> object:
            raise AssertionError(name)

    monkeypatch.setitem(sys.modules, "lazy_module", Lazy("lazy_module"))
    assert your_code("<string>", "lazy_module")


ALL = ["*", "snapy_instrument.*", "re:."]


@pytest.mark.parametrize("patterns", [ALL, [], ["!shop"]])
@pytest.mark.parametrize(
    ("module", "filename"),
    [
        ("snapy_instrument", ""),
        ("snapy_instrument.values", "/elsewhere/values.py"),
        ("snapy_instrument.values", "<string>"),
        ("__main__", filters.__file__),
    ],
)
def test_this_library_is_never_matched(patterns: list[str], module: str, filename: str) -> None:
    """No pattern reaches a module of ours or a file in our folder."""
    only = ModuleFilter(patterns)
    assert not only.matches(module, "f", filename)
    assert not only.matches_module(module, filename)


def test_a_neighbour_of_our_name_is_not_ours() -> None:
    """A name that only starts like ours, in a folder that only starts like ours, is matched."""
    beside = os.path.dirname(snapy_instrument.__file__) + "_extra/x.py"
    assert ModuleFilter(["*"]).matches("snapy_instrument_extra", "f", beside)


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        ([], False),
        (["*"], False),
        (["!shop"], False),
        (["w*"], False),
        (["re:."], False),
        (["wrapt.*"], True),
        (["wrapt.decorators"], True),
        (["*", "wrapt.*"], True),
        (["re:^wrapt"], True),
        (["wrapt.*", "!wrapt.decorators"], False),
    ],
)
def test_wrapt_is_matched_only_by_its_name(patterns: list[str], expected: bool) -> None:
    """A pattern reaches wrapt only when "wrapt" is written in it."""
    assert ModuleFilter(patterns).matches("wrapt.decorators", "f", "/x/wrapt.py") is expected


def test_a_neighbour_of_wrapt_is_like_any_module() -> None:
    """A module whose name only starts with wrapt needs no pattern that names it."""
    assert ModuleFilter(["*"]).matches("wrapt_tools.x", "f", "/x/y.py")


# explain, excludes, unmatched ------------------------------------------------------------------------------

REASONS = [
    (["myapp.*", "!myapp.vendor.*"], "myapp.vendor.x", "left out: '!myapp.vendor.*' excludes it"),
    (["myapp.*", "!myapp.vendor.*"], "myapp.orders", "traced: 'myapp.*' includes it"),
    (["myapp.*", "!myapp.vendor.*"], "shop", "left out: no pattern includes it"),
    ([re.compile("^my", re.IGNORECASE)], "myapp", "traced: 're:(?i)^my' includes it"),
    (["!numpy.*"], "shop", "traced: there are only excludes and none hits it"),
    ([], "shop", "traced: it is your code"),
    ([], "json.decoder", "left out: it belongs to the standard library and no pattern includes it"),
    ([], "_pytest.python", "left out: it belongs to site-packages and no pattern includes it"),
    (["*"], "wrapt.x", "left out: it belongs to wrapt and no pattern names wrapt"),
    (["*"], "snapy_instrument.x", "left out: it belongs to snapy_instrument, which never traces itself"),
]


@pytest.mark.parametrize(("patterns", "module", "reason"), REASONS)
def test_explain_names_what_decided(patterns: list[str | re.Pattern[str]], module: str, reason: str) -> None:
    """The sentence names the module, the outcome and the pattern or rule behind it."""
    assert ModuleFilter(patterns).explain(module) == f"{module} is {reason}"


def test_explain_names_the_function_it_was_asked_about() -> None:
    """With a qualified name the sentence is about that function."""
    sentence = ModuleFilter(["shop.*", "!shop:Order._*"]).explain("shop", "Order._x")
    assert sentence == "shop:Order._x is left out: '!shop:Order._*' excludes it"


@pytest.mark.parametrize(
    ("patterns", "module", "qualname", "expected"),
    [
        (["shop.*", "!shop.vendor.*"], "shop.vendor.x", "f", True),
        (["shop.*", "!shop.vendor.*"], "shop.orders", "f", False),
        (["shop.*", "!shop.vendor.*"], "json", "f", False),
        (["shop.*", "!shop:f"], "shop", "f", True),
        (["shop.*", "!shop:f"], "shop", "", False),
        (["!re:vendor"], "shop.vendor.x", "f", True),
        ([], "json", "f", False),
    ],
)
def test_excludes_tells_only_explicit_excludes(patterns: list[str], module: str, qualname: str, expected: bool) -> None:
    """``excludes`` is True for a "!" pattern that hits, never for a mere lack of an include."""
    assert ModuleFilter(patterns).excludes(module, qualname) is expected


def test_unmatched_names_the_includes_that_reach_no_module() -> None:
    """Includes without a module are listed in order; excludes never are."""
    only = ModuleFilter(["shopp.*", "shop.*", "shop.orders:Order.*", "shop.x:f", "re:^z", "!nothing.*"])
    assert only.unmatched(iter(["shop.orders", "json"])) == ("shopp.*", "shop.x:f", "re:^z")


# Filters as values -----------------------------------------------------------------------------------------


def test_patterns_are_the_texts_in_order() -> None:
    """``patterns`` keeps order, strips strings and writes a compiled regex with its flags."""
    only = ModuleFilter([" b.* ", re.compile("x", re.IGNORECASE | re.DOTALL), "!a", "re:c", re.compile("(?i)d")])
    assert only.patterns == ("b.*", "re:(?is)x", "!a", "re:c", "re:(?i)d")


def test_a_compiled_regex_survives_as_text() -> None:
    """A filter made from another one's ``patterns`` is equal to it, inline flags included."""
    only = ModuleFilter([re.compile("(?i)^a", re.MULTILINE), re.compile(" a # b", re.VERBOSE), "!b"])
    assert ModuleFilter(only.patterns) == only


def test_equal_filters_have_the_same_patterns_in_any_order() -> None:
    """Equality and hash go by the set of patterns."""
    assert len({ModuleFilter(["a", "!b"]), ModuleFilter("!b a"), ModuleFilter(["a", "b"])}) == 2


def test_a_filter_is_not_equal_to_something_else() -> None:
    """A filter and its list of patterns are different values."""
    assert ModuleFilter(["a"]) != ["a"]


def test_repr_is_the_call_that_makes_it() -> None:
    """``repr`` reads as Python that gives an equal filter, joined filters too."""
    only = ModuleFilter(["a.*", "!a.b"]) | ModuleFilter()
    assert repr(only) == "ModuleFilter(['a.*', '!a.b']) | ModuleFilter()"
    assert eval(repr(only)) == only


def test_a_pickled_filter_decides_the_same() -> None:
    """A filter, joined and already asked, comes back from a pickle equal and with its rules."""
    only = ModuleFilter(["a.*", "!a.b:f"]) | ModuleFilter([re.compile("^C$", re.IGNORECASE)])
    only.matches("a.b", "f")
    again = pickle.loads(pickle.dumps(only))
    assert again == only
    assert [again.matches(m, "f") for m in ("a.x", "a.b", "c", "d")] == [True, False, True, False]


def test_the_memory_of_answers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many functions are asked about, no more answers than the limit are kept."""
    monkeypatch.setattr(filters, "_CACHE_SIZE", 3)
    only = ModuleFilter(["a.*"])
    assert [only.matches(f"a.m{n}") for n in range(10)] == [True] * 10
    assert len(only._known) <= 3


def test_answers_are_kept_for_each_function_of_a_module() -> None:
    """An answer for one function is not given for another one of the same module."""
    only = ModuleFilter(["a:f"])
    assert [only.matches("a", name) for name in ("f", "g", "f")] == [True, False, True]


def test_answers_are_kept_for_each_file_of_a_module() -> None:
    """An answer for one file is not given for another one that runs under the same module name."""
    only = ModuleFilter()
    files = ("/home/me/x.py", "/usr/lib/python3/dist-packages/x.py")
    assert [only.matches("x", "f", file) for file in files] == [True, False]


# Two filters joined ----------------------------------------------------------------------------------------

SHOP = ModuleFilter(["shop.*", "!shop.vendor.*"])
VENDOR = ModuleFilter(["shop.vendor.*", "!shop.vendor.old"])


@pytest.mark.parametrize(
    ("module", "expected"),
    [("shop.x", True), ("shop.vendor.x", True), ("shop.vendor.old", False), ("json", False)],
)
def test_a_joined_filter_matches_what_either_matches(module: str, expected: bool) -> None:
    """An exclude of one filter does not hit what the other includes."""
    both = SHOP | VENDOR
    assert (both.matches(module), both.matches_module(module)) == (expected, expected)


def test_a_joined_filter_excludes_what_both_exclude() -> None:
    """An explicit exclude counts when each of the two has one."""
    both = SHOP | VENDOR
    assert [both.excludes(m) for m in ("shop.vendor.old", "shop.vendor.x")] == [True, False]


def test_a_joined_filter_explains_with_the_filter_that_decided() -> None:
    """A traced function is explained by the filter that matched, one left out by both."""
    both = SHOP | VENDOR
    assert both.explain("shop.vendor.x") == "shop.vendor.x is traced: 'shop.vendor.*' includes it"
    assert both.explain("shop.vendor.old") == (
        "shop.vendor.old is left out: '!shop.vendor.*' excludes it; '!shop.vendor.old' excludes it"
    )


def test_a_filter_joined_with_its_equal_is_itself() -> None:
    """Joining twice adds nothing, and order makes no difference to equality."""
    assert SHOP | VENDOR | SHOP == VENDOR | SHOP
    assert (SHOP | SHOP).patterns == SHOP.patterns


def test_only_filters_can_be_joined() -> None:
    """``|`` with a list of patterns is a TypeError."""
    with pytest.raises(TypeError):
        SHOP | ["a"]  # type: ignore[operator]


# Properties ------------------------------------------------------------------------------------------------

names = st.lists(st.text("ab", min_size=1, max_size=3), min_size=1, max_size=4).map(".".join)
globs = st.text("ab.*", min_size=1, max_size=8).filter(lambda text: "" not in text.split("."))
qualname_globs = st.builds("{}:{}".format, globs, globs)
includes = st.one_of(globs, qualname_globs, globs.map(lambda text: "re:" + re.escape(text)))
pattern_lists = st.lists(st.one_of(includes, includes.map("!".__add__)), max_size=5)


def glob_matches(glob: str, name: str) -> bool:
    """The slow and obvious way: ``*`` takes nothing, or one more character."""
    if glob.startswith("*"):
        return glob_matches(glob[1:], name) or (name != "" and glob_matches(glob, name[1:]))
    if glob == "" or name == "":
        return glob == name
    return glob[0] == name[0] and glob_matches(glob[1:], name[1:])


@settings(deadline=None)
@given(globs, names)
@example("a.**", "a")
@example("*.*", "a")
def test_a_glob_equals_a_naive_matcher(glob: str, name: str) -> None:
    """A glob matches as the naive matcher does, or when it does without its final ``.*``."""
    stem = re.sub(r"\.\*+$", "", glob)
    expected = glob_matches(glob, name) or glob_matches(stem, name)
    assert ModuleFilter([glob]).matches(name) is expected


@settings(deadline=None)
@given(names, names, st.text(string.ascii_letters + "_0", min_size=1))
def test_a_package_pattern_takes_the_package_and_nothing_beside(name: str, below: str, more: str) -> None:
    """``a.*`` matches ``a`` and ``a.b``, never ``a`` with letters added."""
    only = ModuleFilter([name + ".*"])
    found = [only.matches(m) for m in (name, f"{name}.{below}", name + more, f"{name}{more}.{below}")]
    assert found == [True, True, False, False]


@settings(deadline=None)
@given(names, names, pattern_lists, st.integers(0, 5))
def test_an_exclude_wins_wherever_it_stands(module: str, qualname: str, patterns: list[str], place: int) -> None:
    """A filter with an exclude that hits a function does not match it, in whatever order."""
    patterns.insert(place, f"!{module}:{qualname}")
    only = ModuleFilter(patterns)
    assert (only.matches(module, qualname), only.excludes(module, qualname)) == (False, True)


@settings(deadline=None)
@given(st.lists(includes.map("!".__add__) | includes, max_size=3), names, names)
def test_the_order_of_patterns_is_of_no_account(patterns: list[str], module: str, qualname: str) -> None:
    """Every order of the same patterns gives the same answer and an equal filter."""
    orders = [ModuleFilter(order) for order in itertools.permutations(patterns)]
    assert len({(only, only.matches(module, qualname)) for only in orders}) == 1


@settings(deadline=None)
@given(pattern_lists, pattern_lists, names, names)
def test_explain_agrees_with_matches(patterns: list[str], others: list[str], module: str, qualname: str) -> None:
    """The sentence says traced exactly when the function matches, for joined filters too."""
    for only in (ModuleFilter(patterns), ModuleFilter(patterns) | ModuleFilter(others)):
        traced = only.explain(module, qualname).startswith(f"{module}:{qualname} is traced: ")
        assert traced is only.matches(module, qualname)


@settings(deadline=None)
@given(pattern_lists, pattern_lists, names, names)
def test_joined_filters_match_as_either_does(
    patterns: list[str], others: list[str], module: str, qualname: str
) -> None:
    """``a | b`` matches a function exactly when ``a`` or ``b`` does."""
    one, other = ModuleFilter(patterns), ModuleFilter(others)
    expected = one.matches(module, qualname) or other.matches(module, qualname)
    assert (one | other).matches(module, qualname) is expected


@settings(deadline=None)
@given(pattern_lists, names, names)
def test_a_matching_function_has_a_matching_module(patterns: list[str], module: str, qualname: str) -> None:
    """A function never matches in a module that ``matches_module`` would have skipped."""
    only = ModuleFilter(patterns)
    assert only.matches_module(module) or not only.matches(module, qualname)
