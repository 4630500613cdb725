"""Parses the text of a trace into a tree of its lines."""

from __future__ import annotations

__all__ = ["TextNode", "TextTree", "as_minimal", "parse_trace", "parse_traces"]

import re
from collections.abc import Sequence
from typing import TypeAlias

from snapy_instrument._words import count, shorten
from snapy_instrument.errors import TraceError
from snapy_instrument.trace.text.folding import DEEPEST_INDENT
from snapy_instrument.trace.text.layout import NO_CALLS, OTHER_THREADS
from snapy_instrument.trace.text.value_syntax import closing

_HEADER = re.compile(r"trace v1 (minimal|standard|verbose)")
_FOLD = re.compile(r"(?<!->)(?<!raises)(?<!yields)(?<!receives) \[x([1-9]\d*)\]\Z")
_DEEP = re.compile(r"\[(\d+)\] (?!\[x\d+\]\Z)")
_LABEL = re.compile(r"\[(?:task .+|thread \d+)\]")
_FLAT = r"[^()\[\]{}<>'\"]++|'[^'\\]*+'|<[^()\[\]{}<>'\"]*+>"
_NESTED = rf"{_FLAT}|[(\[{{](?:{_FLAT}|[(\[{{](?:{_FLAT})*+[)\]}}])*+[)\]}}]"
# Most calls match this regex; those nested deeper or quoted otherwise take a slower way.
_USUAL_CALL = re.compile(rf"([^(]+)\(((?:{_NESTED})*+)\)(.*)", re.DOTALL)
_OUTCOMES = ("-> ", "raises ")
_VERBS = {"yields": "yield", "receives": "resume", "sets": "line"}

_HIDDEN = re.compile(r" (\[\+[1-9]\d* calls?\])(?= |\Z)")

_Read: TypeAlias = tuple[str, str, str | None, str, str, str]
"""Kind, name, args, head, outcome and hidden calls of a line."""
_Line: TypeAlias = tuple[int, int, str, _Read | None]
"""Depth, repetitions and text of a line, and its parts if it begins a node."""


class TextNode:
    """A call, or another line inside a call.

    Attributes:
        kind: "call", "marker", "label", "yield", "resume" or "line".
        name: The name of the call; the verb of a yield, resume or line; else empty.
        args: The text between the call's brackets, None at minimal; of another line its text.
        head: ``name(args)``, the whole text of another line.
        outcome: ``-> 3``, ``raises ValueError('x')`` or nothing.
        hidden: The count of calls inside that are not shown, ``[+3 calls]``, or empty.
        children: The lines inside, in order; the outcome is not among them.
        times: How many times it occurs in succession.
        line: Number of its line, from 1.
        outcome_line: Number of the line of its outcome.
        blank: The head without the numbers of objects, empty until `number_subtrees` writes it.
        key: Number of the subtree, 0 until `number_subtrees` gives it.
        numbered: Whether the subtree mentions numbered objects.
    """

    __slots__ = (
        "args",
        "blank",
        "children",
        "head",
        "hidden",
        "key",
        "kind",
        "line",
        "name",
        "numbered",
        "outcome",
        "outcome_line",
        "times",
    )

    def __init__(self, kind: str, name: str, args: str | None, head: str, outcome: str = "", hidden: str = "") -> None:
        self.kind = kind
        self.name = name
        self.args = args
        self.head = head
        self.outcome = outcome
        self.hidden = hidden
        self.children: Sequence[TextNode] = ()
        self.times = 1
        self.line = self.outcome_line = 0
        self.blank = ""
        self.key = 0
        self.numbered = False

    @property
    def text(self) -> str:
        """Its first line, without indentation and number of repetitions."""
        head = f"{self.head} {self.hidden}" if self.hidden else self.head
        return f"{head} {self.outcome}" if self.outcome and self.outcome_line == self.line else head

    def __repr__(self) -> str:
        return f"<TextNode {self.text}>"

    def inside(self) -> list[TextNode]:
        """Return the children, as a list that can be appended to."""
        # Most calls have none; a list for each of them would cost a tenth of the time.
        if type(self.children) is not list:
            self.children = list(self.children)
        return self.children


