"""Why a function is recorded or not, and why a trace is empty."""

from __future__ import annotations

import gc

import packaging.utils
import pytest

from snapy_instrument import FunctionTracer, install_hook
from snapy_instrument.tracers.reasons import parted, refused_with

NAME = "packaging.utils:canonicalize_name"


def called() -> int:
    """Be called."""
    return 1


def why_empty(tracer: FunctionTracer) -> str:
    """Call an installed function under ``tracer`` and return why its trace is empty."""
    gc.disable()  # hypothesis has a callback for collections, which is a function that is left out too
    try:
        with tracer:
            packaging.utils.canonicalize_name("A")
    finally:
        gc.enable()
    return tracer.why_empty()


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("packging.*", "packaging.*"),
        ("packaging.utls", "packaging.utils"),
        ("packaging.utls:canon*", "packaging.utils:canon*"),
    ],
)
def test_a_typo_in_a_pattern_is_explained(pattern: str, meant: str) -> None:
    """With the imported module of the nearest name, in the words of the pattern."""
    assert why_empty(FunctionTracer(pattern)) == f"no module matched {pattern!r}; did you mean {meant!r}?"


def test_a_pattern_like_no_module_has_no_suggestion() -> None:
    """Neither has a regex."""
    assert why_empty(FunctionTracer("qqqqqq.*")) == "no module matched 'qqqqqq.*'"
    assert why_empty(FunctionTracer("re:qqqqqq")) == "no module matched 're:qqqqqq'"


def test_an_installed_package_without_a_pattern_is_named() -> None:
    """With the pattern that includes it, also in a second tracer, whose functions nobody asks about again."""
    for _ in range(2):
        reason = why_empty(FunctionTracer())
        assert "left out because site-packages is; include 'packaging.*'" in reason


def test_patterns_that_match_and_a_block_that_calls_nothing() -> None:
    """The patterns are in the answer."""
    assert why_empty(FunctionTracer("xml.*")) in {
        "no function of 'xml.*' was called in the block, or only in another process",
        "no module matched 'xml.*'",
    }


def test_a_trace_with_calls_is_not_empty() -> None:
    """Nothing is to be explained."""
    with FunctionTracer(__name__) as tracer:
        called()
    assert tracer.why_empty() == ""


def test_a_tracer_that_was_not_entered() -> None:
    """It says so."""
    assert FunctionTracer().why_empty() == "the tracer was never entered"


def test_one_function_that_is_recorded() -> None:
    """The pattern that includes it, the proxy that it has or has not, and what sees it otherwise."""
    tracer = FunctionTracer("packaging.*", backend="proxy")
    assert tracer.why_not(NAME) == (
        f"{NAME} is traced: 'packaging.*' includes it; it has no proxy: no hook is installed; backend='proxy' records "
        "calls of proxies alone"
    )


def test_one_function_that_a_hook_wraps() -> None:
    """A frame backend is not needed."""
    with install_hook("packaging.utils") as hook:
        assert FunctionTracer().why_not(NAME).endswith("; it is wrapped in a proxy")
        assert hook.report().why_not(NAME) == "it is wrapped in a proxy"
        assert hook.report().why_not("packaging.utils:nope").startswith("it has no proxy: no function of that name")
        assert hook.report().why_not("elsewhere:nope").startswith("it has no proxy: the hook has wrapped no function")


def test_one_function_that_is_left_out() -> None:
    """By a rule, by the option exclude."""
    assert (
        FunctionTracer().why_not(NAME) == f"{NAME} is left out: it belongs to site-packages and no pattern includes it"
    )
    excluded = FunctionTracer("packaging.*", exclude="packaging.utils.*")
    assert excluded.why_not(NAME) == f"{NAME} is left out: the option exclude matches it"


def test_one_function_that_does_not_exist() -> None:
    """Not in its module, or the module is not imported."""
    tracer = FunctionTracer(["packaging.*", "packging.*"])
    assert tracer.why_not("packaging.utils.nope").endswith("the module packaging.utils has no nope")
    missing = "the module packging.utils is not imported; did you mean 'packaging.utils'?"
    assert tracer.why_not("packging.utils:nope").endswith(missing)


def test_names_have_a_colon_or_not() -> None:
    """Without one the longest imported module counts."""
    assert parted("packaging.utils:A.b") == parted("packaging.utils.A.b") == ("packaging.utils", "A.b")
    assert parted("qqqqqq.utils") == ("qqqqqq.utils", "")


def test_what_is_remembered_is_bounded() -> None:
    """The oldest decisions are forgotten."""
    first = refused_with("first")
    assert refused_with("first") is first
    for number in range(100):
        refused_with(number)
    assert refused_with("first") is not first
