"""Texts and bytes are shown as literals on one line, in their own characters."""


def same(value):
    return value


def main():
    same("it's\n\ttwo lines")
    same("Grüße")
    same(b"\x00raw")
