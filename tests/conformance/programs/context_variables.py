"""A function that ``Context.run`` calls is a child of the caller, whatever the context holds."""

from contextvars import ContextVar, copy_context

user = ContextVar("user", default="nobody")


def name():
    return user.get()


def as_user(value):
    user.set(value)
    return name()


def main():
    name()
    copy_context().run(as_user, "ann")
    name()
