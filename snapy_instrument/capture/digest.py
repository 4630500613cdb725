"""Digests of what a captured value does not show.

A value is written as bytes, which are hashed once, with an explicit stack, so nesting may be any depth::

    value     = LENGTH ":" scalar | "#" LENGTH ":" label {value} "]"
    scalar    = "i" decimal | "s" text | "b" bytes | "m" mark | "r" type name | "None" | "True" | repr of a float | ...
    label     = "list" SIZE | "tuple" SIZE | "dict" SIZE | "set" SIZE | "o" title and names of fields | "rest" SIZE

The elements of a set are sorted, so the hash seed does not matter. Objects known by identity count by type name: a
digest must not depend on what was captured before. The digest is the first four bytes of BLAKE2b (RFC 7693) in
hexadecimal. The native twin is ``native/digest.c``.
"""

from __future__ import annotations

__all__ = ["Digester", "ordered"]

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument._raw import BUILTINS
from snapy_instrument.capture.describers.decide import decide
from snapy_instrument.capture.describers.registry import BySetting
from snapy_instrument.capture.plain_text import failed
from snapy_instrument.capture.policy import Policy
from snapy_instrument.capture.redaction.names import Secrecy
from snapy_instrument.capture.strings import Budget, digest
from snapy_instrument.capture.views import Blob, DictView, ListView, pairs_of, sequence_of
from snapy_instrument.values import REDACTED, Mark

keep_builtins(globals())

_NEVER = Secrecy.NEVER
_CYCLE = b"cycle"
# Smaller ints get their token without a call.
_QUICK = 1_000_000_000
_NAMES = {None: b"None", True: b"True", False: b"False"}
# A container takes as long as this many scalars.
_COST_OF_A_CONTAINER = 5
# An object of a few fields in a long list.
_COST_OF_AN_OBJECT = 8
_NO_CHARS = Budget(0, 0)
# Nodes read of each element of a set, at least, to find its place.
_LEAST_ORDERING = 16


class _Open:
    """A container that is being read.

    Attributes:
        label: Its kind and size.
        children: What is left of its elements.
        obj: The container, held: its id must not be given out again while it is on the path.
        out: Where its elements are written; a list of its own for what is inside a set.
        tokens: The elements of a set, which are written in their order when all are known; None for any other.
    """

    __slots__ = ("children", "label", "obj", "out", "tokens")

    def __init__(self, label: bytes, children: Iterable[Any], obj: Any, is_set: bool = False) -> None:
        self.label = label
        self.children: Iterator[Any] = iter(children)
        self.obj = obj
        # Shared by all containers of a value but those in sets: joined once, hashed once.
        self.out: list[bytes] = []
        self.tokens: list[bytes] | None = [] if is_set else None

    def begin(self, parent: _Open | None) -> None:
        """Write the head, to where the parent's elements are written."""
        if parent is not None and parent.tokens is None:
            self.out = parent.out
        self.out.append(b"#%d:%b" % (len(self.label), self.label))

    def end(self, parent: _Open | None, complete: bool) -> None:
        """Write the tail. The first elements of a set that was not read to its end depend on the hash seed."""
        if self.tokens is not None and complete:
            # Lengths first, so that no two different values are written as the same bytes.
            self.out += [b"%d:%b" % (len(token), token) for token in sorted(self.tokens)]
        self.out.append(b"]")
        if parent is not None and parent.tokens is not None:
            # Inside a set a container is one element of it, sorted with the others by all that is in it.
            parent.tokens.append(b"".join(self.out))


