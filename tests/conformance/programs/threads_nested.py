"""A thread that starts a thread is the parent; a subclass of Thread is shown by its ``run``."""

import threading


class Worker(threading.Thread):
    def __init__(self, depth):
        super().__init__()
        self.depth = depth

    def run(self):
        if self.depth:
            worker = Worker(self.depth - 1)
            worker.start()
            worker.join()


def main():
    worker = Worker(1)
    worker.start()
    worker.join()
