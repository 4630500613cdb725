"""An exception thrown into a generator may be caught inside; if it passes, it ends the call."""


def patient():
    while True:
        try:
            yield "waiting"
        except KeyError as error:
            note(error.args[0])


def note(text):
    return text


def main():
    source = patient()
    next(source)
    source.throw(KeyError("one"))
    source.throw(KeyError("two"))
    try:
        source.throw(ValueError("three"))
    except ValueError:
        note("out")
