"""Texts and bytes are told as literals on one line, in the characters they have."""


def same(value):
    return value


def main():
    same("it's\n\ttwo lines")
    same("Grüße")
    same(b"\x00raw")
