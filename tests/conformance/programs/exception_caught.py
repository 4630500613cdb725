"""A raised exception is shown in full, as ``^`` in callers it passes, and no longer once it is caught."""


def parse(text):
    return int(text)


def read(text):
    if not text:
        raise ValueError("empty", 0)
    return parse(text)


def read_all(texts):
    return [read(each) for each in texts]


def main():
    for texts in (["1", "2"], ["1", ""], ["x"]):
        try:
            read_all(texts)
        except ValueError:
            parse("0")
