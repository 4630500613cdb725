"""An exception raised from a first one is a new one, shown with its own type and message."""


class Unavailable(Exception):
    def __init__(self, name, code):
        super().__init__(name, code)
        self.code = code


def connect(host):
    raise OSError(5, "refused")


def fetch(host):
    try:
        connect(host)
    except OSError as error:
        raise Unavailable(host, code=503) from error


def quietly(host):
    try:
        fetch(host)
    except Unavailable:
        raise LookupError(host) from None


def main():
    try:
        quietly("db")
    except LookupError:
        pass
