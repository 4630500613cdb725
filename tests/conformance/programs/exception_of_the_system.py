"""``SystemExit`` and ``KeyboardInterrupt`` are shown like any other exception, and pass on."""

import sys


def quit_with(code):
    sys.exit(code)


def interrupt():
    raise KeyboardInterrupt


def survived(function, *args):
    try:
        function(*args)
    except BaseException as error:
        return type(error).__name__
    return None


def main():
    survived(quit_with, 3)
    survived(interrupt)
