"""A cached property is computed by its first access."""

from functools import cached_property


class Report:
    def __init__(self, rows):
        self.rows = rows

    @cached_property
    def total(self):
        return sum(self.rows)


def main():
    report = Report([1, 2])
    assert report.total == 3
    assert report.total == 3
    del report.total
    assert report.total == 3
