"""A signal handler is a call of the function it interrupted."""

import signal

SEEN = []


def handler(number, frame):
    SEEN.append(note(signal.Signals(number).name))


def note(name):
    return name


def work():
    signal.raise_signal(signal.SIGINT)
    return len(SEEN)


def main():
    SEEN.clear()
    before = signal.signal(signal.SIGINT, handler)
    try:
        work()
    finally:
        signal.signal(signal.SIGINT, before)
