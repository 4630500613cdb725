"""Small pieces of sentences that messages and reports share: counted nouns, lists of names, texts cut short."""

from __future__ import annotations

__all__ = ["count", "either", "shorten"]

from collections.abc import Sequence


def count(number: int, one: str, many: str = "") -> str:
    """Return ``1 call``, ``2 calls``; ``many`` is the plural where an added "s" is not."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def either(names: Sequence[str], word: str = "or") -> str:
    """Return ``a, b or c``; another ``word`` joins the last name in its place."""
    return f"{', '.join(names[:-1])} {word} {names[-1]}" if len(names) > 1 else "".join(names)


def shorten(text: str, longest: int) -> str:
    """Return ``text``, of a longer one its beginning and ``...``, ``longest`` characters in all."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
