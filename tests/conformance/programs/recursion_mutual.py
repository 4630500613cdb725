"""Two functions that call each other alternate; equal inner calls do not fold across levels."""


def is_even(number):
    return True if number == 0 else is_odd(number - 1)


def is_odd(number):
    return False if number == 0 else is_even(number - 1)


def main():
    is_even(3)
