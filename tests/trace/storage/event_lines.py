"""Files of version 1: one event a line."""

from __future__ import annotations

__all__ = ["event_lines", "event_to_json"]

import json
from dataclasses import MISSING, fields
from typing import Any

from snapy_instrument.events import CallEvent
from snapy_instrument.trace.storage.event_json import encode, encoded_field


def event_to_json(event: CallEvent) -> dict[str, Any]:
    """An event as an older library wrote it: without optional fields that have their default."""
    found: dict[str, Any] = {}
    for each in fields(CallEvent):
        value = getattr(event, each.name)
        if each.default is MISSING or value != each.default:
            found[each.name] = encoded_field(each.name, value)
    return found


def event_lines(events: list[CallEvent], **header: Any) -> str:
    """The file that an older library wrote."""
    lines: list[Any] = [encode({"format": "snapy-trace", "version": 1, **header}), *map(event_to_json, events)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
