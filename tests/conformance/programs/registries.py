"""A function that a decorator put into a registry is recorded however it is reached."""

COMMANDS = {}


def command(name):
    def register(function):
        COMMANDS[name] = function
        return function

    return register


@command("add")
def add(a, b):
    return a + b


@command("quit")
def leave():
    return "bye"


class Events:
    handlers = []

    @handlers.append
    def first(event):
        return event


def run(name, *args):
    return COMMANDS[name](*args)


def main():
    run("add", 1, 2)
    run("quit")
    Events.handlers[0]("click")
