"""A lambda is a call like any other; it has no name but ``<lambda>``."""


def apply(function, value):
    return function(value)


double = lambda number: number * 2  # noqa: E731


def main():
    apply(double, 4)
    apply(lambda text: text.upper(), "a")
    (lambda: None)()
