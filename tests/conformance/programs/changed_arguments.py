"""An argument that a closure keeps is told with the value it was given, not with the one it gets later."""


def accumulate(start):
    def add(number):
        nonlocal start
        start += number
        return start

    add(1)
    return add


def normalize(text, width=None):
    text = text.strip()
    width = width or len(text)
    return text.ljust(width, ".")


def main():
    accumulate(10)(5)
    normalize(" a ")
    normalize(" b ", 3)
