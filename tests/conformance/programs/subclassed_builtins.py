"""An object of a class that extends a builtin is shown as that class; inherited methods are no calls."""

from collections import UserDict


class Names(list):
    def add(self, name):
        self.append(name)
        return self


class Settings(UserDict):
    def __missing__(self, key):
        return default(key)


class Level(int):
    def up(self):
        return Level(self + 1)


def default(key):
    return key.upper()


def main():
    Names(["a"]).add("b")
    settings = Settings(size=3)
    assert settings["size"] == 3
    assert settings["color"] == "COLOR"
    Level(2).up()
