"""A name bound to a new function, by assignment or by a mock, shows the function that ran."""

from unittest import mock


def send(text):
    return f"sent {text}"


def fake(text):
    return f"faked {text}"


def notify(text):
    return send(text)


def main():
    notify("a")
    with mock.patch(f"{__name__}.send", fake):
        notify("b")
    with mock.patch(f"{__name__}.send", return_value="mocked"):
        notify("c")
    with mock.patch(f"{__name__}.send", wraps=send):
        notify("d")
    notify("e")
