"""An argument that a closure keeps is shown with the value of the call, not with a later one."""


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
