"""A function that is filtered out is dropped; what it calls is a child of the nearest recorded call."""
# filter: filtered_functions !filtered_functions:_*


def outer(number):
    return _helper(number)


def _helper(number):
    return inner(number) + _detail()


def inner(number):
    if number < 0:
        raise ValueError(number)
    return number


def _detail():
    return 1


def main():
    outer(1)
    try:
        outer(-1)
    except ValueError:
        pass
