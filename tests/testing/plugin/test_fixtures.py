"""The fixture ``traced``: options of the call before those of mark and run, and tracers that end with the test."""

from __future__ import annotations

import pytest

SHOP = "def tax(net): return net / 5\n\ndef pay(net): return net + tax(net)"


def test_options_of_the_call_come_first(pytester: pytest.Pytester) -> None:
    """Before those of the mark, which come before the settings; by any of their names; patterns add up to a list."""
    pytester.makeini("[pytest]\nsnapy_detail = verbose\nsnapy_trace = elsewhere\nsnapy_scrub = uuid\n")
    pytester.makepyfile(
        shop=SHOP,
        test_shop="""
        import pytest

        @pytest.mark.snapy(detail="minimal", max_depth=1)
        def test_mark(traced):
            options = traced("shop", "!shop:tax").options
            assert options.include == ("shop", "!shop:tax")
            assert (options.text.detail, options.text.max_depth) == ("minimal", 1)
            assert [each.name for each in options.text.scrub] == ["uuid"]
            assert traced(detail="standard").options.text.detail == "standard"
            assert traced(detail_level="standard").options.text.detail == "standard"
            assert traced(filter_modules=["shop"]).options.include == ("shop",)

        def test_settings(traced):
            assert traced().options.text.detail == "verbose"
        """,
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-q").assert_outcomes(passed=2)


def test_a_wrong_option_fails_the_test(pytester: pytest.Pytester) -> None:
    """With the name that was meant."""
    pytester.makepyfile("def test_typo(traced):\n    traced(detial='minimal')\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-q")
    result.stdout.fnmatch_lines(["E*TypeError: there is no option 'detial': did you mean 'detail'[?]*"])


def test_tracers_end_with_the_test(pytester: pytest.Pytester) -> None:
    """A tracer kept beyond its test is cleaned up, also where its block was never left."""
    pytester.makepyfile(
        """
        kept = []

        def test_one(traced):
            kept.append(traced("shop"))
            kept[0].__enter__()

        def test_two():
            assert not kept[0].active
            assert repr(kept[0]) == "<TracedSnapshot cleaned up>"
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-q").assert_outcomes(passed=2)
