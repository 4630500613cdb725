"""``super()`` walks the MRO; an inherited method goes by the class that defines it."""


class Base:
    def __init__(self, name):
        self.name = name

    def describe(self):
        return f"base {self.name}"


class Left(Base):
    def __init__(self, name):
        super().__init__(name + "l")


class Right(Base):
    def __init__(self, name):
        super().__init__(name + "r")

    def describe(self):
        return "right " + super().describe()


class Both(Left, Right):
    pass


def main():
    Both("x").describe()
