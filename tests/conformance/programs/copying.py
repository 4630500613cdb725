"""A copy is made without ``__init__`` and is a new object; the copy of a function is the function itself."""

from copy import copy, deepcopy


class Node:
    def __init__(self, children):
        self.children = children


class Shared:
    def __copy__(self):
        return self


def first_child(node):
    return node.children[0]


def main():
    shared = Shared()
    tree = Node([shared])
    assert first_child(copy(tree)) is shared
    assert first_child(deepcopy(tree)) is not shared
    assert copy(shared) is shared
    assert deepcopy(first_child) is first_child
