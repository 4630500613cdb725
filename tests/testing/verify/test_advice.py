"""Advice is a sentence to copy from."""

from __future__ import annotations

from snapy_instrument.testing.verify.advice import advice


def test_advice_for_python_and_for_the_ini_file() -> None:
    """It names all scrubbers in both spellings."""
    assert advice(["epoch", "uuid"]) == (
        'scrub=["epoch", "uuid"] makes it stable: traced(..., scrub=["epoch", "uuid"]), or snapy_scrub = epoch uuid '
        "in the ini file"
    )