class TextTree:
    """The text of a trace as a tree.

    Attributes:
        level: "minimal", "standard" or "verbose".
        roots: The outermost calls, and the markers that are in no call.
        others: The calls of other threads; their order means nothing.
    """

    __slots__ = ("level", "others", "roots")

    def __init__(self, level: str) -> None:
        self.level = level
        self.roots: list[TextNode] = []
        self.others: list[TextNode] = []

    def __repr__(self) -> str:
        return f"<TextTree: {count(len(self.walk()), 'line')}>"

    def walk(self) -> list[TextNode]:
        """Return each node once, before what is inside it."""
        found: list[TextNode] = []
        stack = [*reversed(self.others), *reversed(self.roots)]
        while stack:
            node = stack.pop()
            found.append(node)
            stack.extend(reversed(node.children))
        return found


def parse_trace(text: str) -> TextTree:
    """Return the tree of a trace's text, as `format_trace` makes it or a snapshot holds it.

    Raises:
        TraceError: It is no such text; the message names the line and the cause.
    """
    return _parsed(text, {})


def parse_traces(old: str, new: str) -> tuple[TextTree, TextTree]:
    """Parse two texts that have most lines in common; an error says which of them is wrong."""
    known: dict[str, dict[str, _Line]] = {}
    return _parsed(old, known, "the old trace"), _parsed(new, known, "the new trace")


def _parsed(text: str, known: dict[str, dict[str, _Line]], title: str = "the trace") -> TextTree:
    try:
        return _read_lines(text, known)
    except _LineError as error:
        raise TraceError(f"line {error.number} of {title} cannot be read: {error}") from None


def _read_lines(text: str, known: dict[str, dict[str, _Line]]) -> TextTree:
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    header = _HEADER.fullmatch(lines[0])
    if header is None:
        raise _LineError(1, lines[0], "a trace begins with its header, such as 'trace v1 standard'")
    reader = _Reader(header[1], known.setdefault(header[1], {}))
    for number, line in enumerate(lines[1:], 2):
        reader.read(number, line)
    return reader.tree


def as_minimal(tree: TextTree) -> TextTree:
    """Return ``tree`` without what the level minimal leaves out; its lines keep their numbers."""
    least = TextTree("minimal")
    stack: list[tuple[Sequence[TextNode], list[TextNode]]] = [(tree.roots, least.roots), (tree.others, least.others)]
    while stack:
        nodes, bare = stack.pop()
        for node in nodes:
            if node.kind in ("call", "marker"):
                bare.append(_as_minimal(node))
                stack.append((node.children, bare[-1].inside()))
    return least


def _as_minimal(node: TextNode) -> TextNode:
    is_call = node.kind == "call"
    outcome = node.outcome.partition("(")[0] if node.outcome.startswith("raises ") else ""
    bare = TextNode(node.kind, node.name, None if is_call else node.args, node.name if is_call else node.head, outcome)
    bare.hidden = node.hidden
    bare.times, bare.line, bare.outcome_line = node.times, node.line, node.outcome_line
    return bare


class _LineError(Exception):
    def __init__(self, number: int, text: str, cause: str) -> None:
        super().__init__(f"{shorten(text, 60)!r}: {cause}")
        self.number = number


class _Reader:
    def __init__(self, level: str, known: dict[str, _Line]) -> None:
        self.tree = TextTree(level)
        self._open: list[TextNode] = []
        self._base = 0
        self._siblings = self.tree.roots
        self._known = known

    def read(self, number: int, line: str) -> None:
        """Add one more line to the tree."""
        known = self._known.get(line)
        if known is None:
            known = self._known[line] = _line(number, line, self.tree.level)
        depth, times, text, parts = known
        if parts is not None:
            node = TextNode(*parts)
            node.times, node.line, node.outcome_line = times, number, number
            self._place(node, depth)
        elif text.startswith(_OUTCOMES):
            self._outcome(number, text, depth)
        elif text == OTHER_THREADS:
            self._siblings, self._base, self._open = self.tree.others, 1, []

    def _place(self, node: TextNode, depth: int) -> None:
        siblings = self._siblings_at(node.line, node.head, depth)
        if siblings is self.tree.roots and node.kind not in ("call", "marker"):
            raise _LineError(node.line, node.head, "it is in no call")
        if siblings is self.tree.roots and node.kind == "call" and self.tree.others:
            raise _LineError(node.line, node.head, "calls come before the other threads")
        siblings.append(node)
        if node.kind == "call":
            self._open.append(node)

    def _siblings_at(self, number: int, text: str, depth: int) -> list[TextNode]:
        if depth < self._base:
            self._siblings, self._base = self.tree.roots, 0
        depth -= self._base
        if depth > len(self._open):
            raise _LineError(number, text, "it is indented deeper than a line inside the call before it")
        del self._open[depth:]
        if not self._open:
            return self._siblings
        parent = self._open[-1]
        if parent.outcome:
            raise _LineError(number, text, f"it comes after the end of its call, {parent.head}")
        return parent.inside()

    def _outcome(self, number: int, text: str, depth: int) -> None:
        self._siblings_at(number, text, depth)
        if not self._open:
            raise _LineError(number, text, "it ends no call")
        self._open[-1].outcome, self._open[-1].outcome_line = text, number


