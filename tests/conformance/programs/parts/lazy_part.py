"""Imported by ``import_inside`` while it runs."""

NAMES = []


def register(name, function):
    NAMES.append(name)
    return list(NAMES)


def half(number):
    return number // 2


register("half", half)
