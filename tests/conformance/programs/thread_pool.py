"""Jobs of a thread pool are children of the call that submitted them, in the order of submission."""

from concurrent.futures import ThreadPoolExecutor


def fetch(number):
    if number == 2:
        raise LookupError(number)
    return parse(str(number))


def parse(text):
    return int(text)


def fetch_all(numbers):
    with ThreadPoolExecutor(max_workers=2) as pool:
        futures = [pool.submit(fetch, number) for number in numbers]
        return sum(future.exception() is None for future in futures)


def map_all(texts):
    with ThreadPoolExecutor(max_workers=3) as pool:
        return list(pool.map(parse, texts))


def main():
    fetch_all([3, 1, 2])
    map_all(["7", "8"])
