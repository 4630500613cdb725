"""A positional-only name is free for ``**more``; both are shown."""


def tag(name, /, text="", **attributes):
    return name + text


def divide(a, b, /):
    return a // b


def main():
    tag("p", "hello")
    tag("a", "link", name="top", href="#")
    divide(7, 2)
