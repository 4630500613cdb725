"""How to use the scrubbers that make a trace stable, as one sentence for messages.

PYTEST_DONT_REWRITE: pytest would rewrite the assertions of every module of the distribution.
"""

from __future__ import annotations

__all__ = ["advice"]

from collections.abc import Iterable


def advice(scrubbers: Iterable[str]) -> str:
    """Return how to use scrubbers, named as in ``scrub=``: in Python, and in an ini file."""
    names = list(scrubbers)
    quoted = ", ".join(f'"{name}"' for name in names)
    scrub = f"scrub=[{quoted}]"
    return f"{scrub} makes it stable: traced(..., {scrub}), or snapy_scrub = {' '.join(names)} in the ini file"
