"""Paths of pathlib are read from their slots."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapy_instrument._file_paths import POSIX, WINDOWS
from snapy_instrument.capture.describers.paths import path_describer

SEGMENTS = st.lists(
    st.one_of(
        st.sampled_from(
            ["", ".", "..", "/", "//", "///", "a", "a/b", "./a", "a/./b", "a//b", "/a", "c:", "c:\\", "c:a"]
        ),
        st.sampled_from(["\\\\server\\share", "\\\\?\\UNC\\server\\share", "\\\\.\\device", "a\\b", "/c:/d", "a:b"]),
        st.text(alphabet="ab./\\:?", max_size=8),
    ),
    max_size=4,
)
KINDS = [(pathlib.PurePosixPath, POSIX), (pathlib.PureWindowsPath, WINDOWS)]


def text_of(path: Any, parser: Any) -> str:
    """The text that the describer gives."""
    title, names, values = path_describer("Path", parser)(path)
    assert (title, names) == ("Path", (None,))
    return str(values[0])


@pytest.mark.parametrize(("kind", "parser"), KINDS)
@given(SEGMENTS)
def test_a_path_is_its_text(kind: type[pathlib.PurePath], parser: Any, segments: list[str]) -> None:
    """Whatever it was made of, and before and after pathlib has made its text."""
    path = kind(*segments)
    before = text_of(path, parser)
    assert before == str(path) == text_of(path, parser)


@pytest.mark.parametrize(("kind", "parser"), KINDS)
@pytest.mark.parametrize(
    "make", [lambda p: p / "c", lambda p: p.parent, lambda p: p.with_name("d"), lambda p: p.parents[0]]
)
def test_a_derived_path_is_its_text(kind: type[pathlib.PurePath], parser: Any, make: Callable[[Any], Any]) -> None:
    """Paths made of paths are kept in another way than those made of texts."""
    assert text_of(make(kind("/a/b")), parser) == str(make(kind("/a/b")))


def test_the_object_stays_as_pathlib_left_it() -> None:
    """`str` would store the text in the object."""
    path = pathlib.PurePosixPath("a", "b")
    assert text_of(path, POSIX) == "a/b"
    with pytest.raises(AttributeError):
        pathlib.PurePosixPath.__dict__.get("_str", pathlib.PurePath.__dict__["_str"]).__get__(path)


def test_a_half_made_path_has_no_text() -> None:
    """Its slots are empty."""
    assert path_describer("Path", POSIX)(object.__new__(pathlib.PurePosixPath)) is None


def test_an_unknown_layout_is_left_to_pathlib() -> None:
    """Where a later Python keeps paths otherwise, `str` answers."""

    class Later:
        def __str__(self) -> str:
            return "a/b"

    assert text_of(Later(), POSIX) == "a/b"
