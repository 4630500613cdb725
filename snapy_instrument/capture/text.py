"""Texts and bytes: redacted first, then cut."""

from __future__ import annotations

__all__ = ["Budget", "Texts", "digest"]

from hashlib import blake2b
from typing import Any

from snapy_instrument.capture.limits import Limits
from snapy_instrument.capture.redact import Redactor
from snapy_instrument.capture.views import Blob
from snapy_instrument.values import REDACTED, Cut

_LONGEST_CACHED = 100
_MOST_CACHED = 4096
_BLOCKS = 64
_WHOLE = REDACTED.text
_WHOLE_BYTES = _WHOLE.encode()


def digest(data: bytes) -> str:
    """Eight hexadecimal digits that tell ``data`` from other data."""
    return blake2b(data, digest_size=4).hexdigest()


class Budget:
    """What may still be read for digests while one value is captured."""

    __slots__ = ("chars", "nodes")

    def __init__(self, nodes: int, chars: int) -> None:
        self.nodes = nodes
        self.chars = chars


class Texts:
    """Makes str and bytes plain.

    Attributes:
        clean: Short texts known to hold no secret, and to need no cut.
    """

    __slots__ = ("_chars", "_clean_data", "_redactor", "clean")

    def __init__(self, limits: Limits, redactor: Redactor) -> None:
        self._chars = limits.chars
        self._redactor = redactor
        self.clean: set[str] = set()
        # Apart from the texts: under -bb, comparing a str with a bytes of the same hash raises.
        self._clean_data: set[bytes] = set()

    def text(self, text: str, budget: Budget) -> Any:
        """A str as itself, as `Cut`, or as `REDACTED` where all of it is a secret."""
        size = len(text)
        if size <= self._chars:
            shown = self._redactor.text(text)
            if shown is text:
                _remember(self.clean, text, size)
                return text
            if len(shown) <= self._chars:
                return REDACTED if shown == _WHOLE else shown
        read = _sample(text, self._allowance(size, budget))
        shown = self._redactor.text(read)
        return self._cut(
            shown, size - len(read), "chars", shown[self._chars :].encode("utf-8", "surrogatepass")
        )

    def data(self, data: bytes, budget: Budget) -> Any:
        """A bytes as itself, as `Cut`, or as `REDACTED`."""
        if data in self._clean_data:
            return data
        size = len(data)
        if size <= self._chars and self._redactor.data(data) is data:
            _remember(self._clean_data, data, size)
            return data
        return self.blob(Blob(size, lambda start, stop: data[start:stop]), budget)

    def blob(self, blob: Blob, budget: Budget) -> Any:
        """The bytes of ``blob``, of which only a sample is copied where they are many."""
        read = _sample_blob(blob, self._allowance(blob.size, budget))
        shown = self._redactor.data(read)
        return self._cut(shown, blob.size - len(read), "bytes", shown[self._chars :])

    def token(self, value: Any) -> bytes:
        """What `text` or `data` gave, as bytes for a digest."""
        if type(value) is str:
            return b"s" + value.encode("utf-8", "surrogatepass")
        if type(value) is bytes:
            return b"b" + value
        return repr(value).encode("utf-8", "surrogatepass")

    def _allowance(self, size: int, budget: Budget) -> int:
        """Characters that may be read: always some more than are shown, so a secret at the cut is seen."""
        allowance = max(budget.chars, 4 * self._chars)
        budget.chars -= min(size, budget.chars)
        return allowance

    def _cut(self, shown: Any, unread: int, unit: str, hidden: bytes) -> Any:
        lost = len(shown) - self._chars
        if lost <= 0 and not unread:
            return REDACTED if shown == (_WHOLE if unit == "chars" else _WHOLE_BYTES) else shown
        count = max(0, lost) + unread
        return Cut(shown[: self._chars], count, unit, digest(b"%d:%d:" % (count, unread) + hidden))

    def forget(self) -> None:
        """Drop the texts that were kept."""
        self.clean.clear()
        self._clean_data.clear()


def _remember(clean: set[Any], text: Any, size: int) -> None:
    if size <= _LONGEST_CACHED:
        if len(clean) >= _MOST_CACHED:
            clean.clear()
        clean.add(text)


def _sample(text: str, most: int) -> str:
    """All of ``text``, or its first half of ``most`` and blocks spread evenly over the rest, its end included."""
    if len(text) <= most:
        return text
    return "".join(text[start:stop] for start, stop in _blocks(len(text), most))


def _sample_blob(blob: Blob, most: int) -> bytes:
    if blob.size <= most:
        return blob.part(0, blob.size)
    return b"".join(blob.part(start, stop) for start, stop in _blocks(blob.size, most))


def _blocks(size: int, most: int) -> list[tuple[int, int]]:
    head = most // 2
    block = max(1, (most - head) // _BLOCKS)
    last = size - block
    starts = [head + (last - head) * i // (_BLOCKS - 1) for i in range(_BLOCKS)]
    return [(0, head), *((start, start + block) for start in starts)]
