"""A script that runpy runs goes by the name ``__main__``."""
# filter: script_main __main__

import runpy


def work(number):
    return number + 1


def main():
    runpy.run_path(__file__, run_name="__main__")
    work(2)


if __name__ == "__main__":
    work(1)
