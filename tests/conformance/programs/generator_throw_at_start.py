"""An exception thrown into a generator that has not begun does not begin it; nor does closing it."""


def numbers():
    yield note("begun")


def note(text):
    return text


def main():
    source = numbers()
    try:
        source.throw(ValueError("early"))
    except ValueError:
        note("refused")
    numbers().close()
