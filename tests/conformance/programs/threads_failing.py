"""An exception that ends a thread is shown in the thread; the call that started it is unaffected."""

import threading


def job(number):
    return check(number) + 1


def check(number):
    if number < 0:
        raise ValueError(number)
    return number


def run(number):
    thread = threading.Thread(target=job, args=(number,))
    thread.start()
    thread.join()


def main():
    before, threading.excepthook = threading.excepthook, print_nothing
    try:
        run(-1)
        run(1)
    finally:
        threading.excepthook = before


def print_nothing(args):
    return args.exc_type.__name__
