"""The judgement of names: which parameters, dict keys and fields hold secrets."""

from __future__ import annotations

__all__ = ["DEFAULT_SECRET_NAMES", "NameTest", "Secrecy", "words_of"]

import re
from collections.abc import Iterable, Mapping
from enum import Enum

from snapy_instrument._builtins import keep_builtins

keep_builtins(globals())


class Secrecy(Enum):
    """The meaning of a name for its value."""

    NEVER = "never"
    """Shown, unless the value itself looks like a secret."""
    TEXT = "text"
    """Hidden if it is text: the ``token`` object of a parser and a ``max_tokens`` number are no secrets."""
    ALWAYS = "always"
    """Hidden, whatever it is, except None, True and False."""


_ALWAYS = """
    password passwd pwd passphrase passwort passcode secret credential cred authorization cookie =auth auth_header
    basic_auth http_auth proxy_auth user_pass userpass db_pass dbpass smtp_pass api_key apikey access_key accesskey
    private_key privatekey secret_key secretkey encryption_key signing_key master_key session_key auth_key
    account_key accountkey shared_key service_key ssh_key webhook_url
    access_token accesstoken refresh_token refreshtoken auth_token authtoken oauth_token bearer_token api_token
    apitoken id_token card_token session_token security_token csrf_token csrftoken xsrf_token csrfmiddlewaretoken
    otp totp pincode pin_code cvv cvc cvv2 ssn card_number cardnumber credit_card creditcard
"""
_TEXT = "token bearer csrf xsrf iban sessionid session_id =pass =pin"

DEFAULT_SECRET_NAMES: Mapping[str, Secrecy] = {
    **dict.fromkeys(_ALWAYS.split(), Secrecy.ALWAYS),
    **dict.fromkeys(_TEXT.split(), Secrecy.TEXT),
}

# Words after the name of a secret that make it the name of something about the secret: token_type, password_field.
_ABOUT = """
    type name id url uri path file dir field form label title kind class cls count length len size min max limit
    policy strength required enabled expiry expire expiration at ttl age version status state error scope
    method mode scheme backend validator hasher manager factory provider callback func function handler generator
    encoder decoder parser pattern regex prefix suffix index position pos start end offset domain secure httponly
    samesite option config setting reset change changed
"""
# Words before it: next_token of a parser, max_tokens of a model, has_password of a form.
_BEFORE = """
    max min num n no is has use with count len next prev previous last first start end open close stop current
    line sep pad eos bos unk cls mask page continuation special
"""
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_LONGEST_NAME = 100
_STEM = 6
_MOST_CACHED = 4096


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case, without the s of a plural: ``X-API-Keys`` gives x, api, key."""
    words = (word.lower() for word in _WORDS.findall(name))
    return tuple(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)


_ABOUT_WORDS = frozenset(words_of(_ABOUT))
_BEFORE_WORDS = frozenset(words_of(_BEFORE))


class NameTest:
    """A judge of names, who remembers each `Secrecy` it gave.

    Args:
        names: Names to `Secrecy`, or names alone (then ALWAYS). A name matches where its words follow one
            another in the tested name, whatever their case and however they are joined: ``api_key`` matches
            ``X-Api-Key`` and ``stripeApiKey``. ``=pin`` matches only the whole name.

    Attributes:
        known: Names judged before. The hot path looks here.
    """

    def __init__(self, names: Iterable[str] | Mapping[str, Secrecy] = DEFAULT_SECRET_NAMES) -> None:
        given = names if isinstance(names, Mapping) else dict.fromkeys(names, Secrecy.ALWAYS)
        parted = {name: words_of(name) for name in given}
        empty = [name for name, parts in parted.items() if not parts]
        if empty:
            raise ValueError(f"a redacted name must hold a letter or a digit: {empty[0]!r}")
        self._whole = {parted[name]: secrecy for name, secrecy in given.items() if name.startswith("=")}
        self._inside = {parted[name]: secrecy for name, secrecy in given.items() if not name.startswith("=")}
        self._stems = tuple(n[0] for n in self._inside if len(n) == 1 and len(n[0]) >= _STEM)
        lasts = sorted({parts[-1] for parts in parted.values()})
        # Most names hold no word of a secret: one search in C answers for them.
        self._possible = re.compile("|".join(map(re.escape, lasts)) or r"(?!)", re.IGNORECASE)
        self.known: dict[str, Secrecy] = {}

    def __call__(self, name: str) -> Secrecy:
        """Return the secrecy of values called ``name``."""
        found = self.known.get(name)
        if found is None:
            if len(self.known) >= _MOST_CACHED:
                self.known.clear()
            found = self.known[name] = self.judge(name)
        return found

    def judge(self, name: str) -> Secrecy:
        """Return the same without remembering it: for texts that may be the name of something."""
        if len(name) > _LONGEST_NAME or self._possible.search(name) is None:
            return Secrecy.NEVER
        parts = words_of(name)
        verdicts = [self._whole.get(parts, Secrecy.NEVER)]
        for start in range(len(parts)):
            for stop in range(start + 1, len(parts) + 1):
                if not _harmless(parts, start, stop):
                    verdicts.append(self._run(parts[start:stop]))
        strictest = (Secrecy.ALWAYS, Secrecy.TEXT, Secrecy.NEVER)
        return next(secrecy for secrecy in strictest if secrecy in verdicts)

    def _run(self, run: tuple[str, ...]) -> Secrecy:
        found = self._inside.get(run)
        if found is None and len(run) == 1:
            # Words run together: dbpassword ends in password. Only endings: secretary is no secret.
            stem = next((stem for stem in self._stems if run[0].endswith(stem)), None)
            found = None if stem is None else self._inside[stem,]
        return found or Secrecy.NEVER


def _harmless(parts: tuple[str, ...], start: int, stop: int) -> bool:
    """Return whether the words around ``parts[start:stop]`` say that the value is something about a secret."""
    about = stop < len(parts) and parts[-1] in _ABOUT_WORDS
    return about or (start > 0 and parts[start - 1] in _BEFORE_WORDS)
