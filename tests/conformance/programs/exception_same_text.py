"""A new exception with the text of a former one is told in full: it is another exception."""


def fail():
    raise ValueError("again")


def helper():
    fail()


def retry():
    try:
        helper()
    except ValueError:
        pass
    raise ValueError("again")


def twice():
    for _ in range(2):
        try:
            helper()
        except ValueError:
            continue


def main():
    twice()
    try:
        retry()
    except ValueError:
        pass
