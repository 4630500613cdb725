"""A new exception with the text of an earlier one is shown in full."""


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
