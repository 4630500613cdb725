"""A single-dispatch method is named after the implementation that ran."""

from functools import singledispatchmethod


class Writer:
    @singledispatchmethod
    def write(self, value):
        return str(value)

    @write.register
    def _(self, value: bool):
        return "yes" if value else "no"

    @write.register(list)
    def write_list(self, value):
        return [self.write(each) for each in value]


def main():
    writer = Writer()
    writer.write(3)
    writer.write([True, 4])
