"""A timer's function is a call of the thread it runs in, under the call that started the timer."""

import threading


def ring(name, times=1):
    return name * times


def schedule(name):
    timer = threading.Timer(0, ring, args=[name], kwargs={"times": 2})
    timer.start()
    timer.join()


def main():
    schedule("a")
