"""A function that ``sorted``, ``map`` or ``max`` calls is a child of the function that used them."""

from functools import reduce


def length(word):
    return len(word)


def is_short(word):
    return len(word) < 3


def join(left, right):
    return left + right


def order(words):
    return sorted(words, key=length)


def main():
    order(["ccc", "a"])
    list(map(length, filter(is_short, ["bb", "dddd"])))
    reduce(join, ["x", "y"])
    max("ab", key=length)
