"""Texts and bytes as plain data: redacted first, then cut."""

from __future__ import annotations

__all__ = ["Budget", "Texts", "digest"]

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._twins import twinned
from snapy_instrument.capture.limits import Limits
from snapy_instrument.capture.redaction.lookups import Lookup, lookup_of
from snapy_instrument.capture.redaction.redactor import Redactor
from snapy_instrument.capture.views import Blob
from snapy_instrument.values import REDACTED, Cut

keep_builtins(globals())

# Texts up to this length are remembered once they are found clean, and are not cut for lack of budget.
_SHORT = 100
_MOST_CACHED = 4096
# Characters and bytes of redacted texts that are kept.
_MOST_KEPT = 1_000_000
_BLOCKS = 64
_WHOLE = REDACTED.text
_WHOLE_BYTES = _WHOLE.encode()


def digest(data: bytes) -> str:
    """Return eight hexadecimal digits that depend on all of ``data``."""
    return blake2b(data, digest_size=4).hexdigest()


@twinned
class Budget:
    """The budget left for one value.

    Attributes:
        nodes: Elements and fields that may be read for digests.
        chars: Characters and bytes that may be read for digests and redaction.
        shown: Characters and bytes of long texts that may be kept.
    """

    __slots__ = ("chars", "nodes", "shown")

    def __init__(self, nodes: int, chars: int, shown: int = 0) -> None:
        self.nodes = nodes
        self.chars = chars
        self.shown = shown


