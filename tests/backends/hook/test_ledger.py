"""The ledger of a hook, after it is uninstalled too."""

from __future__ import annotations

from typing import Any

from snapy_instrument.backends.hook.ledger import Ledger, allowed
from snapy_instrument.recording.sites import site_of_function


def plain() -> None:
    """Do nothing."""


PLAIN: Any = plain
NAME = f"{__name__}:plain"


def test_an_accepted_function_is_noted() -> None:
    """The answer is yes, and the name is written down."""
    ledger = Ledger()
    assert allowed(site_of_function(PLAIN), lambda site: True, ledger)
    assert ledger.wrapped == {NAME}


def test_a_function_that_is_not_asked_for_is_not_noted() -> None:
    """The answer is no, without a reason: the hook does not match it."""
    ledger = Ledger()
    assert not allowed(site_of_function(PLAIN), lambda site: False, ledger)
    assert ledger == Ledger()


def test_a_hook_that_is_gone_wraps_for_those_that_outlive_it() -> None:
    """While one of them is active, what it took over is still wrapped; then no longer."""
    first, second, third = Ledger(), Ledger(wrapped={"a:f"}), Ledger(wrapped={"a:f", "a:g"})
    first.active = False
    assert not first.wraps("a:f")
    first.heirs.append(second)
    assert first.wraps("a:f")
    assert not first.wraps("a:g")
    second.active = False
    second.heirs.append(third)
    assert first.wraps("a:g") is False
    third.active = False
    assert not first.wraps("a:f")
