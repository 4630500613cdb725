"""``__del__`` runs at the last reference, under the call that dropped it."""


class Temporary:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        release(self.name)


def release(name):
    return name


def use(name):
    temporary = Temporary(name)
    return len(temporary.name)


def main():
    use("a")
    kept = Temporary("b")
    release("c")
    del kept
