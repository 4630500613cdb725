"""Tests of one module or class whose names differ only by case, such as ``test_f[DE]`` and ``test_f[de]``.

On Windows and on macOS two such names are one file, so their snapshots need names of their own. Collection is the only
moment at which all names are known: a run of one test by its identifier collects its siblings too, so each run gives
each test the same name.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["CaseClashes", "clashes_by_case", "is_later_spelling"]

from collections import Counter
from collections.abc import Generator, Sequence

import pytest

_clash_key = pytest.StashKey[bool]()
_spellings_key = pytest.StashKey[dict[str, str]]()


class CaseClashes:
    """A plugin that marks the tests and classes whose names differ only by case from those of their siblings."""

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Mark what one module or class has collected."""
        report = yield
        mark_clashes(report.result or ())
        return report


def mark_clashes(siblings: Sequence[pytest.Item | pytest.Collector]) -> None:
    """Mark those of ``siblings`` whose names differ only by case."""
    spellings = Counter(folded for folded, _ in {(node.name.casefold(), node.name) for node in siblings})
    for node in siblings:
        if spellings[node.name.casefold()] > 1:
            node.stash[_clash_key] = True


def clashes_by_case(item: pytest.Item) -> bool:
    """Return whether the test, or a class around it, was marked."""
    return any(node.stash.get(_clash_key, False) for node in item.listchain())


def is_later_spelling(item: pytest.Item, name: str) -> bool:
    """Return whether the test has used the name of a snapshot before in another case; remember it if not."""
    spellings = item.stash.setdefault(_spellings_key, {})
    return spellings.setdefault(name.casefold(), name) != name
