"""Forty and more kinds of secrets, and how each gets into the program of `vault`."""

from __future__ import annotations

__all__ = ["BY_FORM", "BY_PLACE", "BY_TEXT"]

import base64
import collections
import functools
import json
import types
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from tests.secrets import vault
from tests.secrets.vault import Account, Client, Denied, Login, Pair, Settings, Text, caught, take


def nested(value: Any) -> Any:
    """A value deep inside others."""
    return {"a": [(value,)]}


def basic(secret: str) -> str:
    """HTTP basic credentials."""
    return "Basic " + base64.b64encode(f"ann:{secret}".encode()).decode()


def in_pem(secret: str) -> str:
    """A private key."""
    return f"-----BEGIN EC PRIVATE KEY-----\n{secret}\n{secret}\n-----END EC PRIVATE KEY-----\n"


Plant = Callable[[str], Any]
# What each kind of secret is planted by. The secret is a word nobody can know for one: where it stands says what it is.
BY_PLACE: dict[str, Plant] = {
    "argument": lambda s: vault.log_in("ann", s),
    "keyword argument": lambda s: vault.call("u", api_key=s),
    "keyword of **options": lambda s: vault.call("u", client_secret=s, **{"X-Api-Key": s}),
    "positional-only argument and *secrets": lambda s: vault.unlock(s, s, s),
    "default": vault.with_default,
    "partial": lambda s: take(functools.partial(vault.log_in, password=s)),
    "result": lambda s: vault.give({"password": s}),
    "dict value": lambda s: take({"password": s, "db": {"passwd": s}}),
    "dict value under a bytes key": lambda s: take({b"password": s.encode()}),
    "dict value under a str subclass": lambda s: take({Text("api_key"): Text(s)}),
    "deep inside": lambda s: take(nested({"access_token": s})),
    "ordered, default, chained and read-only mappings": lambda s: take(
        collections.OrderedDict(secret=s), collections.defaultdict(str, pwd=s), collections.ChainMap({"pin": s}),
        types.MappingProxyType({"password": s}), collections.Counter({"x": 1}), {"password": s}.items(),
    ),
    "list under a name": lambda s: take({"passwords": [s, [s]], "credentials": {"user": s}}),
    "dataclass": lambda s: take(Login("ann", s), [Login("bob", s)]),
    "attrs class": lambda s: take(Client("u", s)),
    "pydantic model": lambda s: take(Settings.model_validate({"database_password": s, "token": s, "smtp_pass": s})),
    "named tuple": lambda s: take(Pair("a", s)),
    "namespace": lambda s: take(types.SimpleNamespace(user="ann", password=s)),
    "object attribute": lambda s: take(Account(s), vars(Account(s)), Account(s).credentials, Account(s).sign_in(s)),
    "header pairs": lambda s: vault.call("u", headers=[("Authorization", s), ("X-Auth-Token", s), ("Cookie", s)]),
    "header pairs of bytes": lambda s: take([(b"authorization", s.encode()), (b"cookie", s.encode())]),
    "header mapping": lambda s: take({"HTTP_AUTHORIZATION": s, "Set-Cookie": f"sid={s}; Path=/", "X-API-KEY": s}),
    "environment": lambda s: take({"DB_PASSWORD": s, "AWS_SECRET_ACCESS_KEY": s, "PGPASSWORD": s, "HOME": "/"}),
    "bytes": lambda s: take({"password": s.encode(), "secret": bytearray(s.encode()), "pwd": memoryview(s.encode())}),
    "set under a name": lambda s: take({"secrets": {s, s + "2"}, "access_tokens": frozenset([s])}),
    "generator items and what is sent in": vault.generator,
    "changed locals": vault.with_locals,
    "result of a function named after it": lambda s: vault.read_password({"password": s}),
    "result of a lookup by name": lambda s: vault.Vault({"api_key": s, "cookie": [s]}).read("api_key", "cookie"),
    "argument after its name": lambda s: vault.Vault({}).write("db.password", s),
    "lookup through a wrapper": lambda s: (vault.wrapped("SECRET_KEY", s), vault.wrapped(name="SECRET_KEY", value=s)),
    "awaited lookup": vault.awaited,
    "descriptor that knows its name": vault.described,
    "exception argument": lambda s: caught(Denied("no", {"password": s})),
    "exception note, cause and context": vault.with_notes,
    "exception group": lambda s: caught(ExceptionGroup("g", [Denied({"token": s}), Denied(f"api_key={s}")])),
    "exception of a lookup": lambda s: caught(KeyError(f"password={s}")),
}  # fmt: skip
BY_TEXT: dict[str, Callable[[str], Any]] = {
    "URL": lambda s: f"https://ann:{s}@example.org/path?x=1",
    "URL without a user": lambda s: f"redis://:{s}@localhost:6379/0",
    "database URL": lambda s: f"postgresql+psycopg://app:{s}@db.example.org:5432/app?sslmode=require",
    "query string": lambda s: f"/cb?state=1&access_token={s}&x=2",
    "fragment of a URL": lambda s: f"https://example.org/#id_token={s}&state=1",
    "form data": lambda s: f"user=ann&password={s}",
    "connection string": lambda s: f"Server=db;Database=app;User Id=ann;Password={s};Encrypt=yes",
    "connection string with quotes": lambda s: f"host=db password='{s}' dbname=app",
    "storage connection string": lambda s: f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={s}==;",
    "command line": lambda s: f"mysql --user=ann --password={s} app",
    "command line with a space": lambda s: f"restic --password {s} backup",
    "environment file": lambda s: f"# settings\nDEBUG=1\nexport DB_PASSWORD={s}\nSECRET_KEY='{s}'\n",
    "INI file": lambda s: f"[database]\nuser = ann\npassword = {s}\n",
    "YAML": lambda s: f"database:\n  user: ann\n  password: {s}\n  api_key: '{s}'\n",
    "TOML": lambda s: f'[auth]\nuser = "ann"\nclient_secret = "{s}"\n',
    "XML": lambda s: f"<login><user>ann</user><password>{s}</password></login>",
    "XML attribute": lambda s: f'<add name="db" password="{s}" />',
    "JSON": lambda s: json.dumps({"user": "ann", "password": s, "nested": {"refresh_token": s}}),
    "JSON inside JSON": lambda s: json.dumps({"body": json.dumps({"password": s})}),
    "text of a dict": lambda s: str({"user": "ann", "password": s}),
    "text of a record": lambda s: repr(Login("ann", s)),
    "sentence": lambda s: f"sign-in failed for ann with password: {s}",
    "header line": lambda s: f"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Token {s}\r\nAccept: */*\r\n",
    "cookie line": lambda s: f"Set-Cookie: session={s}; HttpOnly",
    "bearer": lambda s: f"curl -H 'Authorization: Bearer {s}'",
    "basic": basic,
    "private key": in_pem,
    "path": lambda s: PurePosixPath(f"/reset/token={s}/x"),
    "bytes of JSON": lambda s: json.dumps({"client_secret": s}).encode(),
    "many lines": lambda s: "\n".join([f"line {n}" for n in range(30)] + [f"password={s}"] + ["end"] * 30),
    "beyond the cut": lambda s: "x" * 390 + f" password={s} " + "y" * 3000 + f" api_key={s}",
    "at the cut of a very long text": lambda s: "z" * 385 + f"\npassword={s}\n" + "z" * 300_000,
}
# Secrets that are known by their own form, wherever they stand: `{}` is a word of letters and digits.
BY_FORM: dict[str, str] = {
    "JWT": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.{24}-{8}",
    "AWS key": "AKIA{16U}",
    "AWS temporary key": "ASIA{16U}",
    "GitHub token": "ghp_{36}",
    "GitHub fine-grained token": "github_pat_{22}_{59}",
    "GitLab token": "glpat-{20}",
    "Slack token": "xoxb-123456789012-{24}",
    "Slack webhook": "https://hooks.slack.com/services/T0{8U}/B0{8U}/{24}",
    "Stripe key": "sk_live_{24}",
    "Stripe restricted key": "rk_test_{24}",
    "OpenAI key": "sk-proj-{40}",
    "Google API key": "AIza{35}",
    "Google OAuth token": "ya29.{60}",
    "Google client secret": "GOCSPX-{28}",
    "npm token": "npm_{36}",
    "PyPI token": "pypi-AgEIcHlwaS5vcmc{40}",
    "Hugging Face token": "hf_{34}",
    "SendGrid key": "SG.{22}.{43}",
    "Twilio key": "SK{32x}",
    "Telegram bot token": "123456789:AA{33}",
    "DigitalOcean token": "dop_v1_{64x}",
    "Shopify token": "shpat_{32x}",
    "Vault token": "hvs.{90}",
    "Databricks token": "dapi{32x}",
    "Discord webhook": "https://discord.com/api/webhooks/123456789012345678/{68}",
    "age key": "AGE-SECRET-KEY-1{58U}",
}
