"""The limits: how much of a value is kept, and how much of the rest is read for its digest."""

from __future__ import annotations

__all__ = ["Limits"]

from dataclasses import dataclass, fields

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._words import whole_number

keep_builtins(globals())


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one captured value, each at least 1.

    A value that is not a whole number of at least 1 is a ValueError.

    Attributes:
        depth: Containers and described objects inside one another.
        items: Elements of a container, fields of an object.
        chars: Characters of a str, bytes of a bytes.
        nodes: Elements and fields of the whole value.
        total_chars: Characters and bytes of all longer texts of the whole value; when they are used up, texts
            are cut at 100.
        digest_nodes: Hidden elements and fields read for digests, in the whole value; a container counts as 5.
            Of a longer list or tuple an even sample is read, of a longer dict or deque both ends, and of a
            longer set only its size.
        digest_chars: Characters of long texts read for digests and redaction, in the whole value. A longer
            text counts by its length and an even sample of blocks.
    """

    depth: int = 6
    items: int = 50
    chars: int = 400
    nodes: int = 2000
    total_chars: int = 8000
    digest_nodes: int = 2000
    digest_chars: int = 50_000

    def __post_init__(self) -> None:
        for field in fields(self):
            whole_number(f"Limits.{field.name}", getattr(self, field.name), least=1)
