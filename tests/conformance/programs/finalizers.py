"""``__del__`` runs when the last reference goes, under the call that lets it go."""


class Temporary:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        release(self.name)


def release(name):
    return name


def use(name):
    temporary = Temporary(name)
    length = len(temporary.name)
    del temporary
    return length


def main():
    use("a")
    kept = Temporary("b")
    release("c")
    kept = None  # noqa: F841
