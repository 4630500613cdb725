"""Two functions of one name, one replacing the other, and a function kept in a dict go by their own names."""


def build(kind):
    if kind == "loud":

        def speak(text):
            return text.upper()
    else:

        def speak(text):
            return text.lower()

    return {"speak": speak}


def main():
    loud, quiet = build("loud"), build("quiet")
    loud["speak"]("Hey")
    quiet["speak"]("Hey")
