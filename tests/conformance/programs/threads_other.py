"""Threads that no recorded call started are in a last group, sorted by text, equal ones counted."""
# filter: threads_other:job threads_other:part

import threading


def part(number):
    return number + 1


def job(number):
    part(number)
    return number % 2


def main():
    job(7)
    threads = [threading.Thread(target=job, args=(number,)) for number in (3, 1, 2, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
