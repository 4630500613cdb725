"""A weak reference's callback and a finalizer are children of the call that let the object go."""

import weakref


class Thing:
    pass


def gone(reference):
    return reference() is None


def finished(name):
    return name


def release(things):
    things.clear()


def main():
    things = [Thing(), Thing()]
    reference = weakref.ref(things[0], gone)
    weakref.finalize(things[1], finished, "second")
    release(things)
    assert reference() is None
