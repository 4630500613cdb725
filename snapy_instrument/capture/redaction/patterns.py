"""The patterns of secrets inside texts."""

from __future__ import annotations

__all__ = ["DEFAULT_SECRET_PATTERNS", "SecretPattern"]

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass

from snapy_instrument._builtins import keep_builtins

keep_builtins(globals())


@dataclass(frozen=True, slots=True)
class SecretPattern:
    """A regular expression for secrets in texts.

    Attributes:
        regex: Its group ``secret`` is hidden, or the whole match if it has none. If it has a group ``name``, a match
            counts only if that is the name of a secret.
        triggers: The expression is tried only on texts that hold one of these; none means always.
        check: If given, a match counts only if ``check(secret)`` is true.
        always: A match counts only if the group ``name`` is a name under which everything is hidden.
    """

    regex: re.Pattern[str]
    triggers: tuple[str, ...] = ()
    check: Callable[[str], bool] | None = None
    always: bool = False


def _is_user_and_password(encoded: str) -> bool:
    """Return whether ``encoded`` is base64 of ``user:password``; the word after "basic" in prose is not."""
    try:
        return b":" in b64decode(encoded, validate=True)
    except ValueError:
        return False


def _is_value(text: str) -> bool:
    """Return whether ``text`` is a value and no placeholder, as in ``--password TEXT`` or ``--token <token>``."""
    word = text.rstrip("])},.|")
    return not (word.isalpha() and word.isupper()) and text[0] not in "<[{"


def _is_quoted_or_random(text: str) -> bool:
    """Return whether ``text`` is a value as settings have it, not an expression or a word of prose."""
    return text[0] in "\"'" or (len(text) >= 8 and text.isalnum() and any(map(str.isdigit, text)))


def _pattern(
    regex: str,
    triggers: str,
    flags: int = 0,
    check: Callable[[str], bool] | None = None,
    *,
    always: bool = False,
) -> SecretPattern:
    return SecretPattern(re.compile(regex, flags), tuple(triggers.split()), check, always)


# What may follow a name and a colon or an equals sign: in quotes, else one word, else the rest of the line.
_QUOTED = r"\"[^\"\r\n]*+\"?+|'[^'\r\n]*+'?+"
_WORD = rf"{_QUOTED}|[^\s\"'<][^\s,;)\]}}<>\"']*+"
_LINE = rf"{_QUOTED}|[^\s#\"'<][^\r\n]*+"
_NAME = r"(?P<name>[A-Za-z_][\w.-]{2,40}+)"


# Each expression takes time linear in the text: what repeats is possessive, bounded, or kept from starting in
# the middle of a run it could have started before.
DEFAULT_SECRET_PATTERNS: tuple[SecretPattern, ...] = (
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
    _pattern(
        r"(?<![\w-])(?:SG\.[\w-]{16,}+\.[\w-]{16,}+|ya29\.[\w-]{20,}+|hv[sbr]\.[\w-]{24,}+)",
        "SG. ya29. hvs. hvb. hvr.",
        re.ASCII,
    ),
    _pattern(
        r"(?<![\w-])(?:(?:SK|dapi)[0-9a-f]{32}(?![\w-])|GOCSPX-[\w-]{20,}+|dop_v1_[0-9a-f]{64}"
        r"|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|AGE-SECRET-KEY-1[A-Z0-9]{50,}+)",
        "SK dapi GOCSPX- dop_v1_ shpat_ shpca_ shppa_ shpss_ AGE-SECRET-KEY-",
        re.ASCII,
    ),
    _pattern(r"(?<!\d)\d{8,10}:(?P<secret>AA[\w-]{33})(?![\w-])", ":AA", re.ASCII),
    _pattern(r"hooks\.slack\.com/services/(?P<secret>[A-Za-z0-9/]{20,}+)", "hooks.slack.com"),
    _pattern(r"/api/webhooks/\d++/(?P<secret>[\w-]{20,}+)", "/api/webhooks/", re.ASCII),
    # name=value in query strings, connection strings and command lines
    _pattern(
        r"(?<![\w.])(?P<name>[A-Za-z_][\w.-]{2,40}+)="
        r"(?P<secret>\"[^\"]*+\"?+|'[^']*+'?+|[^\s&;,\"')\]}<>]++)",
        "=",
    ),
    # name: value and name = value in settings and sentences
    _pattern(rf"(?m)^[ \t-]*+{_NAME}[ \t]*+[:=][ \t]++(?P<secret>{_LINE})", ": = ", always=True),
    _pattern(rf"(?<![\w.-]){_NAME}[ \t]*+[:=][ \t]++(?P<secret>{_WORD})", ": = ", always=True),
    _pattern(rf"(?m)^[ \t-]*+{_NAME}[ \t]*+[:=][ \t]++(?P<secret>{_LINE})", ": = ", 0, _is_quoted_or_random),
    # "the password was value", in the notes and messages of exceptions
    _pattern(
        rf"(?<![\w.-]){_NAME}[ ]++(?:was|is)[ ]++(?P<secret>{_WORD})", "was is", 0, _is_quoted_or_random, always=True
    ),
    _pattern(rf"(?<![\w-])--{_NAME}[ \t]++(?P<secret>{_QUOTED}|[^\s\"'-][^\s\"']*+)", "--", 0, _is_value),
    _pattern(r"<(?P<name>[A-Za-z][\w.:-]{2,40}+)(?:\s[^<>]{0,200}+)?>(?P<secret>[^<>\s][^<>]*+)</", "</"),
    # "name": "value" in JSON and in the text of a dict
    _pattern(r"\"(?P<name>[\w. -]{3,40}+)\"\s*+:\s*+\"(?P<secret>(?:[^\"\\]++|\\.)++)", '":', re.DOTALL),
    _pattern(r"'(?P<name>[\w. -]{3,40}+)'\s*+:\s*+'(?P<secret>(?:[^'\\]++|\\.)++)", "':", re.DOTALL),
    _pattern(
        r"[\"'](?P<name>[\w. -]{3,40}+)[\"']\s*+:\s*+(?P<secret>\d[\w.]*+)",
        "\": ':",
        always=True,
    ),
    # and where JSON is a text in other JSON
    _pattern(
        r"(?<!\\)(?P<escape>\\++)\"(?P<name>[\w. -]{3,40}+)(?P=escape)\"\s*+:\s*+(?P=escape)\""
        r"(?P<secret>(?:[^\"\\]++|(?!(?P=escape)\")\\++\"?+)++)",
        '\\":',
    ),
    # lines of a header
    _pattern(
        r"(?im)^(?:(?:proxy-)?authorization|(?:set-)?cookie|x-api-key|x-auth-token)[ \t]*+:[ \t]*+"
        r"(?P<secret>[^\s<][^\r\n]*+)",
        "uthorization: UTHORIZATION: ookie: OOKIE: Key: key: KEY: oken: OKEN:",
    ),
)
