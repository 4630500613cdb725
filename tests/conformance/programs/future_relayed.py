"""An exception that a future carries from a thread to its caller is the same one: it passes up from the job."""

from concurrent.futures import ThreadPoolExecutor


def job(text):
    raise ConnectionError(text)


def ask(text):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(job, text).result()


def main():
    try:
        ask("down")
    except ConnectionError:
        pass
