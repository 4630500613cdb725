"""A generator is one call: it begins at the first step, its result is what it returns, not what it yields."""


def numbers(limit):
    for number in range(limit):
        yield square(number)
    return "done"


def square(number):
    return number * number


def make(limit):
    return numbers(limit)


def consume(source):
    return list(source)


def main():
    consume(make(3))
