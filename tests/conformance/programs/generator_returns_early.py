"""``return`` and ``break`` around a generator: a loop left early closes it where its last reference goes."""


def numbers():
    try:
        for number in (1, 2, 3):
            yield number
    finally:
        note("closed")


def note(text):
    return text


def first_even():
    for number in numbers():
        if number % 2 == 0:
            break
    return note("after")


def swallowing():
    try:
        yield 1
    finally:
        return "swallowed"  # noqa: B012


def main():
    first_even()
    for _ in swallowing():
        break
