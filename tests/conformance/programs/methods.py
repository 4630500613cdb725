"""Instance, class and static methods: ``self`` and ``cls`` are not shown, not even when passed explicitly."""


class Account:
    opened = 0

    def __init__(self, owner):
        self.owner = owner

    def rename(self, owner):
        self.owner = owner
        return self

    @classmethod
    def open(cls, owner):
        cls.opened += 1
        return cls(owner)

    @staticmethod
    def check(number):
        return number % 97


def main():
    account = Account.open("Ann")
    account.rename("Bob")
    Account.rename(account, "Cid")
    account.check(99)
    Account.check(1)
