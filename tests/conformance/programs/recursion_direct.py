"""Each level of a recursion is a call inside the previous one."""


def factorial(number):
    return 1 if number < 2 else number * factorial(number - 1)


def flatten(items):
    for item in items:
        if isinstance(item, list):
            yield from flatten(item)
        else:
            yield item


def main():
    factorial(4)
    list(flatten([1, [2, [3]]]))
