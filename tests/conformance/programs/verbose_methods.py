"""The verbose level shows ``self``, ``cls``, defaults and None results too."""
# detail: verbose


class Cup:
    size = 3

    def fill(self, amount=1, *rest, hot=False, **more):
        self.amount = amount

    @classmethod
    def large(cls, size=9):
        return cls()

    @staticmethod
    def wash():
        pass


def main():
    cup = Cup.large()
    cup.fill()
    cup.fill(2, hot=True)
    cup.wash()
