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
from operator import itemgetter
from typing import NamedTuple, TypeAlias, Unpack

from snapy_instrument._gc_pause import uncollected
from snapy_instrument._words import count
from snapy_instrument.store.event_tables import EventTables
from snapy_instrument.trace.call_index import CallIndex
from snapy_instrument.trace.text.call_lines import CallLines, marker_line
from snapy_instrument.trace.text.folding import Repeat, Subtrees, fold
from snapy_instrument.trace.text.levels import level_of
from snapy_instrument.trace.text.numbering import blank
from snapy_instrument.trace.text.path_roots import NO_ROOTS
from snapy_instrument.trace.text.scrubbed_text import value_text
from snapy_instrument.trace.text.table_lines import LineSource, TableLines
from snapy_instrument.trace.text.text_options import TextOptions, TextOptionsDict
from snapy_instrument.trace.text.value_text import ValueText
from snapy_instrument.trace.text.visible_calls import VisibleCalls, hidden_text
from snapy_instrument.trace.tree import CallNode, CallTree, Events, index_of

_DEFAULTS = TextOptions(root=NO_ROOTS)
OTHER_THREADS = "[other threads, order not significant]"
NO_CALLS = "[no calls recorded]"

_Inside: TypeAlias = list[tuple[int, int]]
"""The subtrees inside a call in order; each that is a call with its number, another with -1."""


class Layout:
    """A finished text with the decisions behind it.

    Attributes:
        text: The text.
        values: Formats its values: objects keep the numbers that they have in the text.
        lines: Formats its calls.
        detached: The numbers of the detached root calls, in the order of the text.
    """

    def __init__(
        self, text: str, source: LineSource, index: CallIndex, visible: VisibleCalls, detached: list[int]
    ) -> None:
        self.text = text
        self.lines = source.lines
        self.values: ValueText = source.lines.values
        self.detached = detached
        self._source = source
        self._index = index
        self._visible = visible

    def __repr__(self) -> str:
        return f"<Layout of {count(len(self._visible.shown), 'call')}>"

    def exception(self, node: CallNode) -> str:
        """Return the exception that left a call, as the text shows it."""
        return self.values.finish(self.lines.exception(node))

    @cached_property
    def line_of(self) -> dict[int, int]:
        """For each call, by its number, the index of its line in the text.

        Folded calls share a line; a call that the text hides has the line of the call that hides it.
        """
        # The lines are drafted once more: only a message needs this, and a kept draft is as large as the tree.
        draft = _Draft(self._index, self._visible, self._source)
        roots, detached = (
            [(draft.numbers[each], each) for each in calls] for calls in (self._index.roots, self.detached)
        )
        found: dict[int, int] = {}
        behind = 2 + draft.subtrees.height(fold(subtree for subtree, _ in roots))
        pending: list[tuple[_Inside, int]] = [(roots, 1), (detached, behind)]
        while pending:
            inside, line = pending.pop()
            last, after = -1, line
            for subtree, call in inside:
                if subtree != last:
                    last, line = subtree, after
                    after = line + draft.subtrees.height(((subtree, 1),))
                if call >= 0:
                    found[call] = line
                    found.update((hidden, line) for hidden in self._visible.inside(call))
                    pending.append((draft.inside(call), line + 1))
        return found


class _Group(NamedTuple):
    """Detached subtrees with the same text."""

    draft: str
    calls: list[int]


class _Draft:
    """The lines of a text before objects are numbered: each call's subtree, by the number of the call."""

    def __init__(self, index: CallIndex, visible: VisibleCalls, source: LineSource) -> None:
        self.index = index
        self.visible = visible
        self.subtrees = Subtrees()
        # -1 for a call that the text does not show.
        self.numbers = [-1] * len(index)
        self._source = source
        self._labels = _labels(index, visible.shown, source) if source.lines.level.everything else {}
        self._add_all()

    def _add_all(self) -> None:
        numbers, children, inner, hides = self.numbers, self.index.children, self.index.inner, self.visible.hides
        add, add_leaf = self.subtrees.add, self.subtrees.add_leaf
        shown = self.visible.shown[::-1]  # what is inside a call comes behind it, so it is drafted before it
        for number, (head, outcome) in zip(shown, self._source.texts(shown), strict=True):
            if hides and (hidden := self.visible.hidden(number)):
                head = f"{head} {hidden_text(hidden)}"
            if self._labels or number in inner:
                inside = [subtree for subtree, _ in self.inside(number)]
            elif children[number]:
                inside = [numbers[child] for child in children[number]]
                if hides:
                    inside = [subtree for subtree in inside if subtree >= 0]
            else:  # most calls
                numbers[number] = add_leaf(head, outcome)
                continue
            if not inside:
                numbers[number] = add_leaf(head, outcome)
                continue
            if outcome:
                inside.append(add(outcome))
            numbers[number] = add(head, fold(inside))

    def inside(self, number: int) -> _Inside:
        """Return what the text shows inside a call, but for its outcome."""
        found: _Inside = []
        if self._labels and (label := self._labels[number]):
            found.append((self.subtrees.add(label), -1))
        index, numbers = self.index, self.numbers
        calls = [(index.orders[child], child, -1) for child in index.children[number] if numbers[child] >= 0]
        others = [(order, -1, row) for order, row in index.inner.get(number, ())]
        for _, child, row in sorted([*calls, *others], key=itemgetter(0)) if others else calls:
            if child >= 0:
                found.append((numbers[child], child))
            elif line := self._source.lines.inner(index.event(row)):
                found.append((self.subtrees.add(line), -1))
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
def lay_out(source: Events | EventTables | CallTree, options: TextOptions = _DEFAULTS) -> Layout:
    """Return the text of a recording, with the decisions behind it."""
    index = index_of(source)
    visible = VisibleCalls(index, options.max_depth, options.collapse)
    lines = CallLines(index.by_id, level_of(options.detail), value_text(options), visible.shown_in)
    return compose(index, visible, TableLines(index, lines))


def compose(index: CallIndex, visible: VisibleCalls, source: LineSource) -> Layout:
    """Return the text of the ``visible`` calls, with lines from ``source``."""
    lines = source.lines
    values, name = lines.values, lines.level.name
    draft = _Draft(index, visible, source)
    main = draft.text_of(fold([draft.numbers[number] for number in index.roots]))
    if not index.roots and not index.detached:
        main = NO_CALLS
    parts = [f"trace v1 {name}", values.finish(main)] if main else [f"trace v1 {name}"]
    groups = _ordered(draft, values)
    if groups:
        parts.append(OTHER_THREADS)
        parts.extend(values.finish(group.draft) for group in groups)
    parts.extend(values.finish(marker_line(index.event(row), values)) for row in index.markers)
    return Layout("\n".join(parts), source, index, visible, [number for group in groups for number in group.calls])


def _labels(index: CallIndex, numbers: Iterable[int], source: LineSource) -> dict[int, str]:
    labels = {root: source.label(root, None) for root in (*index.roots, *index.detached)}
    for number in numbers:
        for child in index.children[number]:
            labels[child] = source.label(child, number)
    return labels


def _ordered(draft: _Draft, values: ValueText) -> list[_Group]:
    """Return the detached subtrees, folded and sorted by what does not depend on the schedule."""
    together: dict[int, list[int]] = {}
    for number in draft.index.detached:
        together.setdefault(draft.numbers[number], []).append(number)
    groups = [_Group(draft.text_of([(subtree, len(calls))], 1), calls) for subtree, calls in together.items()]
    return sorted(groups, key=lambda group: (blank(group.draft), values.rank(group.draft)))
