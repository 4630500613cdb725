"""Every program gives the same text under every backend, alone and together, on every Python."""

from __future__ import annotations

import pytest

from tests.conformance.harness import BACKENDS, expected, programs, record, without_unproxied

FRAME_BACKENDS = [name for name in BACKENDS if name != "proxy"]


@pytest.mark.parametrize("name", programs())
@pytest.mark.parametrize("backend", FRAME_BACKENDS)
def test_a_frame_backend_alone_tells_the_committed_text(name: str, backend: str) -> None:
    """Frames alone give the text."""
    assert record(name, backend, hooked=False).format() == expected(name)


@pytest.mark.parametrize("name", programs())
@pytest.mark.parametrize("backend", FRAME_BACKENDS)
def test_proxies_with_a_frame_backend_tell_the_committed_text(name: str, backend: str) -> None:
    """Proxies and frames together give the same text: one call once."""
    assert record(name, backend, hooked=True).format() == expected(name)


@pytest.mark.parametrize("name", programs())
def test_proxies_alone_tell_all_but_what_has_no_proxy(name: str) -> None:
    """Proxies alone give what is left of the trace without the calls that cannot have a proxy."""
    whole = record(name, "settrace", hooked=False)
    assert record(name, "proxy", hooked=True).format() == without_unproxied(whole).format()
