"""The text of a trace: what a snapshot holds.

    trace v1 standard
    shop.checkout(items=['pen'])
      shop.total(items=['pen']) -> 3.0
      -> {'ok': True}

Indentation only, no totals, no blank lines, no final newline: one changed call is a one-line diff.
"""

from __future__ import annotations

__all__ = ["NO_CALLS", "OTHER_THREADS", "Layout", "compose", "format_trace", "lay_out"]

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple, TypeAlias, Unpack

from snapy_instrument._gc_pause import uncollected
from snapy_instrument._words import count
from snapy_instrument.trace.text.call_lines import CallLines, marker_line
from snapy_instrument.trace.text.folding import Repeat, Subtrees, fold
from snapy_instrument.trace.text.levels import level_of
from snapy_instrument.trace.text.numbering import blank
from snapy_instrument.trace.text.path_roots import NO_ROOTS
from snapy_instrument.trace.text.scrubbed_text import value_text
from snapy_instrument.trace.text.text_options import TextOptions, TextOptionsDict
from snapy_instrument.trace.text.value_text import ValueText
from snapy_instrument.trace.text.visible_calls import VisibleCalls, hidden_text
from snapy_instrument.trace.tree import CallNode, CallTree, Events, tree_of

_DEFAULTS = TextOptions(root=NO_ROOTS)
OTHER_THREADS = "[other threads, order not significant]"
NO_CALLS = "[no calls recorded]"

_Inside: TypeAlias = list[tuple[int, CallNode | None]]
"""The subtrees inside a call in order; each that is a call with its node."""


class Layout:
    """A finished text with the decisions behind it.

    Attributes:
        text: The text.
        values: Formats its values: objects keep the numbers that they have in the text.
        lines: Formats its calls.
        detached: The detached root calls in the order of the text.
    """

    def __init__(
        self, text: str, lines: CallLines, tree: CallTree, visible: VisibleCalls, detached: list[CallNode]
    ) -> None:
        self.text = text
        self.values: ValueText = lines.values
        self.lines = lines
        self.detached = detached
        self._tree = tree
        self._visible = visible

    def __repr__(self) -> str:
        return f"<Layout of {count(len(self._visible.shown), 'call')}>"

    def exception(self, node: CallNode) -> str:
        """Return the exception that left a call, as the text shows it."""
        return self.values.finish(self.lines.exception(node))

    @cached_property
    def line_of(self) -> dict[int, int]:
        """For each call of the tree, by the ``id`` of its node, the index of its line in the text.

        Folded calls share a line; a call that the text hides has the line of the call that hides it.
        """
        # The lines are drafted once more: only a message needs this, and a kept draft is as large as the tree.
        draft = _Draft(self._tree, self._visible, self.lines)
        roots, detached = (
            [(draft.numbers[id(node)], node) for node in nodes] for nodes in (self._tree.roots, self.detached)
        )
        found: dict[int, int] = {}
        behind = 2 + draft.subtrees.height(fold(number for number, _ in roots))
        pending: list[tuple[_Inside, int]] = [(list(roots), 1), (list(detached), behind)]
        while pending:
            inside, line = pending.pop()
            last, after = -1, line
            for number, node in inside:
                if number != last:
                    last, line = number, after
                    after = line + draft.subtrees.height(((number, 1),))
                if node is not None:
                    found[id(node)] = line
                    found.update((id(hidden), line) for hidden in self._visible.inside(node))
                    pending.append((draft.inside(node), line + 1))
        return found


class _Group(NamedTuple):
    """Detached subtrees with the same text."""

    draft: str
    nodes: list[CallNode]


