"""``__getattr__`` is called for missing attributes only, ``__setattr__`` for every assignment."""


class Record:
    def __init__(self, **fields):
        self.fields = fields

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self.fields[name]

    def __setattr__(self, name, value):
        super().__setattr__(name, value)


def main():
    record = Record(size=3)
    assert record.size == 3
    assert record.fields == {"size": 3}
    assert not hasattr(record, "_hidden")
    record.size = 4
    assert record.size == 4