class Texts:
    """The texts of one recording: makes str and bytes plain.

    Short texts that were found clean are remembered, and so is what redaction made of long ones.

    Attributes:
        clean: Short texts known to hold no secret, and to need no cut.
        clean_data: The same for bytes, in a set of its own: under -bb, comparing a str with bytes of the same hash
            raises.
        lookups: Those of the clean texts that are names of secrets.
    """

    __slots__ = ("_chars", "_redacted", "_redactor", "_room", "clean", "clean_data", "lookups")

    def __init__(self, limits: Limits, redactor: Redactor) -> None:
        self._chars = limits.chars
        self._redactor = redactor
        # By the digest of what was read, so no secret is kept: None if it is clean, else the redacted text.
        self._redacted: dict[bytes, str | bytes | None] = {}
        self._room = _MOST_KEPT
        self.clean: set[str] = set()
        self.clean_data: set[bytes] = set()
        self.lookups: dict[str, Lookup] = {}

    def text(self, text: str, budget: Budget) -> Any:
        """Return a str as itself, as `Cut`, or as `REDACTED` if all of it is a secret."""
        return text if self.is_clean(text) else self.long_text(text, budget)[0]

    def long_text(self, text: str, budget: Budget) -> tuple[Any, bool]:
        """Return a str that is not `is_clean` as `text` does, and whether it was read as a whole and has no secret."""
        # Redacted before it is cut: half a secret at the cut would match no pattern.
        shown, unread = self._read_text(text, budget)
        keep = self._keep(len(shown), budget)
        if keep >= len(shown) and not unread:
            return REDACTED if shown == _WHOLE else shown, shown is text
        return _cut(shown, keep, unread, "chars", shown[keep:].encode("utf-8", "surrogatepass")), shown is text

    def is_clean(self, text: str) -> bool:
        """Return whether ``text`` is short and without a secret; remember it in `clean` then."""
        size = len(text)
        if size > self._chars or size > _SHORT or self._redactor.text(text) is not text:
            return False
        if len(self.clean) >= _MOST_CACHED:
            # All at once: what is met again is back after one look, and no order has to be kept.
            self.clean.clear()
            self.lookups.clear()
        lookup = lookup_of(text, self._redactor.secrecy.judge)
        if lookup is not None:  # before `clean`: another thread that finds the text there needs it
            self.lookups[text] = lookup
        self.clean.add(text)
        return True

    def data(self, data: bytes, budget: Budget) -> Any:
        """Return bytes as themselves, as `Cut`, or as `REDACTED` if all of them are a secret."""
        if data in self.clean_data:
            return data
        size = len(data)
        if size <= self._chars and size <= _SHORT and self._redactor.data(data) is data:
            if len(self.clean_data) >= _MOST_CACHED:
                self.clean_data.clear()
            self.clean_data.add(data)
            return data
        return self.blob(_blob(data), budget)

    def blob(self, blob: Blob, budget: Budget) -> Any:
        """Return the bytes of ``blob`` as `data` does; if they are many, only a sample is copied."""
        shown, unread = self._read_data(blob, budget)
        keep = self._keep(len(shown), budget)
        if keep >= len(shown) and not unread:
            return REDACTED if shown == _WHOLE_BYTES else shown
        return _cut(shown, keep, unread, "bytes", shown[keep:])

    def token(self, value: str | bytes | Blob, budget: Budget) -> bytes:
        """Return bytes for a digest, made without the secrets in ``value``; short ones sort as the texts do."""
        if isinstance(value, str):
            if self.is_clean(value):
                self._allowance(len(value), budget)
                return b"s" + value.encode("utf-8", "surrogatepass")
            text, unread = self._read_text(value, budget)
            kind, read = b"s", text.encode("utf-8", "surrogatepass")
        else:
            kind = b"b"
            read, unread = self._read_data(value if isinstance(value, Blob) else _blob(value), budget)
        if len(read) <= _SHORT and not unread:
            return kind + read
        return b"%b%b%d:%d:%b" % (
            kind,
            read[:_SHORT],
            len(read),
            unread,
            blake2b(read, digest_size=8).digest(),
        )

    def forget(self) -> None:
        """Drop the remembered texts."""
        self.clean.clear()
        self.clean_data.clear()
        self.lookups.clear()
        self._redacted.clear()
        self._room = _MOST_KEPT

    def _keep(self, size: int, budget: Budget) -> int:
        # Short texts are kept whole even when the budget has ended: a cut would not make them shorter.
        keep = min(self._chars, max(_SHORT, budget.shown))
        budget.shown -= min(size, keep)
        return keep

    def _read_text(self, text: str, budget: Budget) -> tuple[str, int]:
        """Return the text or a sample of it, redacted, and how many characters were not read."""
        size, most = len(text), self._allowance(len(text), budget)
        read = text if size <= most else "".join([text[start:stop] for start, stop in _blocks(size, most)])
        redact = self._redactor.text
        return self._once(redact, read, b"s", read.encode("utf-8", "surrogatepass")), size - len(read)

    def _read_data(self, blob: Blob, budget: Budget) -> tuple[bytes, int]:
        size, most = blob.size, self._allowance(blob.size, budget)
        blocks = [(0, size)] if size <= most else _blocks(size, most)
        read = b"".join([blob.part(start, stop) for start, stop in blocks])
        return self._once(self._redactor.data, read, b"b", read), size - len(read)

    def _once(self, redact: Callable[[Any], Any], read: Any, kind: bytes, data: bytes) -> Any:
        """Return ``redact(read)``, remembered: long texts come again, and a digest takes a hundredth of the time."""
        # Not Python's hash: it differs in each process, and two texts may share it.
        key = blake2b(data, digest_size=16, person=kind).digest()
        try:
            known = self._redacted[key]
        except KeyError:
            made = redact(read)
            known = None if made is read else made
            self._room -= 0 if known is None else len(known)
            if self._room < 0 or len(self._redacted) >= _MOST_CACHED:
                self._redacted.clear()
                self._room = _MOST_KEPT
            else:
                self._redacted[key] = known
        return read if known is None else known

    def _allowance(self, size: int, budget: Budget) -> int:
        """Return how many characters may be read: always more than are shown, so a secret at the cut is found."""
        allowance = max(budget.chars, 4 * self._chars)
        budget.chars -= min(size, budget.chars)
        return allowance


def _blob(data: bytes) -> Blob:
    return Blob(len(data), lambda start, stop: data[start:stop])


def _cut(shown: Any, keep: int, unread: int, unit: str, hidden: bytes) -> Cut:
    count = max(0, len(shown) - keep) + unread
    return Cut(shown[:keep], count, unit, digest(b"%d:%d:" % (count, unread) + hidden))


def _blocks(size: int, most: int) -> list[tuple[int, int]]:
    """Return where a sample of ``most`` is read: its first half at the start, the rest in blocks spread to the end."""
    head = most // 2
    block = max(1, (most - head) // _BLOCKS)
    last = size - block
    starts = [head + (last - head) * i // (_BLOCKS - 1) for i in range(_BLOCKS)]
    return [(0, head), *((start, start + block) for start in starts)]
