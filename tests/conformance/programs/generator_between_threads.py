"""A generator resumed in a second thread keeps its inner calls."""

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
