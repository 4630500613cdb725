"""Names outside ASCII are shown in their own letters."""


def größe(länge, 幅=1):
    return länge * 幅


class Straße:
    def überqueren(self):
        return "ça va"


def main():
    größe(2, 幅=3)
    Straße().überqueren()
