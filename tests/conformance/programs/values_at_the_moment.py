"""Arguments and results have the values of that moment, whatever happens to them later."""


def append(items, item):
    items.append(item)
    return items


def clear(items):
    items.clear()


def main():
    items = append([], 1)
    append(items, {"deep": [2]})
    items[1]["deep"].append(3)
    clear(items)
