"""Calls of threads whose start nobody saw are in a last group, sorted by text, equal ones counted."""
# filter: threads_other:job threads_other:part

import threading

START = threading.Thread.start


def part(number):
    return number + 1


def job(number):
    part(number)
    return number % 2


def main():
    job(7)
    threads = [threading.Thread(target=job, args=(number,)) for number in (3, 1, 2, 1)]
    for thread in threads:
        START(thread)
    for thread in threads:
        thread.join()
