"""Secrets inside texts, and texts that hold none."""

from __future__ import annotations

import time

import pytest

from snapy_instrument.capture.redaction.redactor import Redactor

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIE-abc\n-----END RSA PRIVATE KEY-----"
SECRETS = [
    ("Bearer abc.def-123", "abc.def-123", "Bearer <redacted>"),
    ("Bearer abcdefgh", "abcdefgh", "Bearer <redacted>"),
    ("Basic dXNlcjpwYXNz", "dXNlcjpwYXNz", "Basic <redacted>"),
    ("Authorization: Bearer abc.def-123", "abc.def-123", "Authorization: <redacted>"),
    ("Cookie: a=b; c=d\r\nHost: x", "c=d", "Cookie: <redacted>\r\nHost: x"),
    ("X-Api-Key: abc123", "abc123", "X-Api-Key: <redacted>"),
    (f"key:\n{KEY}\ntail", "MIIE", "key:\n<redacted>\ntail"),
    ("-----BEGIN PRIVATE KEY-----\nMIIE", "MIIE", "<redacted>"),
    ("-----BEGIN PGP PRIVATE KEY BLOCK-----\nMIIE", "MIIE", "<redacted>"),
    ("postgres://u:p%40w@host/db", "p%40w", "postgres://u:<redacted>@host/db"),
    ("redis://:hunter2@localhost/0", "hunter2", "redis://:<redacted>@localhost/0"),
    ("x http://a:b1@c y", "b1", "x http://a:<redacted>@c y"),
    ("mongodb://u:p1@h1:1,h2:2/db", "p1", "mongodb://u:<redacted>@h1:1,h2:2/db"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_", "eyJ", "<redacted>"),
    ("id AKIAIOSFODNN7EXAMPLE.", "AKIA", "id <redacted>."),
    ("ghp_" + "a1" * 18, "ghp_", "<redacted>"),
    ("github_pat_" + "a1" * 18, "github_pat_", "<redacted>"),
    ("sk_live_abcdefgh12345", "sk_live", "<redacted>"),
    ("sk-proj-abc123def456ghi789", "sk-", "<redacted>"),
    ("xoxb-123456789012-abcdef", "xoxb", "<redacted>"),
    ("glpat-abcdefghijklmnopqrst", "glpat", "<redacted>"),
    ("AIza" + "b" * 35, "AIza", "<redacted>"),
    ("npm_" + "a" * 36, "npm_", "<redacted>"),
    ("?a=1&api_key=xyz&b=2", "xyz", "?a=1&api_key=<redacted>&b=2"),
    ("GET /?token=a%20b HTTP/1.1", "a%20b", "GET /?token=<redacted> HTTP/1.1"),
    ("Server=x;Password=hunter2;User=y", "hunter2", "Server=x;Password=<redacted>;User=y"),
    ("run --password=abc --x=y", "abc", "run --password=<redacted> --x=y"),
    ("password='a b' x", "a b", "password=<redacted> x"),
    ('{"password": "hun\\"ter2", "a": "b"}', "ter2", '{"password": "<redacted>", "a": "b"}'),
    ("{'token': 'abc', 'x': 'y'}", "abc", "{'token': '<redacted>', 'x': 'y'}"),
    (
        '{"a": "{\\"password\\": \\"hu\\\\\\"nter2\\", \\"b\\": 1}"}',
        "nter2",
        '{"a": "{\\"password\\": \\"<redacted>\\", \\"b\\": 1}"}',
    ),
    ('{"cvv": 123, "b": 1}', "123", '{"cvv": <redacted>, "b": 1}'),
    ("[db]\npassword = hunter 2 # x\nuser = a", "hunter", "[db]\npassword = <redacted>\nuser = a"),
    ("  - api_key: 'hun ter'  # x", "hun ter", "  - api_key: <redacted>  # x"),
    ("token: abcdefgh1", "abcdefgh1", "token: <redacted>"),
    ('token = "abc"', "abc", "token = <redacted>"),
    ("failed with password: hunter2, again", "hunter2", "failed with password: <redacted>, again"),
    ("run --password hunter2 --x y", "hunter2", "run --password <redacted> --x y"),
    ("<a><password>hunter2</password></a>", "hunter2", "<a><password><redacted></password></a>"),
    ("AccountName=a;AccountKey=abc==;x", "abc==", "AccountName=a;AccountKey=<redacted>;x"),
    ("SG." + "a1" * 11 + "." + "b2" * 21, "a1a1", "<redacted>"),
    ("ya29." + "a1" * 20, "a1a1", "<redacted>"),
    ("SK" + "0a" * 16, "0a0a", "<redacted>"),
    ("123456789:AA" + "b1" * 16 + "x", "b1b1", "123456789:<redacted>"),
    ("https://hooks.slack.com/services/T01/B02/" + "c" * 24, "cccc", "https://hooks.slack.com/services/<redacted>"),
    ("x hvs." + "a1" * 20, "a1a1", "x <redacted>"),
]
HARMLESS = [
    "",
    "hello",
    "bearer of bad news",
    "Basic usage of the library",
    "basic training course",
    "Basic notbase64!x abcdefghi",
    "http://host:80/x@y",
    "https://user@host/",
    "http://[::1]:80/",
    "x@y://a:b c@d",
    "task-force-and-other-things-123",
    "max_tokens=100",
    "x=1&y=2",
    '{"a": "b"}',
    "a == b",
    "12:30:00",
    "eyJust a word. And another.",
    "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
    "password=<redacted>",
    "the password is long",
    "token = self.next()",
    "token: Token",
    "tokens: list of tokens",
    "unexpected token: '}' at line 3",
    "usage: run [--password TEXT] --token <token>",
    "run --token --x",
    "SKIPPED and SK12",
    "<token></token><title>x</title>",
    '{"max_tokens": 100, "a": 1}',
    "1.SG.2",
    "12:AA:BB",
    "\ud800=\udfff",
]
LONG = [
    "://a:", "-eyJ", "eyJa.", 'password="', '"password":"', "Bearer ", "sk-", "a.", "-----BEGIN PRIVATE KEY-----",
    "basic ", "=", "x=", "cookie: \n", "@://a:b@", "'", "\\", "'a':'\\", "ghp_", "xox", "_live_", "AKIA", "a-", "a_",
    "password: ", "a: ", "a = ", "\n", "\n- ", " ", "--", "--password ", "<a ", "<password>", "\\\"", '\\"a\\":\\"',
    "SG.", "ya29.", "SK",
    "1", "12345678:AA", "hooks.slack.com/services/", "/api/webhooks/1", '"cvv":1', "'a':1",
]  # fmt: skip


@pytest.mark.parametrize(("text", "secret", "shown"), SECRETS, ids=[text[:20] for text, _, _ in SECRETS])
def test_secrets_are_replaced(text: str, secret: str, shown: str) -> None:
    """The secret part gives way to the mark and is not echoed."""
    assert Redactor().text(text) == shown
    assert secret not in shown


@pytest.mark.parametrize(("text", "secret", "shown"), SECRETS, ids=[text[:20] for text, _, _ in SECRETS])
def test_secrets_in_bytes_are_replaced(text: str, secret: str, shown: str) -> None:
    """Bytes are read like text."""
    assert Redactor().data(text.encode()) == shown.encode()


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_texts_are_the_same_object(text: str) -> None:
    """A text without a secret comes back as it is."""
    assert Redactor().text(text) is text


@pytest.mark.parametrize(("text", "secret", "shown"), SECRETS, ids=[text[:20] for text, _, _ in SECRETS])
def test_redacting_twice_changes_nothing(text: str, secret: str, shown: str) -> None:
    """The mark itself is never taken for a secret."""
    assert Redactor().text(shown) == shown


@pytest.mark.parametrize("piece", LONG)
def test_time_is_linear_in_the_text(piece: str) -> None:
    """100,000 characters made to provoke backtracking take well under the time a square would."""
    text = (piece * 100_000)[:100_000]
    redactor = Redactor()
    start = time.thread_time()
    redactor.text(text)
    assert time.thread_time() - start < 0.5
