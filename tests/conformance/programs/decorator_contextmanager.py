"""A ``contextmanager`` function is one call; what the ``with`` block calls is not inside it."""

from contextlib import contextmanager


def note(text):
    return text


@contextmanager
def section(title):
    note(f"open {title}")
    try:
        yield title.upper()
    finally:
        note(f"close {title}")


def main():
    with section("a") as name:
        note(name)
    try:
        with section("b"):
            raise ValueError("inside")
    except ValueError:
        note("caught")
