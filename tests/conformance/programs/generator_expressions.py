"""What a generator expression calls stands under the function that draws from it."""


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
