"""A callback of a future is a child of the call that added it, whichever thread runs it and whenever."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor


def job(gate):
    gate.wait()
    return "done"


def tell(future):
    return note(future.result())


def note(text):
    return text


def late(pool):
    gate = threading.Event()
    future = pool.submit(job, gate)
    future.add_done_callback(tell)
    gate.set()


def early():
    future = Future()
    future.set_result("at once")
    future.add_done_callback(tell)


def main():
    with ThreadPoolExecutor(1) as pool:
        late(pool)
    early()
