"""What needs large libraries, which the extra `apps` installs: it is left out where they are not, and named then."""

from __future__ import annotations

__all__ = ["APPLICATIONS", "LEFT_OUT", "is_installed"]

from functools import cache
from importlib.util import find_spec

_NEEDS = {
    "tests/contrib/data/test_pandas.py": ("pandas", "pyarrow"),
    "tests/contrib/data/test_polars.py": ("polars",),
    "tests/contrib/data/test_pyarrow.py": ("pyarrow",),
    "tests/contrib/web/test_aiohttp.py": ("aiohttp",),
    "docs/howto/data-pipelines.md": ("pandas",),
}


@cache
def is_installed(library: str) -> bool:
    """Whether a library can be imported; nothing is imported for the answer."""
    return find_spec(library) is not None


LEFT_OUT = [path for path, libraries in _NEEDS.items() if not all(map(is_installed, libraries))]
"""Paths of tests, examples and pages that need a library which is not here."""
APPLICATIONS = ["examples/django_desk", "examples/fastapi_library", "examples/pandas_sales", "examples/click_backup"]
"""Projects of their own, with their own settings of pytest: run in their folder, or by tests/applications."""
