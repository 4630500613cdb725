"""Tensors of torch, as a trace shows them.

torch is too large for a test environment. The class here has what the describer reads, which proves nothing of torch
itself: the describer was tried by hand with torch 1.13 on a processor, on tensors, parameters and the meta device.
"""

from __future__ import annotations

import sys
import types

import pytest

from tests.contrib.texts import text


class Tensor:
    """A tensor: shape, type, device, and whether gradients are kept."""

    def __init__(self, device: str = "cpu", requires_grad: bool = False) -> None:
        self.shape, self.dtype, self.device, self.requires_grad = (2, 3), "torch.float32", device, requires_grad


@pytest.fixture(autouse=True)
def _torch(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("torch")
    vars(module).update(Tensor=Tensor)
    monkeypatch.setitem(sys.modules, "torch", module)


def test_a_tensor_is_its_shape() -> None:
    """Its values are not read; a device other than the processor is named."""
    assert text(Tensor()) == "Tensor(shape=(2, 3), dtype='float32')"
    assert text(Tensor("cuda:0", True)) == "Tensor(shape=(2, 3), dtype='float32', device='cuda:0', requires_grad=True)"
