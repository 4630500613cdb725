"""Which twin of the hot path runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import snapy_instrument
from snapy_instrument import _thread_flags
from snapy_instrument import _twins as implementation
from snapy_instrument._twins import native_part, pure_twin, twinned

PACKAGE = Path(snapy_instrument.__file__).parent

ASKED_FOR = "pure" if os.environ.get("SNAPY_PURE_PYTHON", "0") not in ("", "0") else "native"


def loaded(**environment: str) -> str:
    """What a new process with that environment says of itself."""
    code = "import snapy_instrument as s; print(s.IMPLEMENTATION)"
    variables = {key: value for key, value in os.environ.items() if key != "SNAPY_PURE_PYTHON"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=variables | environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_twin_that_was_asked_for_is_the_one_that_runs() -> None:
    """Without SNAPY_PURE_PYTHON the native twin was built and loaded; with it, pure Python runs."""
    assert snapy_instrument.IMPLEMENTATION == ASKED_FOR, implementation.PURE_BECAUSE


def test_the_reason_is_given_exactly_for_pure_python() -> None:
    """PURE_BECAUSE is a sentence where pure Python runs, else None."""
    assert (implementation.PURE_BECAUSE is None) == (implementation.IMPLEMENTATION == "native")


def test_the_switch_is_read_at_import() -> None:
    """SNAPY_PURE_PYTHON=1 switches the native twin off, 0 and nothing do not."""
    assert loaded(SNAPY_PURE_PYTHON="1") == "pure"
    assert loaded(SNAPY_PURE_PYTHON="0") == loaded() == loaded(SNAPY_PURE_PYTHON="")


def _loaded_from(monkeypatch: pytest.MonkeyPatch, found: ModuleType | ImportError) -> tuple[Any, str | None]:
    """What the switch makes of an extension module, or of the error when it is imported."""

    def import_module(name: str) -> ModuleType:
        if isinstance(found, ImportError):
            raise found
        return found

    monkeypatch.delenv("SNAPY_PURE_PYTHON", raising=False)
    monkeypatch.setattr(implementation, "import_module", import_module)
    return implementation._load()


@pytest.mark.parametrize("seam", [None, implementation.SEAM - 1])
def test_an_extension_module_of_other_sources_is_not_used(monkeypatch: pytest.MonkeyPatch, seam: int | None) -> None:
    """Pure Python runs, and the reason says what to do."""
    stale = ModuleType("_native")
    if seam is not None:
        stale.__dict__["SEAM"] = seam
    module, reason = _loaded_from(monkeypatch, stale)
    assert module is None
    assert reason == (
        "the native module was built from other sources than the Python modules: install snapy_instrument again, "
        "which compiles it"
    )


def test_the_extension_module_of_the_same_sources_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has the number of the Python modules."""
    same = ModuleType("_native")
    same.__dict__["SEAM"] = implementation.SEAM
    assert _loaded_from(monkeypatch, same) == (same, None)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ModuleNotFoundError("no", name="snapy_instrument._native"), "was there a C compiler at installation?"),
        (ModuleNotFoundError("no", name="other"), "install snapy_instrument again"),
        (ImportError("no slot"), r"cannot be imported \(no slot\): install snapy_instrument again"),
    ],
)
def test_the_reason_separates_a_missing_module_from_a_broken_one(
    monkeypatch: pytest.MonkeyPatch, error: ImportError, reason: str
) -> None:
    """Only the missing one may be for want of a compiler."""
    module, because = _loaded_from(monkeypatch, error)
    assert module is None
    assert re.search(reason, str(because))


def test_the_native_sources_have_the_same_number() -> None:
    """The wheel ships the header too."""
    header = (PACKAGE / "native" / "seam.h").read_text(encoding="utf-8")
    assert re.findall(r"#define SEAM (\d+)", header) == [str(implementation.SEAM)]


class _FakeNative:
    """An extension module with one class."""

    class Thing:
        pass


def test_a_twinned_class_is_the_native_class_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A leading underscore does not count, and the Python class can still be had."""
    monkeypatch.setattr(implementation, "native", _FakeNative)

    class _Thing:
        pass

    decorated = twinned(_Thing)
    assert decorated is _FakeNative.Thing  # type: ignore[comparison-overlap]
    assert pure_twin(decorated) is _Thing


def test_a_class_without_a_native_twin_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the native module has no class of that name, or is not loaded."""

    class Other:
        pass

    for native in (_FakeNative, None):
        monkeypatch.setattr(implementation, "native", native)
        assert twinned(Other) is Other
        assert pure_twin(Other) is Other


def test_a_native_part_is_none_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pure Python runs, or the native twin does not need the part on this Python."""
    monkeypatch.setattr(implementation, "native", _FakeNative)
    assert native_part("Thing") is _FakeNative.Thing
    assert native_part("gone") is None
    monkeypatch.setattr(implementation, "native", None)
    assert native_part("Thing") is None


def test_the_hot_classes_are_twinned() -> None:
    """With the native twin loaded the flags of a thread are a C class, else the Python class."""
    is_native = _thread_flags.ThreadFlags is not pure_twin(_thread_flags.ThreadFlags)
    assert is_native == (implementation.IMPLEMENTATION == "native")


def test_there_is_one_switch() -> None:
    """No other module asks whether the native twin is loaded."""
    asking = re.compile(r"_twins import [^\n]*\bnative\b|import_module\([^\n]*_(?i:native)|_twins\.native\b")
    asks = {
        path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if asking.search(path.read_text("utf-8"))
    }
    assert asks == {"_twins.py"}
