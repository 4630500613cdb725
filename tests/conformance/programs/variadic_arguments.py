"""``*rest`` is a tuple and ``**more`` a dict, as the function sees them; empty ones are not shown."""


def total(first, *rest, scale=1, **more):
    return (first + sum(rest) + sum(more.values())) * scale


def forward(*args, **kwargs):
    return total(*args, **kwargs)


def main():
    total(1)
    total(1, 2, 3)
    total(1, 2, scale=10, extra=4)
    forward(1, x=2)
