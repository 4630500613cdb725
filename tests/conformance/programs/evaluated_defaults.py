"""A call in a default, a decorator or an annotation is made once, where the function is defined."""


def step(text):
    return text


def decorate(mark):
    return lambda function: function


def build():
    @decorate(step("mark"))
    def inner(value=step("default")):
        return value

    return inner


def main():
    inner = build()
    inner()
    inner(3)
