"""The secrets that the tests plant: words that occur nowhere else, and what nobody may see of them."""

from __future__ import annotations

__all__ = ["FORMED", "Formed", "leaked", "word"]

import base64
import random
import re
import string
from dataclasses import dataclass

from tests.secrets.kinds import BY_FORM

ALPHABETS = {
    "": string.ascii_letters + string.digits,
    "U": string.ascii_uppercase + string.digits,
    "x": "0123456789abcdef",
}
# Of a secret that is cut, this much would be seen.
_TELLING = 6


def word(kind: str, length: int = 20, alphabet: str = "") -> str:
    """A word of letters and digits that belongs to ``kind`` alone; the same on every run."""
    draw = random.Random(f"{kind} {length}")
    while True:
        made = "".join(draw.choices(ALPHABETS[alphabet], k=length))
        if any(char.isdigit() for char in made):
            return made


@dataclass(frozen=True)
class Formed:
    """A secret known by its form, and the words in it that nobody may see."""

    text: str
    words: tuple[str, ...]


def _formed(kind: str, form: str) -> Formed:
    words: list[str] = []

    def fill(match: re.Match[str]) -> str:
        words.append(word(f"{kind} {len(words)}", int(match[1]), match[2]))
        return words[-1]

    text = re.sub(r"\{(\d+)([Ux]?)\}", fill, form)
    return Formed(text, tuple(each for each in words if len(each) >= _TELLING))


FORMED = {kind: _formed(kind, form) for kind, form in BY_FORM.items()}


def leaked(secret: str, output: bytes) -> bool:
    """Any six characters of ``secret`` in a row stand in ``output``, as they are or in base64."""
    encoded = [base64.b64encode(b" " * shift + secret.encode())[4:-4].decode() for shift in range(3)]
    texts = [secret, *(text for text in encoded if len(text) >= 2 * _TELLING)]
    return any(
        text[start : start + _TELLING].encode() in output for text in texts for start in range(len(text) - _TELLING + 1)
    )
