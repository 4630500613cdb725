"""Each job of a pool is a child of the call that submitted it, even on a thread that is older."""

from concurrent.futures import ThreadPoolExecutor


def job(name):
    return name


def first(pool):
    return pool.submit(job, "first").result()


def second(pool):
    return pool.submit(job, "second").result()


def main():
    with ThreadPoolExecutor(max_workers=1) as pool:
        first(pool)
        second(pool)
        pool.submit(job, "main").result()
