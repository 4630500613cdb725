"""``__enter__`` and ``__exit__`` are calls; ``__exit__`` sees the exception that leaves the block."""


class Resource:
    def __init__(self, name, forgiving=False):
        self.name = name
        self.forgiving = forgiving

    def __enter__(self):
        return self.name

    def __exit__(self, kind, error, traceback):
        return self.forgiving and kind is KeyError


def use(name):
    return {"disk": 1}[name]


def main():
    with Resource("disk") as disk, Resource("net", forgiving=True) as net:
        use(disk)
        use(net)
