"""Recursion through a local name, a parameter or a default looks like recursion through the global name."""


def countdown(number):
    again = countdown
    return [number, *again(number - 1)] if number else [0]


def fixed(function, value):
    result = function(value)
    return value if result == value else fixed(function, result)


def halve(number):
    return number // 2


def main():
    countdown(2)
    fixed(halve, 2)