class Digester:
    """A reader of live values for digests, within a budget.

    Attributes:
        lossy: The budget has ended before everything was read.
    """

    __slots__ = ("_budget", "_clean", "_on_path", "_policy", "_sets", "lossy")

    def __init__(self, policy: Policy, budget: Budget) -> None:
        self._policy = policy
        self._clean = policy.texts.clean
        self._budget = budget
        self._on_path: set[int] = set()
        self._sets = 0
        self.lossy = False

    def value(self, obj: Any) -> str:
        """Return the digest of one value."""
        return digest(self.token(obj))

    def rest(self, children: Iterable[Any], hidden: int) -> str:
        """Return the digest of ``hidden`` elements of a container; ``children`` are those that are read."""
        return digest(self._read(_Open(b"rest%d" % hidden, children, None)))

    def token(self, obj: Any) -> bytes:
        """Return bytes that differ for different values; those of scalars of one kind sort as their texts do."""
        opened = self._open(obj)
        return opened if isinstance(opened, bytes) else self._read(opened)

    def part(self, path: list[int], obj: Any) -> bytes:
        """Return what is written for ``obj`` inside the containers of these ids, for the native twin."""
        self._on_path.update(path)
        opened = self._open(obj)
        return b"%d:%b" % (len(opened), opened) if isinstance(opened, bytes) else self._read(opened)

    def pairs(self, source: Any, skip: int) -> Iterator[Any]:
        """Yield keys and values in turn, from the pair ``skip`` on; a value whose key names a secret is redacted."""
        # The first element that is read decides how many are: one look, not one for each.
        first = next(islice(source, skip, None), (None, None))
        known = self._policy.secrecies
        for key, value in pairs_of(source, skip, self._most(first[1]) // 2):
            yield key
            harmless = type(key) is str and known.get(key) is _NEVER
            yield value if harmless or not self._policy.hides_under(key, value) else REDACTED

    def elements(self, source: Any, skip: int) -> list[Any]:
        """Return the elements of a sequence from ``skip`` on; a sample if they are more than the budget."""
        return sequence_of(source, skip, self._most(next(islice(source, skip, None), None)))

    def _most(self, first: Any) -> int:
        """Return how many elements like ``first`` are read: so few that the sample is read to its end."""
        kind = type(first)
        scalar = first is None or kind is int or kind is str or kind is float or kind is bool or kind is bytes
        return max(2, self._budget.nodes // (1 if scalar else _COST_OF_AN_OBJECT))

    def _read(self, first: _Open) -> bytes:
        stack = [first]
        self._enter(first, None)
        while True:
            top = stack[-1]
            opened = self._advance(top)
            if opened is not None:
                self._enter(opened, top)
                stack.append(opened)
                continue
            complete = self._budget.nodes > 0
            self.lossy = self.lossy or not complete
            stack.pop()
            top.end(stack[-1] if stack else None, complete)
            self._on_path.discard(id(top.obj))
            self._sets -= top.tokens is not None
            if not stack:
                return b"".join(top.out)

    def _enter(self, opened: _Open, parent: _Open | None) -> None:
        opened.begin(parent)
        self._on_path.add(id(opened.obj))
        self._sets += opened.tokens is not None

    def _advance(self, top: _Open) -> _Open | None:
        """Read elements of ``top`` up to the next container, which is returned, or to the end (None)."""
        budget, clean = self._budget, self._clean
        write = top.out.append
        chars = self._text_budget()
        for child in top.children:
            if budget.nodes <= 0:
                return None
            kind = type(child)
            # Most leaves are of these types: the tokens that `_open` would give them.
            if kind is str and child in clean:
                budget.nodes -= 1
                chars.chars -= min(len(child), chars.chars)
                token = b"s" + child.encode("utf-8", "surrogatepass")
            elif kind is int and -_QUICK < child < _QUICK:
                budget.nodes -= 1
                token = b"i%d" % child
            elif child is None or kind is bool:
                budget.nodes -= 1
                token = _NAMES[child]
            else:
                opened = self._open(child)
                if isinstance(opened, _Open):
                    return opened
                token = opened
            if top.tokens is None:
                write(b"%d:%b" % (len(token), token))
            else:
                top.tokens.append(token)
        return None

    def _open(self, obj: Any) -> bytes | _Open:
        """Return the token of a leaf, or a container to be read."""
        self._budget.nodes -= 1
        kind = type(obj)
        if kind is int:
            # Python refuses to write more than 4,300 digits (sys.set_int_max_str_digits): larger ones by their bytes.
            return b"i%d" % obj if -(10**18) < obj < 10**18 else repr(self._policy.large_int(obj)).encode()
        if kind is str or kind is bytes:
            return self._policy.texts.token(obj, self._text_budget())
        if obj is None or kind is bool or kind is float or kind is complex:
            return repr(obj).encode()
        if kind is Mark:
            return _mark_token(obj)
        if id(obj) in self._on_path:
            return _CYCLE
        self._budget.nodes -= _COST_OF_A_CONTAINER - 1
        try:
            return self._open_container(obj, kind)
        except Exception as error:
            return b"f" + failed(error).text.encode()

    def _text_budget(self) -> Budget:
        """Return the budget for a text; inside a set an empty one, as the order of a set depends on the hash seed."""
        return _NO_CHARS if self._sets else self._budget

    def _open_container(self, obj: Any, kind: type) -> bytes | _Open:
        if kind is list:
            return _Open(b"list%d" % len(obj), self.elements(obj, 0), obj)
        if kind is tuple:
            children = self.elements(obj, 0) if len(obj) != 2 else self.pairs([obj], 0)
            return _Open(b"tuple%d" % len(obj), children, obj)
        if kind is dict:
            if obj is BUILTINS:
                return b"builtins"
            return _Open(b"dict%d" % len(obj), self.pairs(obj.items(), 0), obj)
        if kind is set or kind is frozenset:
            return self._open_set(obj)
        if kind is ListView:
            return _Open(b"list%d" % len(obj.source), self.elements(obj.source, 0), obj)
        if kind is DictView:
            return _Open(b"dict%d" % len(obj.pairs), self.pairs(obj.pairs, 0), obj)
        if kind is Blob:
            return self._policy.texts.token(obj, self._text_budget())
        return self._open_described(obj, kind)

    def _open_set(self, obj: Any) -> bytes | _Open:
        label = b"set%d" % len(obj)
        # All of a set or nothing of it: which elements come first depends on the hash seed.
        if len(obj) <= self._budget.nodes:
            return _Open(label, list(obj), obj, True)
        self.lossy = True  # a sample of a set would depend on the hash seed
        return label

    def _open_described(self, obj: Any, kind: type) -> bytes | _Open:
        decision = decide(kind)
        self._budget.nodes -= decision.cost - 1
        shape = None if id(obj) in self._policy.constructing else decision.describe(obj)
        if type(shape) is BySetting:
            shape = shape.make(self._policy.frames)
        if type(shape) is Mark:
            return _mark_token(shape)
        if shape is None:
            # Without its number: that depends on what else was recorded.
            return b"r" + decision.title.encode("utf-8", "surrogatepass")
        title, names, values = shape
        label = "\0".join([title, *[name or "" for name in names]]).encode("utf-8", "surrogatepass")
        return _Open(b"o" + label, self._policy.redacted_fields(names, values), obj)


def _mark_token(mark: Mark) -> bytes:
    return b"m" + repr(mark).encode("utf-8", "surrogatepass")


def ordered(policy: Policy, items: list[Any], budget: Budget) -> list[Any] | None:
    """Return the elements of a set sorted by their tokens, each read with a budget of its own: no seed matters.

    None if the budgets end before the tokens of all elements differ.
    """
    each = max(_LEAST_ORDERING, budget.nodes // (4 * len(items)))
    budgets = [Budget(each, 0) for _ in items]
    digesters = [Digester(policy, own) for own in budgets]
    tokens = [digester.token(item) for digester, item in zip(digesters, items, strict=True)]
    budget.nodes -= sum(each - max(0, own.nodes) for own in budgets)
    if len(set(tokens)) < len(tokens) and any(digester.lossy for digester in digesters):
        return None
    # Places and not elements are sorted: elements may not be comparable, and comparing runs code of the program.
    places = sorted(range(len(items)), key=tokens.__getitem__)
    return [items[place] for place in places]
