"""A class inside a class, and methods of one name in two classes, go by their qualified names."""


class Tree:
    class Node:
        def __init__(self, value):
            self.value = value

        def visit(self):
            return self.value

    def __init__(self):
        self.root = Tree.Node(7)

    def visit(self):
        return self.root.visit()

    def __hidden(self):
        return 1

    def open(self):
        return self.__hidden()


def main():
    tree = Tree()
    tree.visit()
    tree.open()
