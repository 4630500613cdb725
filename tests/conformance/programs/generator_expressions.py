"""What a generator expression calls is a child of the function that iterates over it."""


def double(number):
    return number * 2


def make(numbers):
    return (double(number) for number in numbers)


def total(items):
    return sum(items)


def main():
    items = make([1, 2])
    next(items)
    total(items)
