"""Texts of captured values, the same on every run."""

from __future__ import annotations

__all__ = ["failed", "fields_text", "message_text", "only_text", "text_of"]

from types import TracebackType
from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.values import CIRCUMSTANCES, Cut, Mark, Struct

keep_builtins(globals())

_OURS = __name__.partition(".")[0]


def text_of(value: Any) -> str:
    """Return the ``repr`` of a captured value, with the elements of sets sorted by their texts."""
    kind = type(value)
    if kind is list or kind is tuple:
        inside = ", ".join(map(text_of, value))
        return f"[{inside}]" if kind is list else f"({inside},)" if len(value) == 1 else f"({inside})"
    if kind is dict:
        return "{" + ", ".join(f"{text_of(key)}: {text_of(each)}" for key, each in value.items()) + "}"
    if kind is set or kind is frozenset:
        # By their texts: the order of a set depends on the hash seed, and its elements need not be comparable.
        inside = "{" + ", ".join(sorted(map(text_of, value))) + "}" if value else ""
        return inside if kind is set and value else f"{kind.__name__}({inside})"
    if kind is Struct:
        return f"{value.type_name}({fields_text(value)})"
    if kind is Cut:
        return f"{text_of(value.shown)}{_rest(value)}"
    return repr(value)


def only_text(described: Struct) -> str | Cut | None:
    """Return the captured text of an exception that was made with one text; None for all others."""
    fields = described.fields
    if not fields or fields[0][0] is not None or (len(fields) > 1 and fields[1][0] not in CIRCUMSTANCES):
        return None
    value = fields[0][1]
    is_text = type(value) is str or (type(value) is Cut and type(value.shown) is str)
    return value if is_text else None


def message_text(text: str | Cut | Mark) -> str:
    """Return a captured text without quotes."""
    if type(text) is Cut:
        return f"{text.shown}{_rest(text)}"
    return text if isinstance(text, str) else repr(text)


def fields_text(struct: Struct) -> str:
    """Return the fields of a described object: ``2, 'No such file', filename='x'``; of an exception without notes."""
    shown = [(name, value) for name, value in struct.fields if name not in CIRCUMSTANCES]
    return ", ".join(text_of(v) if name is None else f"{name}={text_of(v)}" for name, v in shown)


def _rest(cut: Cut) -> str:
    return f"...<+{cut.hidden} {cut.unit} #{cut.digest}>"


def failed(error: Exception) -> Mark:
    """Return ``<capture failed: RuntimeError>``; raise ``error`` again if a signal handler of the program raised it.

    No code of the program runs inside capture but registered functions, whose errors are caught there. So an exception
    from a frame outside this package comes from a signal handler that interrupted us, and belongs to the program. The
    stack and memory alone can end anywhere.
    """
    innermost: TracebackType | None = error.__traceback__
    # Wherever these are raised, they are ours: the stack and the memory ended while we worked.
    if isinstance(error, RecursionError | MemoryError):
        innermost = None
    while innermost is not None and innermost.tb_next is not None:
        innermost = innermost.tb_next
    if innermost is not None:
        name = innermost.tb_frame.f_globals.get("__name__")
        if type(name) is not str or name.partition(".")[0] != _OURS:
            raise error
    return Mark(f"<capture failed: {_raw.type_name(type(error))}>")
