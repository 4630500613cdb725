"""A Protocol calls nothing of its own: not at ``isinstance``, not where a class inherits it."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Closable(Protocol):
    def close(self): ...


class File:
    def close(self):
        return "closed file"


class Socket(Closable):
    def close(self):
        return super().close() or "closed socket"


def close_all(things):
    return [each.close() for each in things if isinstance(each, Closable)]


def main():
    close_all([File(), 3, Socket()])
