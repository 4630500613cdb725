"""Two generators that take turns are two calls; each keeps its own inner calls."""


def talker(name, count):
    for number in range(count):
        yield say(f"{name}{number}")


def say(text):
    return text


def main():
    for _ in zip(talker("a", 2), talker("b", 2), strict=False):
        say("-")
