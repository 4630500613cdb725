"""The verbose level marks a thread's first call; a call of the thread that started it has no mark."""
# detail: verbose

import threading


def job(number):
    return number


def main():
    for number in (1, 2):
        thread = threading.Thread(target=job, args=(number,), name=f"worker {number}")
        thread.start()
        thread.join()
