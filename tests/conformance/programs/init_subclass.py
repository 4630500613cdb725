"""``__init_subclass__`` runs where a class is made, with the keywords of the ``class`` statement."""


class Plugin:
    names = []

    def __init_subclass__(cls, /, name="plain", **more):
        super().__init_subclass__(**more)
        Plugin.names.append(name)


def load():
    class Csv(Plugin, name="csv"):
        pass

    class Text(Plugin):
        pass

    return list(Plugin.names)


def main():
    Plugin.names.clear()
    load()
