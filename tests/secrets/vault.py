"""A program full of secrets: each function gets one and hands it on in its own way."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import attrs
import pydantic


@dataclass
class Login:
    """A record."""

    user: str
    password: str
    tags: list[str] = field(default_factory=list)


@attrs.define
class Client:
    """An attrs class with slots."""

    url: str
    api_key: str


class Settings(pydantic.BaseModel):
    """A pydantic model with extra fields."""

    model_config = pydantic.ConfigDict(extra="allow")
    database_password: str
    token: pydantic.SecretStr


class Pair(NamedTuple):
    """A named tuple."""

    name: str
    secret: str


class Text(str):
    """A str with a class of its own."""


class Denied(Exception):
    """Carries what it was given."""


class Account:
    """Keeps a secret to itself."""

    def __init__(self, password: str) -> None:
        self.password = password

    @property
    def credentials(self) -> dict[str, str]:
        """Gives it away."""
        return {"user": "ann", "pwd": self.password}

    def sign_in(self, passphrase: str = "") -> bool:
        """Takes one more."""
        return bool(passphrase)


def take(*values: object, **named: object) -> None:
    """Takes anything."""


def give(value: Any) -> Any:
    """Gives back what it gets."""
    return value


class Vault:
    """Knows secrets by their names."""

    def __init__(self, held: dict[str, Any]) -> None:
        self._held = held

    def __getitem__(self, name: str) -> Any:
        return self._held[name]

    def get(self, name: str, default: str = "") -> Any:
        """Return what a dict would."""
        return self._held.get(name, default)

    def put(self, name: str, value: Any) -> None:
        """Keeps one more."""
        self._held[name] = value

    def read(self, *names: str) -> None:
        """Asks for each in each way."""
        for name in names:
            assert self[name] == self.get(name)

    def write(self, name: str, value: Any) -> None:
        """Takes one in each way."""
        self.put(name, value)
        self.put(name, [value])
        self.put(value=value, name=name)
        self.get("secret", value)


class Kept:
    """A descriptor that learns its name."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._kept_as = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return instance.__dict__["x"]

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__["x"] = value


class Slotted(Kept):
    """A descriptor with a slot for it, which has another name than the attribute."""

    __slots__ = ("key",)

    def __init__(self, key: str) -> None:
        self.key = key

    def __set_name__(self, owner: type, name: str) -> None:
        pass


class Holder:
    """Has both."""

    secret_key = Kept()
    other = Slotted("SECRET_KEY")


def described(secret: str) -> None:
    """Sets and gets attributes that are functions behind the scenes."""
    holder = Holder()
    holder.secret_key = secret
    take(len(holder.secret_key))
    holder.other = secret
    take(len(holder.other))


def wrapped(*args: Any, **kwargs: Any) -> Any:
    """Hands on what it gets, as decorators do."""
    return second(*args, **kwargs)


def second(name: str, value: Any) -> Any:
    """The value of a pair."""
    return value


def awaited(secret: str) -> None:
    """A coroutine looks up a secret."""

    async def fetch(name: str) -> str:
        return secret

    try:
        fetch("refresh_token").send(None)
    except StopIteration:
        pass


def log_in(user: str, password: str) -> str:
    """Takes a password by name."""
    return user


def call(url: str, *, api_key: str | None = None, headers: object = None, **options: object) -> None:
    """Takes one among others."""


def unlock(pin: str, /, *secrets: str) -> None:
    """Takes them by position."""


def fail(error: BaseException) -> None:
    """Raises."""
    raise error


def read_password(source: dict[str, str]) -> str:
    """The name of the function says what it gives."""
    return source["password"]


def caught(error: BaseException) -> None:
    """Lets an error pass through a call."""
    try:
        fail(error)
    except BaseException:
        pass


def with_default(secret: str) -> None:
    """A function with a secret for a default, and one in its closure."""

    def connect(host: str = "h", auth_token: str = secret) -> str:
        return host

    def hidden() -> int:
        return len(secret)

    connect()
    take(connect, hidden)
    hidden()


def items(secret: str) -> Generator[Any, Any, None]:
    """Hands out secrets, and gets one."""
    password = (yield {"password": secret})["password"]
    yield f"Authorization: Bearer {password}"


def generator(secret: str) -> None:
    """Runs a generator to its end."""
    steps = items(secret)
    next(steps)
    steps.send({"password": secret})
    list(steps)


def local_changes(length: int) -> None:
    """Keeps secrets in local variables; the argument alone is none."""
    password = ISSUED[-1]
    config = {"secret_key": password}
    url = f"https://u:{password}@example.org/"
    for api_key in (password, password * 2):
        config["other"] = f"token={api_key}"
    take(len(url) + length)


ISSUED: list[str] = []


def with_locals(secret: str) -> None:
    """Lets `local_changes` find the secret elsewhere."""
    ISSUED.append(secret)
    local_changes(1)
    ISSUED.clear()


def with_notes(secret: str) -> None:
    """A note, a cause and a context."""
    error = Denied(f"password={secret}")
    error.add_note(f"the password was {secret}")
    error.__cause__ = ValueError({"password": secret})
    caught(error)
