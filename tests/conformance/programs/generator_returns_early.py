"""A loop left early closes its generator where the last reference goes; the generator may then end by itself."""


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


def obedient():
    try:
        yield 1
    except GeneratorExit:
        note("left")


def main():
    first_even()
    for _ in obedient():
        break
