"""Iteration, indexing and length of an object are calls of its special methods, as often as Python makes them."""


class Deck:
    def __init__(self, cards):
        self.cards = cards

    def __len__(self):
        return len(self.cards)

    def __getitem__(self, index):
        return self.cards[index]

    def __setitem__(self, index, card):
        self.cards[index] = card

    def __bool__(self):
        return bool(self.cards)


class Countdown:
    def __init__(self, start):
        self.left = start

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        self.left -= 1
        return self.left


def main():
    deck = Deck(["a", "b"])
    if deck:
        deck[0] = deck[-1] * len(deck)
    for _ in Countdown(2):
        pass
