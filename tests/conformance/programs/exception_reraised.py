"""A re-raised exception is the same one and passes up; calls of the handler come before its end."""


def fail():
    raise RuntimeError("broken")


def note(text):
    return text


def bare():
    try:
        fail()
    except RuntimeError:
        note("bare")
        raise


def named():
    try:
        fail()
    except RuntimeError as error:
        note("named")
        raise error


def main():
    for function in (bare, named):
        try:
            function()
        except RuntimeError:
            note("caught")
