"""Work that a thread takes from a queue is a child of the worker's call, not of the call that queued it."""

import queue
import threading


def worker(jobs):
    while (job := jobs.get()) is not None:
        job()


def say():
    return "said"


def put(jobs):
    jobs.put(say)


def main():
    jobs = queue.Queue()
    thread = threading.Thread(target=worker, args=(jobs,))
    thread.start()
    put(jobs)
    put(jobs)
    jobs.put(None)
    thread.join()
