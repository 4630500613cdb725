"""Numbers for objects."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from snapy_instrument.trace.text.numbering import Numbering, blank, group, reference


def p(serial: int) -> str:
    """The token of a ``P``."""
    return reference("<P#", serial)


def test_numbers_follow_the_text() -> None:
    """The object that the text mentions first has number 1, whatever its serial."""
    assert Numbering().finish(f"{p(9)} {p(3)} {p(9)}") == "<P#1> <P#2> <P#1>"


def test_numbers_are_kept_from_text_to_text() -> None:
    """A later text of the same numbering goes on."""
    numbering = Numbering()
    numbering.finish(p(9))
    assert numbering.finish(f"{p(3)} {p(9)}") == "<P#2> <P#1>"


def test_each_prefix_counts_alone() -> None:
    """Objects of different types are numbered apart even where their serials are equal."""
    assert Numbering().finish(f"{p(1)} {reference('<Q#', 1)}") == "<P#1> <Q#1>"


def test_text_without_objects_is_untouched() -> None:
    """Plain text is given back as it is."""
    assert Numbering().finish("<P#7>") == "<P#7>"


def test_blank_hides_the_serial() -> None:
    """What is left is equal for any two objects of the type."""
    assert blank(p(1)) == blank(p(2)) == "<P#?>"


def test_blank_shows_groups_as_text() -> None:
    """A group without serials is a list of its members."""
    assert blank(group([p(1), p(2)])) == "<P#?>, <P#?>"


def test_group_of_plain_texts_is_sorted() -> None:
    """Members without objects are sorted by text."""
    assert group(["b", "a"]) == "a, b"


def test_group_does_not_depend_on_the_order_given() -> None:
    """Two sets with the same objects have the same draft, so equal calls fold."""
    assert group([p(1), p(2)]) == group([p(2), p(1)])


def test_known_members_stand_in_the_order_of_their_numbers() -> None:
    """Members that have numbers are sorted by them."""
    assert Numbering().finish(f"{p(9)} {p(3)} {{{group([p(3), p(9)])}}}") == "<P#1> <P#2> {<P#1>, <P#2>}"


def test_new_members_stand_in_the_order_of_their_next_mention() -> None:
    """Members without numbers are sorted by what comes after."""
    assert Numbering().finish(f"{{{group([p(3), p(9)])}}} {p(9)} {p(3)}") == "{<P#1>, <P#2>} <P#1> <P#2>"


def test_groups_in_groups_are_written_out() -> None:
    """A set of sets leaves no control character behind."""
    inner = f"{{{group([p(1), p(2)])}}}"
    assert Numbering().finish(f"{{{group([inner, 'x'])}}}") == "{x, {<P#1>, <P#2>}}"


@settings(deadline=None)
@given(st.permutations([1, 2, 3]), st.lists(st.sampled_from([1, 2, 3]), max_size=4), st.booleans())
def test_settled_text_does_not_depend_on_serials(serials: list[int], mentions: list[int], first: bool) -> None:
    """Renaming all objects does not change the finished text, sets included."""

    def text(names: list[int]) -> str:
        token = {label: p(name) for label, name in zip([1, 2, 3], names, strict=True)}
        members = f"{{{group([token[1], token[2]])}}}"
        rest = " ".join(token[label] for label in mentions)
        return Numbering().finish(f"{members} {rest}" if first else f"{rest} {members}")

    assert text(serials) == text([1, 2, 3])