def _line(number: int, line: str, level: str) -> _Line:
    depth, text = _unindent(number, line)
    if text.startswith(_OUTCOMES) or (depth == 0 and text in (OTHER_THREADS, NO_CALLS)):
        return depth, 1, text, None
    text, times = _unfold(text)
    return depth, times, text, _read(number, text, level)


def _unindent(number: int, line: str) -> tuple[int, str]:
    text = line.lstrip(" ")
    if not text:
        raise _LineError(number, line, "it is empty")
    depth, odd = divmod(len(line) - len(text), 2)
    if odd:
        raise _LineError(number, line, "a level is indented by two spaces")
    deep = _DEEP.match(text) if depth == DEEPEST_INDENT else None
    return (int(deep[1]), text[deep.end() :]) if deep else (depth, text)


def _unfold(text: str) -> tuple[str, int]:
    fold = _FOLD.search(text) if text[-1] == "]" else None
    if fold is None:
        return text, 1
    rest = text[: fold.start()]
    # A marker may end with what looks like a number of repetitions.
    return (text, 1) if rest.startswith("[") and not rest.endswith("]") else (rest, int(fold[1]))


def _read(number: int, text: str, level: str) -> _Read:
    if text.startswith("[") and text.endswith("]"):
        return "label" if _LABEL.fullmatch(text) else "marker", "", text, text, "", ""
    if level == "minimal":
        name, raises, error = text.partition(" raises ")
        hidden = _HIDDEN.search(name)
        name = name[: hidden.start()] if hidden else name
        return "call", name, None, name, f"raises {error}" if raises else "", hidden[1] if hidden else ""
    verb, _, rest = text.partition(" ")
    if verb in _VERBS and rest:
        return _VERBS[verb], verb, rest, text, "", ""
    name, args, rest = _read_call(number, text)
    hidden = _HIDDEN.match(rest)
    outcome = rest[hidden.end() if hidden else 0 :].removeprefix(" ")
    return "call", name, args, f"{name}({args})", outcome, hidden[1] if hidden else ""


def _read_call(number: int, text: str) -> tuple[str, str, str]:
    """Return name, arguments and what follows them."""
    usual = _USUAL_CALL.fullmatch(text)
    if usual and _is_outcome(usual[3]):
        return usual[1], usual[2], usual[3]
    start = text.find("(")
    if start <= 0:
        raise _LineError(number, text, "a call is a name and its arguments in brackets")
    for end in (closing(text, start), closing(text, start, angles=False), _last_end(text)):
        if end > start and _is_outcome(text[end + 1 :]):
            return text[:start], text[start + 1 : end], text[end + 1 :]
    raise _LineError(number, text, "its argument list is not closed, or '->' or 'raises' is missing behind it")


def _last_end(text: str) -> int:
    # Text made by a registered capture function may hold brackets and quotes that do not match.
    return (
        len(text) - 1 if text.endswith(")") else max(text.rfind(") -> "), text.rfind(") raises "), text.rfind(") [+"))
    )


def _is_outcome(text: str) -> bool:
    """Return whether ``text`` may follow the arguments: hidden calls and an outcome, both optional."""
    hidden = _HIDDEN.match(text)
    text = text[hidden.end() :] if hidden else text
    return not text or (text.startswith(" ") and text[1:].startswith(_OUTCOMES) and not text.endswith(" "))
