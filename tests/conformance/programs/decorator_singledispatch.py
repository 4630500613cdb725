"""A single-dispatch function is named after the implementation that ran."""

from functools import singledispatch


@singledispatch
def show(value):
    return "something"


@show.register
def _(value: int):
    return f"int {value}"


@show.register(list)
def show_list(value):
    return [show(each) for each in value]


def main():
    show(1)
    show("a")
    show([2, None])
