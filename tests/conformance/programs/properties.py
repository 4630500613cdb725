"""Getter, setter and deleter of a property are calls of the same name with their own arguments."""


class Room:
    def __init__(self, celsius):
        self._celsius = celsius

    @property
    def fahrenheit(self):
        return self._celsius * 9 / 5 + 32

    @fahrenheit.setter
    def fahrenheit(self, value):
        self._celsius = (value - 32) * 5 / 9

    @fahrenheit.deleter
    def fahrenheit(self):
        self._celsius = 0

    half = property(lambda self: self._celsius / 2)


def main():
    room = Room(20)
    assert room.fahrenheit == 68
    room.fahrenheit = 50
    assert room.half == 5
    del room.fahrenheit
