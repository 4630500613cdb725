"""A generator left by an exception ends with it; so does the call that drove it."""


def check(number):
    if number > 2:
        raise OverflowError(number)
    return number


def numbers(count):
    for number in range(1, count + 1):
        yield check(number)


def total(count):
    return sum(numbers(count))


def main():
    total(2)
    try:
        total(5)
    except OverflowError:
        pass
