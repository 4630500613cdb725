"""An exception caught inside a handler leaves the first one unchanged: that one goes on."""


def fail(text):
    raise ValueError(text)


def forgive(text):
    try:
        fail(text)
    except ValueError:
        return "forgiven"


def again():
    try:
        fail("first")
    except ValueError:
        try:
            fail("second")
        except ValueError:
            forgive("third")
        raise


def outer():
    again()


def main():
    try:
        outer()
    except ValueError:
        forgive("last")
