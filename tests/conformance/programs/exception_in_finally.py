"""A ``finally`` block runs inside its call; the exception it raises is the one that leaves."""


def step(name):
    if name == "bad":
        raise ValueError(name)
    return name


def worse():
    try:
        step("bad")
    finally:
        step("cleanup")
        raise KeyError("worse")


def clean():
    try:
        return step("bad")
    finally:
        step("cleanup")


def early():
    for name in ("a", "b"):
        try:
            return step(name)
        finally:
            step("after")


def main():
    for function in (worse, clean, early):
        try:
            function()
        except (ValueError, KeyError):
            continue
