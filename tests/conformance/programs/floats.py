"""Floats have twelve significant digits and always a point or an exponent."""


def add(a, b):
    return a + b


def main():
    add(0.1, 0.2)
    add(1e16, 1)
    add(-0.0, 0)
    add(1 / 3, 1e-9)
    add(float("inf"), 1.5e300)
    add(float("nan"), 2)
    add(1 + 2j, 0.5)
