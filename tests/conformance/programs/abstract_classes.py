"""An abstract method is recorded as the subclass's method; the template method is one call of the base class."""

from abc import ABC, abstractmethod


class Exporter(ABC):
    def export(self, rows):
        return self.start() + "".join(self.row(each) for each in rows)

    @abstractmethod
    def start(self):
        return "#"

    @abstractmethod
    def row(self, row):
        raise NotImplementedError


class Lines(Exporter):
    def start(self):
        return super().start() + "lines "

    def row(self, row):
        return f"{row};"


def main():
    Lines().export([1, 2])
    try:
        Exporter()
    except TypeError:
        pass
