"""A parameter left at its default is not shown, not even when the call passes the same value."""


def greet(name, greeting="hello", mark="!"):
    return f"{greeting} {name}{mark}"


def collect(item, into=[]):  # everybody shares the default
    into.append(item)
    return list(into)


def main():
    greet("Ann")
    greet("Bob", "hi")
    greet("Cid", mark="?")
    greet("Dot", "hello", "!")
    collect(1)
    collect(2)
    collect(3, [0])
