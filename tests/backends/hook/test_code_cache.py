"""Hooked code on disk: fresh or not read, and never in the way."""

from __future__ import annotations

import marshal
import os
import py_compile
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

from snapy_instrument.backends.hook.code_cache import CodeCache, is_cached_by_python

CODE = compile("x = 1", "shop.py", "exec")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a source file; bytecode may be written."""
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    path = tmp_path / "shop.py"
    path.write_text("x = 1", encoding="utf-8")
    return path


def cache(path: Path, variant: str = "") -> CodeCache:
    """Return the cache of a source file as a new process finds it."""
    return CodeCache(SourceFileLoader("shop", str(path)), str(path), variant)


def cached_files(path: Path) -> list[Path]:
    """Return the compiled files."""
    folder = path.parent / "__pycache__"
    return sorted(folder.iterdir()) if folder.exists() else []


def test_what_is_written_is_read(path: Path) -> None:
    """The same code, in one file that Python does not read."""
    assert cache(path).read() is None
    cache(path).write(CODE)
    assert cache(path).read() == CODE
    assert len(cached_files(path)) == 1
    assert not is_cached_by_python(SourceFileLoader("shop", str(path)), str(path))


def test_a_changed_source_is_not_fresh(path: Path) -> None:
    """Size or time of the source differs."""
    cache(path).write(CODE)
    os.utime(path, (1, 1))
    assert cache(path).read() is None


def test_variants_have_files_of_their_own(path: Path) -> None:
    """Code with pytest's assertions does not replace code without."""
    cache(path).write(CODE)
    assert cache(path, "-pytest").read() is None
    cache(path, "-pytest").write(CODE)
    assert len(cached_files(path)) == 2


@pytest.mark.parametrize("data", [b"", b"torn", marshal.dumps(1), marshal.dumps((1, 2)), marshal.dumps((1, CODE))])
def test_a_torn_or_strange_file_is_not_read(path: Path, data: bytes) -> None:
    """It is compiled anew."""
    cache(path).write(CODE)
    cached_files(path)[0].write_bytes(data)
    assert cache(path).read() is None


def test_nothing_is_written_where_python_writes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PYTHONDONTWRITEBYTECODE holds for us too; what is there is still read."""
    cache(path).write(CODE)
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    cache(path, "-other").write(CODE)
    assert len(cached_files(path)) == 1
    assert cache(path).read() == CODE


def test_a_source_that_is_gone_has_no_cache(path: Path) -> None:
    """Neither is it written nor read."""
    path.unlink()
    cache(path).write(CODE)
    assert cache(path).read() is None
    assert cached_files(path) == []


@pytest.mark.parametrize("mode", list(py_compile.PycInvalidationMode))
def test_python_s_own_file_is_recognised(path: Path, mode: py_compile.PycInvalidationMode) -> None:
    """By time and size, or by hash."""
    files = SourceFileLoader("shop", str(path))
    assert not is_cached_by_python(files, str(path))
    py_compile.compile(str(path), invalidation_mode=mode)
    assert is_cached_by_python(files, str(path))
    if mode is py_compile.PycInvalidationMode.TIMESTAMP:
        os.utime(path, (1, 1))
        assert not is_cached_by_python(files, str(path))
