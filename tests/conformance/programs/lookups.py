"""After the name of a secret the next argument and the result are hidden; so is the value of such a descriptor."""

import asyncio

HELD = {"API_KEY": "k-1", "db.password": "p-2", "Set-Cookie": ["sid=1"], "token": "t-3", "ports": [80]}


class Settings:
    def __getitem__(self, name):
        return HELD[name]

    def get(self, name, default=None):
        return HELD.get(name, default)

    def set(self, name, value, *rest, **more):
        return self

    def __getattr__(self, name):
        return HELD[name]


class Setting:
    def __init__(self, key):
        self.key = key

    def __get__(self, instance, owner=None):
        return self if instance is None else HELD[self.key]

    def __set__(self, instance, value):
        HELD[self.key] = value


class Application:
    key = Setting("API_KEY")
    ports = Setting("ports")


def through(*args, **kwargs):
    return read(*args, **kwargs)


def read(name, default=None):
    return HELD.get(name, default)


def spelled(name):
    return name.lower().replace("-", "_")


def length(name):
    return len(name)


async def fetched(name):
    await asyncio.sleep(0)
    return HELD[name]


def steps(name):
    yield 1
    return HELD[name]


def refused(name):
    raise LookupError(name)


def main():
    settings = Settings()
    settings["API_KEY"]
    settings.get("db.password", "none")
    settings.get("Set-Cookie")
    settings.get("ports", "api_key")
    settings.set("token", "t-4").set("user", "ann").set("a", "password", "p-3")
    settings.set("b", 1, key="token", value_2="t-5", last=2)
    settings.API_KEY
    application = Application()
    application.key = "k-2"
    application.key
    application.ports = [81]
    application.ports
    through("API_KEY")
    through(name="token", default="x")
    spelled("Set-Cookie")
    length("token")
    length("password")
    asyncio.run(fetched("token"))
    list(steps("token"))
    try:
        refused("token")
    except LookupError:
        pass
