"""An exception that is caught inside a finally block is not the one that leaves."""


def convert(text):
    return int(text)


def cleans():
    try:
        raise KeyError("lost")
    finally:
        try:
            convert("x")
        except ValueError:
            pass


def cleans_itself():
    try:
        raise KeyError("lost")
    finally:
        try:
            raise ValueError("other")
        except ValueError:
            pass


def steps():
    try:
        yield 1
        raise KeyError("lost")
    finally:
        try:
            raise ValueError("other")
        except ValueError:
            pass


def replaces():
    try:
        raise KeyError("lost")
    finally:
        raise ValueError("other")


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *about):
        try:
            raise ValueError("other")
        except ValueError:
            return False


def manages():
    with Manager():
        raise KeyError("lost")


def attempt(function):
    try:
        return list(function() or ())
    except LookupError as problem:
        return problem.args
    except ValueError:
        return "value"


def main():
    for function in (cleans, cleans_itself, steps, replaces, manages):
        attempt(function)
