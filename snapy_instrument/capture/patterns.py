"""What secrets look like inside texts."""

from __future__ import annotations

__all__ = ["DEFAULT_PATTERNS", "SecretPattern"]

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SecretPattern:
    """A regular expression for secrets in texts.

    Attributes:
        regex: What is hidden is its group ``secret``, or the whole match where it has none. Where it has a
            group ``name``, a match counts only if that is the name of a secret.
        triggers: The expression is tried only on texts that hold one of these; none means always.
        check: Where given, a match counts only if it is true of the hidden text.
    """

    regex: re.Pattern[str]
    triggers: tuple[str, ...] = ()
    check: Callable[[str], bool] | None = None


def _is_user_and_password(encoded: str) -> bool:
    """Basic credentials are base64 of ``user:password``; the word after "basic" in prose is not."""
    try:
        return b":" in b64decode(encoded, validate=True)
    except ValueError:
        return False


def _pattern(regex: str, triggers: str, flags: int = 0, check: Callable[[str], bool] | None = None) -> SecretPattern:
    return SecretPattern(re.compile(regex, flags), tuple(triggers.split()), check)


# Each expression takes time linear in the text: what repeats is possessive, bounded, or kept from starting in
# the middle of a run it could have started before.
DEFAULT_PATTERNS: tuple[SecretPattern, ...] = (
    _pattern(
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:[^-]++|-(?!----END ))*+(?:-----END [A-Z0-9 ]*+-----)?",
        "PRIVATE",
    ),
    _pattern(
        r"(?<![\w.-])[Bb]earer[ ]++(?P<secret>(?=[A-Za-z]*+[0-9_~+/=.-]++[A-Za-z0-9_])[A-Za-z0-9_~+/=.-]{8,}+"
        r"|(?<=^.{7})\S{6,}+\Z)",
        "earer",
    ),
    _pattern(r"(?i)(?<![\w.-])basic[ ]++(?P<secret>[A-Za-z0-9+/]{8,}+={0,2}+)", "asic", 0, _is_user_and_password),
    _pattern(r"://[^\s/?#:@]*+:(?P<secret>[^\s/?#@]++(?:@[^\s/?#@]++)*?)(?=@[^\s/?#@]*+(?:[\s/?#]|\Z))", "://"),
    _pattern(r"(?<![\w-])eyJ[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]*+)?", "eyJ", re.ASCII),
    _pattern(r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])", "AKIA ASIA"),
    _pattern(
        r"(?<![A-Za-z0-9_])(?:gh[pousr]_[A-Za-z0-9]{20,}+|github_pat_\w{20,}+)",
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
        re.ASCII,
    ),
    _pattern(r"(?<![A-Za-z0-9_])(?:sk|rk|whsec)_(?:live|test)_[A-Za-z0-9]{8,}+", "_live_ _test_"),
    _pattern(
        r"(?<![\w-])(?:(?:sk-|pypi-)(?=[A-Za-z_-]*+[0-9])[\w-]{16,}+|glpat-[\w-]{16,}+|xox[abeoprs]-[\w-]{8,}+)",
        "sk- xox glpat- pypi-",
        re.ASCII,
    ),
    _pattern(r"(?<![\w-])(?:AIza[\w-]{35}|npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,}+)", "AIza npm_ hf_", re.ASCII),
    # name=value in query strings, connection strings and command lines
    _pattern(
        r"(?<![\w.])(?P<name>[A-Za-z_][\w.-]{2,40}+)="
        r"(?P<secret>\"[^\"]*+\"?+|'[^']*+'?+|[^\s&;,\"')\]}<>]++)",
        "=",
    ),
    # "name": "value" in JSON and in the text of a dict
    _pattern(r"\"(?P<name>[\w. -]{3,40}+)\"\s*+:\s*+\"(?P<secret>(?:[^\"\\]++|\\.)++)", '":', re.DOTALL),
    _pattern(r"'(?P<name>[\w. -]{3,40}+)'\s*+:\s*+'(?P<secret>(?:[^'\\]++|\\.)++)", "':", re.DOTALL),
    # lines of a header
    _pattern(
        r"(?im)^(?:(?:proxy-)?authorization|(?:set-)?cookie|x-api-key|x-auth-token)[ \t]*+:[ \t]*+"
        r"(?P<secret>[^\s<][^\r\n]*+)",
        "uthorization: UTHORIZATION: ookie: OOKIE: Key: key: KEY: oken: OKEN:",
    ),
)
