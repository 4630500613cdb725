"""Tests whose names differ only by case are found when they are collected."""

from __future__ import annotations

from pathlib import Path

import pytest

from snapy_instrument.testing.case_clashes import clashes_by_case, is_later_spelling

SOURCE = """
import pytest

@pytest.mark.parametrize("x", ["a", "A", "b"])
def test_f(x): pass

def test_F(): pass

class TestA:
    def test_g(self): pass

class Testa:
    def test_g(self): pass
    def test_G(self): pass
"""


def collected(pytester: pytest.Pytester, *selection: str) -> dict[str, bool]:
    """Each test and whether it was marked."""
    path: Path = pytester.makepyfile(test_it=SOURCE)
    items, _ = pytester.inline_genitems(*(f"{path}{each}" for each in selection or ("",)))
    return {item.nodeid.partition("::")[2]: clashes_by_case(item) for item in items}


def test_siblings_that_differ_by_case(pytester: pytest.Pytester) -> None:
    """Parameters, functions, and all tests of a class are found; others are not."""
    assert collected(pytester) == {
        "test_f[a]": True,
        "test_f[A]": True,
        "test_f[b]": False,
        "test_F": False,
        "TestA::test_g": True,
        "Testa::test_g": True,
        "Testa::test_G": True,
    }


def test_a_run_of_one_test_finds_the_same(pytester: pytest.Pytester) -> None:
    """Its siblings are collected too, though they do not run."""
    assert collected(pytester, "::test_f[A]") == {"test_f[A]": True}
    assert collected(pytester, "::TestA") == {"TestA::test_g": True}


def test_names_within_a_test(pytester: pytest.Pytester) -> None:
    """The first spelling of a name stays as it is, whatever comes later."""
    (item,), _ = pytester.inline_genitems(pytester.makepyfile("def test_it(): pass"))
    assert [is_later_spelling(item, name) for name in ("A", "a", "A", "b", "aA", "a")] == [
        False,
        True,
        False,
        False,
        False,
        True,
    ]
