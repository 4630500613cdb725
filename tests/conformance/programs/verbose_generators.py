"""The verbose level shows what a generator yields and what is sent in, between its calls."""
# detail: verbose


def echo(count):
    for number in range(count):
        answer = yield number
        note(answer)


def note(text):
    return text


def main():
    source = echo(2)
    next(source)
    source.send("a")
    list(source)
