"""Functions made by ``exec`` are calls; the executed text itself is none."""

SOURCE = """
def made(number):
    return helper(number) + 1

result = made(1)
"""


def helper(number):
    return number * 10


def run():
    namespace = {"__name__": __name__, "helper": helper}
    exec(SOURCE, namespace)
    return namespace["result"] + eval("helper(2)")


def main():
    run()
