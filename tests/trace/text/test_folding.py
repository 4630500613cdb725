"""Equal subtrees of a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from snapy_instrument.trace.text.folding import DEEPEST_INDENT, Subtrees, fold

TREES = st.recursive(
    st.tuples(st.sampled_from("ab"), st.just(())),
    lambda inner: st.tuples(st.sampled_from("ab"), st.lists(inner, max_size=4).map(tuple)),
    max_leaves=15,
)


def add(subtrees: Subtrees, tree: tuple[str, tuple[object, ...]]) -> int:
    """The number of a tree given as a head and what is inside."""
    head, inside = tree
    return subtrees.add(head, fold(add(subtrees, each) for each in inside))  # type: ignore[arg-type]


def test_consecutive_equal_numbers_are_counted() -> None:
    """Others are not."""
    assert fold([1, 1, 2, 1]) == ((1, 2), (2, 1), (1, 1))


def test_nothing_folds_to_nothing() -> None:
    """There is no repeat of no number."""
    assert fold([]) == ()


def test_equal_subtrees_have_one_number() -> None:
    """With equal heads and equal insides."""
    subtrees = Subtrees()
    inner = subtrees.add("b")
    assert subtrees.add("a", ((inner, 2),)) == subtrees.add("a", ((inner, 2),)) != subtrees.add("a", ((inner, 3),))


def test_spaces_at_the_end_of_a_line_are_left_out() -> None:
    """So a line without an outcome is the same as one with an empty outcome."""
    subtrees = Subtrees()
    assert subtrees.add("a ") == subtrees.add("a")


def test_repeats_are_shown_behind_their_line() -> None:
    """What is inside is shown once."""
    subtrees = Subtrees()
    outer = subtrees.add("a", ((subtrees.add("b"), 3),))
    assert subtrees.lines([(outer, 2)]) == ["a [x2]", "  b [x3]"]


@given(st.lists(TREES, max_size=4))
def test_the_height_is_the_number_of_lines(trees: list[tuple[str, tuple[object, ...]]]) -> None:
    """Whenever it is asked for."""
    subtrees = Subtrees()
    for tree in trees:
        repeats = ((add(subtrees, tree), 2),)
        assert subtrees.height(repeats) == len(subtrees.lines(repeats))


def test_a_deep_line_begins_with_its_depth() -> None:
    """Its indentation does not grow any more."""
    subtrees = Subtrees()
    number = subtrees.add("a")
    for _ in range(DEEPEST_INDENT + 1):
        number = subtrees.add("a", ((number, 1),))
    assert subtrees.lines([(number, 1)])[-2:] == ["  " * DEEPEST_INDENT + "a", "  " * DEEPEST_INDENT + "[201] a"]
