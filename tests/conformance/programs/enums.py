"""Members of an Enum are shown by name; its written methods are calls, its machinery is not."""

from enum import Enum, Flag, IntEnum, auto


class Color(Enum):
    RED = "r"
    BLUE = "b"

    def mixed(self, other):
        return Color.BLUE if other is Color.BLUE else self

    @classmethod
    def parse(cls, text):
        return cls(text)

    @classmethod
    def _missing_(cls, value):
        return cls.RED if value == "rouge" else None


class Level(IntEnum):
    LOW = auto()
    HIGH = auto()


class Permission(Flag):
    READ = auto()
    WRITE = auto()


def grant(level, permission):
    return {level: permission | Permission.READ}


def main():
    Color.RED.mixed(Color.BLUE)
    Color.parse("r")
    Color.parse("rouge")
    grant(Level.HIGH, Permission.WRITE)
