"""Sets are sorted by text, dicts keep the order of insertion: here it is behaviour."""


def same(value):
    return value


def merged(left, right):
    return {**left, **right}


def main():
    same({"pear", "apple", "fig"})
    same(frozenset({10, 9, 2}))
    same(set())
    merged({"b": 1, "a": 2}, {"c": {3, 1}, "b": 0})
    same([{("x", 1), ("x", 0)}])
