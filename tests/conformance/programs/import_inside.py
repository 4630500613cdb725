"""A module imported inside a call is no call; what its body calls is a child of the importing call."""
# filter: import_inside lazy_part


def load(number):
    import lazy_part

    return lazy_part.half(number)


def main():
    load(8)
    load(4)