class _Draft:
    """The lines of a text before objects are numbered: each call's subtree, by the identity of its node."""

    def __init__(self, tree: CallTree, visible: VisibleCalls, lines: CallLines) -> None:
        self.tree = tree
        self.visible = visible
        self.subtrees = Subtrees()
        self.numbers: dict[int, int] = {}
        self._lines = lines
        self._labels = _labels(tree, visible.shown, lines) if lines.level.everything else {}
        for node in reversed(visible.shown):  # what is inside a call comes behind it, so it is drafted before it
            self.numbers[id(node)] = self._add(node)

    def _add(self, node: CallNode) -> int:
        head, outcome = self._lines.head(node), self._lines.outcome(node)
        if self.visible.hides and (hidden := self.visible.hidden(node)):
            head = f"{head} {hidden_text(hidden)}"
        numbers = self.numbers
        if node.inner or self._labels:
            inside = [number for number, _ in self.inside(node)]
        else:  # most calls, without a list of pairs
            inside = [numbers[id(child)] for child in node.children if id(child) in numbers]
        if inside and outcome:
            inside.append(self.subtrees.add(outcome))
        elif outcome:
            head = f"{head} {outcome}"
        return self.subtrees.add(head, fold(inside) if inside else ())

    def inside(self, node: CallNode) -> _Inside:
        """Return what the text shows inside a call, but for its outcome."""
        found: _Inside = []
        if self._labels and (label := self._labels[id(node)]):
            found.append((self.subtrees.add(label), None))
        numbers = self.numbers
        if not node.inner:
            found.extend([(numbers[id(child)], child) for child in node.children if id(child) in numbers])
            return found
        for item in node.items():
            if isinstance(item, CallNode):
                if id(item) in numbers:
                    found.append((numbers[id(item)], item))
            elif line := self._lines.inner(item):
                found.append((self.subtrees.add(line), None))
        return found

    def text_of(self, repeats: Iterable[Repeat], depth: int = 0) -> str:
        """Return the lines of subtrees, indented from ``depth``."""
        return "\n".join(self.subtrees.lines(repeats, depth))


def format_trace(source: Events | CallTree, **options: Unpack[TextOptionsDict]) -> str:
    """Return the text of a trace.

    Args:
        source: Events, a `Trace` or a call tree.
        options: The arguments of `TextOptions`, but that paths stay as they are without a ``root``.

    Raises:
        ValueError: An option is malformed.
    """
    return lay_out(source, _DEFAULTS.changed(**options)).text


@uncollected()
def lay_out(source: Events | CallTree, options: TextOptions = _DEFAULTS) -> Layout:
    """Return the text of events, a `Trace` or a call tree, with the decisions behind it."""
    tree = tree_of(source)
    visible = VisibleCalls(tree, options.max_depth, options.collapse)
    return compose(tree, visible, CallLines(tree, level_of(options.detail), value_text(options), visible.shown_in))


def compose(tree: CallTree, visible: VisibleCalls, lines: CallLines) -> Layout:
    """Return the text of the ``visible`` calls of ``tree``, each formatted by ``lines``."""
    values, name = lines.values, lines.level.name
    draft = _Draft(tree, visible, lines)
    main = draft.text_of(fold(draft.numbers[id(node)] for node in tree.roots))
    if not tree.roots and not tree.detached:
        main = NO_CALLS
    parts = [f"trace v1 {name}", values.finish(main)] if main else [f"trace v1 {name}"]
    groups = _ordered(draft, values)
    if groups:
        parts.append(OTHER_THREADS)
        parts.extend(values.finish(group.draft) for group in groups)
    parts.extend(values.finish(marker_line(event, values)) for event in tree.markers)
    return Layout("\n".join(parts), lines, tree, visible, [node for group in groups for node in group.nodes])


def _labels(tree: CallTree, nodes: list[CallNode], lines: CallLines) -> dict[int, str]:
    labels = {id(root): lines.label(root, None) for root in (*tree.roots, *tree.detached)}
    for node in nodes:
        for child in node.children:
            labels[id(child)] = lines.label(child, node)
    return labels


def _ordered(draft: _Draft, values: ValueText) -> list[_Group]:
    """Return the detached subtrees, folded and sorted by what does not depend on the schedule."""
    together: dict[int, list[CallNode]] = {}
    for node in draft.tree.detached:
        together.setdefault(draft.numbers[id(node)], []).append(node)
    groups = [_Group(draft.text_of([(number, len(nodes))], 1), nodes) for number, nodes in together.items()]
    return sorted(groups, key=lambda group: (blank(group.draft), values.rank(group.draft)))
