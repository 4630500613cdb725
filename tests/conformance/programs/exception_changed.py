"""An exception that gains arguments or a note on its way is shown in full again only where its text changed."""


def fail():
    raise ValueError("first")


def annotate():
    try:
        fail()
    except ValueError as error:
        error.add_note("seen")
        raise


def change():
    try:
        fail()
    except ValueError as error:
        error.args = ("second",)
        raise


def main():
    for function in (annotate, change):
        try:
            function()
        except ValueError:
            continue
