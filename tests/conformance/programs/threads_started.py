"""Calls of a thread are children of the call that started it, in the order of the starts, whenever they ran."""

import threading


def job(number, before, after):
    before.wait()
    square(number)
    after.set()


def square(number):
    return number * number


def start_all(count):
    turns = [threading.Event() for _ in range(count + 1)]
    threads = [threading.Thread(target=job, args=(number, turns[number + 1], turns[number])) for number in range(count)]
    for thread in threads:
        thread.start()
    turns[count].set()
    for thread in threads:
        thread.join()
    square(10)


def main():
    start_all(3)
