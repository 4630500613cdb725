"""The minimal level shows names, nesting and the types of exceptions, and no values."""
# detail: minimal


def parse(text):
    return int(text)


def read(texts):
    return [parse(each) for each in texts]


def main():
    read(["1", "2"])
    try:
        read(["x"])
    except ValueError:
        pass
