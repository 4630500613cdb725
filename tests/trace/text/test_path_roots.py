"""Short paths."""

from __future__ import annotations

import os
import pickle
import sysconfig
import tempfile
from pathlib import Path

import pytest

from snapy_instrument.trace.text.path_roots import NO_ROOTS, PathRoots, add_place

ROOTS = PathRoots(
    {
        "root": "/srv/shop",
        "tmp": ("/tmp", "/private/tmp"),
        "home": "/home/me",
        "site-packages": "/srv/shop/.venv/sp",
    }
)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("/srv/shop/src/shop.py", "<root>/src/shop.py"),
        ("/srv/shop", "<root>"),
        ("/srv/shop/", "<root>/"),
        ("/srv/shop/.venv/sp/x.py", "<site-packages>/x.py"),
        ("/private/tmp/a", "<tmp>/a"),
        ("see '/srv/shop/a' and (/home/me/b)", "see '<root>/a' and (<home>/b)"),
        ("/tmp:/home/me/bin", "<tmp>:<home>/bin"),
        ("file:///tmp/a", "file://<tmp>/a"),
        ("root=/tmp/a", "root=<tmp>/a"),
        ("in /tmp.", "in <tmp>."),
        ("/srv/shop/a b/c", "<root>/a b/c"),
    ],
)
def test_prefixes_become_labels(text: str, short: str) -> None:
    """An absolute prefix is replaced wherever a path begins, the longest one first."""
    assert ROOTS.shorten(text) == short


@pytest.mark.parametrize(
    "text",
    [
        "/srv/shop-old/a",
        "/srv/shoply",
        "/srv/shop.old",
        "/srv",
        "x/tmp/a",
        "~/tmp",
        "${HOME}/tmp",
        "./tmp/a",
        "-/tmp",
        "https://host/tmp/a",
        "relative/srv/shop/a",
        "no path at all",
    ],
)
def test_other_text_is_left_alone(text: str) -> None:
    """A prefix inside a longer name or path is none."""
    assert ROOTS.shorten(text) == text


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("/tmp/pytest-of-user/pytest-12/test_x0/a", "<tmp>/test_x0/a"),
        ("/tmp/pytest-of-user/pytest-12/popen-gw3/test_x0", "<tmp>/test_x0"),
        ("/tmp/pytest-of-user/pytest-12", "<tmp>"),
        ("/tmp/tmpab12_xyz/a", "<tmp>/tmp<random>/a"),
        ("/tmp/tmpab12_xyz.txt", "<tmp>/tmp<random>.txt"),
        ("/tmp/tmp_settings/a", "<tmp>/tmp_settings/a"),
    ],
)
def test_random_parts_of_temporary_paths_go(text: str, short: str) -> None:
    """pytest's counted folders and tempfile's random names read the same on every run."""
    assert ROOTS.shorten(text) == short


@pytest.mark.parametrize(
    ("text", "short"),
    [
        (r"C:\Users\me\proj\a\b.py", "<root>/a/b.py"),
        (r"c:/users/ME/proj/a", "<root>/a"),
        (r"'C:\Users\me\proj\a b'", "'<root>/a b'"),
        (r"C:\Users\me\project", r"C:\Users\me\project"),
    ],
)
def test_windows_paths(text: str, short: str) -> None:
    """Backslashes and the case of a Windows prefix do not matter."""
    assert PathRoots({"root": r"C:\Users\me\proj"}).shorten(text) == short


@pytest.mark.parametrize("prefix", ["", "/", "\\"])
def test_empty_prefixes_are_ignored(prefix: str) -> None:
    """A root folder as prefix would be in every path."""
    assert PathRoots({"root": prefix}).shorten("/a/b") == "/a/b"


def test_first_label_of_equal_prefixes_counts() -> None:
    """Where home is the root, it is the root."""
    assert PathRoots({"root": "/w", "home": "/w"}).shorten("/w/a") == "<root>/a"


def test_no_roots_change_nothing() -> None:
    """Without prefixes every text stays."""
    assert NO_ROOTS.shorten("/tmp/a") == "/tmp/a"


def test_of_takes_a_mapping() -> None:
    """Roots may be given as a mapping."""
    assert PathRoots.of({"root": "/w"}).shorten("/w/a") == "<root>/a"


def test_of_takes_roots_as_they_are() -> None:
    """Roots that are made already are not made again."""
    assert PathRoots.of(ROOTS) is ROOTS


def test_here_knows_this_machine(tmp_path: Path) -> None:
    """The given root, tmp, standard library and packages of this interpreter have labels."""
    roots = PathRoots.here(tmp_path)
    paths = [
        str(tmp_path),
        tempfile.gettempdir(),
        sysconfig.get_path("stdlib"),
        sysconfig.get_path("purelib"),
    ]
    shown = [roots.shorten(f"{path}/x") for path in paths]
    assert shown == ["<root>/x", "<tmp>/x", "<stdlib>/x", "<site-packages>/x"]


def test_here_takes_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a root the current folder is it."""
    monkeypatch.chdir(tmp_path)
    assert PathRoots.here().shorten(f"{tmp_path}/x") == "<root>/x"


def test_here_knows_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """The home folder of the moment has a label."""
    monkeypatch.setenv("HOME", "/home/somebody")
    assert PathRoots.here().shorten("/home/somebody/x") == "<home>/x"


def test_here_follows_links(tmp_path: Path) -> None:
    """A root reached through a link is known under both names."""
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    os.symlink(real, link)
    roots = PathRoots.here(link)
    assert [roots.shorten(f"{link}/x"), roots.shorten(f"{real}/x")] == ["<root>/x", "<root>/x"]


def test_an_added_place_has_its_label_until_it_is_removed(tmp_path: Path) -> None:
    """In texts made meanwhile; a folder inside another place has its own label."""
    remove = add_place("place", tmp_path / "inner")
    during = PathRoots.here()
    remove()
    remove()
    path = f"{tmp_path}/inner/x"
    assert during.shorten(path) == "<place>/x"
    assert PathRoots.here().shorten(path) != "<place>/x"


def test_roots_pickle() -> None:
    """A copy made by pickle shortens alike."""
    assert pickle.loads(pickle.dumps(ROOTS)).shorten("/tmp/a") == "<tmp>/a"
