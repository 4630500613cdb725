"""torch: tensors, by shape, type and device. Their values are not read: they may be on another device."""

from __future__ import annotations

__all__: list[str] = []

from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.describers.registry import Fields, register_library

keep_builtins(globals())


@register_library("torch.Tensor")
def _describe_tensor(tensor: Any) -> Any:
    device, kind = str(tensor.device), str(tensor.dtype).removeprefix("torch.")
    more = {} if device == "cpu" else {"device": device}
    grad = {"requires_grad": True} if tensor.requires_grad else {}
    return Fields(shape=tuple(tensor.shape), dtype=kind, **more, **grad)
