"""A generator that goes on in another thread keeps its inner calls."""

import threading


def numbers():
    yield step(1)
    yield step(2)


def step(number):
    return number


def advance(source):
    next(source)


def main():
    source = numbers()
    advance(source)
    thread = threading.Thread(target=advance, args=(source,))
    thread.start()
    thread.join()
