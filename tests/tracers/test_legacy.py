"""`trace_legacy_system`: what one call of a function did."""

from __future__ import annotations

import functools
import textwrap
from typing import Any

import packaging.specifiers
import packaging.utils
import pytest

from snapy_instrument import trace_legacy_system


def double(number: int) -> int:
    """Return twice the number."""
    return number * 2


def quadruple(number: int) -> int:
    """Call another function."""
    return double(double(number))


def test_a_report_has_the_result_and_what_happened() -> None:
    """The result itself, each call and its end in order, the functions, and the number of their calls."""
    report = trace_legacy_system(quadruple, 1)
    assert report["result"] == 4
    assert report["called_functions"] == [f"{__name__}.quadruple", f"{__name__}.double"]
    assert [step["event"] for step in report["execution_flow"]] == [
        "call",
        "call",
        "return",
        "call",
        "return",
        "return",
    ]
    assert report["performance_data"][f"{__name__}.double"]["calls"] == 2


def test_arguments_of_any_name_reach_the_function() -> None:
    """Those that the parameters of `trace_legacy_system` have too."""

    def old(**given: int) -> dict[str, int]:
        return given

    assert trace_legacy_system(old, legacy_function=1)["result"] == {"legacy_function": 1}


def test_an_exception_reaches_the_caller() -> None:
    """The tracer does not swallow it."""
    with pytest.raises(ZeroDivisionError):
        trace_legacy_system(lambda: 1 // 0)


class Caller:
    """An object that can be called."""

    def __call__(self, number: int) -> int:
        """Call another function."""
        return double(number)

    def method(self, number: int) -> int:
        """Call another function."""
        return double(number)


normal = packaging.utils.canonicalize_name


@pytest.mark.parametrize("function", [normal, functools.partial(normal)])
def test_an_installed_package_is_traced(function: Any) -> None:
    """The one that the function is from, though it is not your code."""
    assert trace_legacy_system(function, "A_b")["called_functions"] == ["packaging.utils.canonicalize_name"]


def test_a_class_of_an_installed_package_is_traced() -> None:
    """Its constructor is what runs."""
    found = trace_legacy_system(packaging.specifiers.SpecifierSet, ">1")["called_functions"]
    assert found[0] == "packaging.specifiers.SpecifierSet.__init__"


def test_a_method_of_an_installed_package_is_traced() -> None:
    """The object does not matter."""
    method = packaging.specifiers.SpecifierSet(">1").contains
    found = trace_legacy_system(method, "2")["called_functions"]
    assert found[0] == "packaging.specifiers.SpecifierSet.contains"


@pytest.mark.parametrize("function", [Caller(), Caller().method, functools.partial(functools.partial(double), 1)])
def test_whatever_can_be_called_is_traced(function: Any) -> None:
    """Objects, methods, partials of partials."""
    args = () if isinstance(function, functools.partial) else (1,)
    assert trace_legacy_system(function, *args)["called_functions"][-1] == f"{__name__}.double"


def test_a_function_of_c_calls_your_code() -> None:
    """It is no call itself."""
    report = trace_legacy_system(list, map(double, [1, 2]))
    assert report["performance_data"][f"{__name__}.double"]["calls"] == 2


def test_your_code_called_by_the_package_is_traced_too() -> None:
    """As without the package."""
    report = trace_legacy_system(textwrap.indent, "a", " ", lambda line: double(1) > 0)
    assert report["called_functions"][0] == "textwrap.indent"
    assert f"{__name__}.double" in report["called_functions"]


def test_options_steal_no_keyword_of_the_function() -> None:
    """They are given to ``of``, the function has its own."""

    def old(detail: str) -> str:
        return detail

    tracing = trace_legacy_system.of(f"{__name__}", detail="verbose")
    report = tracing(old, detail="mine")
    assert report["result"] == "mine"
    assert report["trace"].format().splitlines()[0] == "trace v1 verbose"


def test_patterns_replace_the_package() -> None:
    """Only what they match is recorded."""
    assert trace_legacy_system.of("elsewhere")(quadruple, 1)["called_functions"] == []
    only = trace_legacy_system.of(f"{__name__}:double")
    assert only(quadruple, 1)["called_functions"] == [f"{__name__}.double"]


def test_a_wrong_option_is_refused_before_the_call() -> None:
    """With the option that was meant."""
    with pytest.raises(TypeError, match="did you mean 'detail'"):
        trace_legacy_system.of(detial="verbose")  # type: ignore[call-arg]
