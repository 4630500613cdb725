"""The report of a hook, as text."""

from __future__ import annotations

from snapy_instrument.backends.hook.hook_report import HookReport


def test_the_text_lists_what_is_wrapped_and_what_is_not() -> None:
    """A count and a line for each function, with the reason where there is one."""
    report = HookReport({"shop": "defined"}, ("shop:a", "shop:b"), {"shop:c": "a reason"}, ("cart.*",), None)
    assert str(report).splitlines() == [
        "2 functions wrapped in 1 modules",
        "  shop:a",
        "  shop:b",
        "1 left to a frame backend",
        "  shop:c: a reason",
        "pattern 'cart.*' matches no module so far",
    ]


def test_the_text_says_why_pure_python_records() -> None:
    """Where the native implementation does not run."""
    report = HookReport({}, (), {}, (), "no compiler")
    assert str(report).splitlines() == ["0 functions wrapped in 0 modules", "pure Python records: no compiler"]
