"""A class body is no call; what it calls is a child of the call that makes the class."""


def label(text):
    return text.title()


def make_class(name):
    class Made:
        title = label(name)

        def shout(self):
            return self.title.upper()

    return Made


def main():
    made = make_class("pen")
    made().shout()
    type("Other", (made,), {"title": "mug"})().shout()
