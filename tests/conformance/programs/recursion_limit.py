"""After a RecursionError was caught, calls are recorded as before; the dive itself is left out here."""
# filter: recursion_limit !recursion_limit:dive


def dive(depth):
    return dive(depth + 1)


def attempt(start):
    try:
        dive(start)
    except RecursionError:
        return note("too deep")


def note(text):
    return text


def main():
    attempt(0)
    note("after")
