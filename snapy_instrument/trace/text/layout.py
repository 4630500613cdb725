"""The text of a trace: what a snapshot holds.

    trace v1 standard
    shop.checkout(items=['pen'])
      shop.total(items=['pen']) -> 3.0
      -> {'ok': True}

Indentation only, no totals, no blank lines, no final newline: one changed call is a one-line diff.
"""

from __future__ import annotations

__all__ = ["NO_CALLS", "OTHER_THREADS", "Layout", "format_trace", "lay_out"]

from collections.abc import Callable
from typing import NamedTuple, Unpack

from snapy_instrument._gc_pause import uncollected
from snapy_instrument.trace.text.call_lines import CallLines, marker_line
from snapy_instrument.trace.text.folding import Blocks, fold
from snapy_instrument.trace.text.levels import Level, level_of
from snapy_instrument.trace.text.numbering import blank
from snapy_instrument.trace.text.path_roots import NO_ROOTS
from snapy_instrument.trace.text.scrubbed_text import value_text
from snapy_instrument.trace.text.text_options import TextOptions, TextOptionsDict
from snapy_instrument.trace.text.value_text import ValueText
from snapy_instrument.trace.text.visible_calls import Shape, hidden_text
from snapy_instrument.trace.tree import CallNode, CallTree, Events, tree_of

_DEFAULTS = TextOptions(root=NO_ROOTS)
OTHER_THREADS = "[other threads, order not significant]"
NO_CALLS = "[no calls recorded]"


class Layout(NamedTuple):
    """A finished text and what it decided.

    Attributes:
        text: The text.
        values: The writer of its values: objects keep the numbers they have in the text.
        lines: The writer of its calls.
        detached: Root calls of other threads in the order of the text.
    """

    text: str
    values: ValueText
    lines: CallLines
    detached: list[CallNode]


class _Group(NamedTuple):
    """Detached subtrees with the same text."""

    draft: str
    nodes: list[CallNode]


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
def lay_out(
    source: Events | CallTree,
    options: TextOptions = _DEFAULTS,
    make_lines: Callable[[CallTree, Level, ValueText, Callable[[int], int]], CallLines] = CallLines,
) -> Layout:
    """The text of a trace with the decisions behind it.

    Args:
        source: Events, a `Trace` or a call tree.
        options: How it is told.
        make_lines: Makes the writer of its calls, with the arguments of `CallLines`.
    """
    detail = level_of(options.detail)
    tree = tree_of(source)
    shape = Shape(tree, options.max_depth, options.collapse)
    values = value_text(options)
    lines = make_lines(tree, detail, values, shape.shown_in)
    blocks = Blocks()
    numbers = _draft(tree, shape, lines, detail, blocks)
    main = blocks.lines(fold(numbers[id(node)] for node in tree.roots))
    if not tree.roots and not tree.detached:
        main.append(NO_CALLS)
    parts = [f"trace v1 {detail.name}", values.settle("\n".join(main))] if main else [f"trace v1 {detail.name}"]
    groups = _ordered(tree.detached, numbers, blocks, values)
    if groups:
        parts.append(OTHER_THREADS)
        parts.extend(values.settle(group.draft) for group in groups)
    parts.extend(values.settle(marker_line(event, values)) for event in tree.markers)
    return Layout("\n".join(parts), values, lines, [node for group in groups for node in group.nodes])


def _draft(tree: CallTree, shape: Shape, lines: CallLines, detail: Level, blocks: Blocks) -> dict[int, int]:
    """The block of each call, by the identity of its node."""
    labels = _labels(tree, shape.shown, lines) if detail.everything else {}
    numbers: dict[int, int] = {}
    for node in reversed(shape.shown):  # what is inside a call comes behind it, so it is drafted before it
        head, outcome = lines.head(node), lines.outcome(node)
        if shape.hides and (hidden := shape.hidden(node)):
            head = f"{head} {hidden_text(hidden)}"
        inside = _inside(node, numbers, lines, blocks) if node.children or node.inner else []
        if labels and (label := labels[id(node)]):
            inside.insert(0, blocks.add(label))
        if inside and outcome:
            inside.append(blocks.add(outcome))
        elif outcome:
            head = f"{head} {outcome}"
        numbers[id(node)] = blocks.add(head, fold(inside) if inside else ())
    return numbers


def _inside(node: CallNode, numbers: dict[int, int], lines: CallLines, blocks: Blocks) -> list[int]:
    if not node.inner:
        return [numbers[id(child)] for child in node.children if id(child) in numbers]
    found = []
    for item in node.items():
        if isinstance(item, CallNode):
            if id(item) in numbers:
                found.append(numbers[id(item)])
        elif line := lines.inner(item):
            found.append(blocks.add(line))
    return found


def _labels(tree: CallTree, nodes: list[CallNode], lines: CallLines) -> dict[int, str]:
    labels = {id(root): lines.label(root, None) for root in (*tree.roots, *tree.detached)}
    for node in nodes:
        for child in node.children:
            labels[id(child)] = lines.label(child, node)
    return labels


def _ordered(detached: list[CallNode], numbers: dict[int, int], blocks: Blocks, values: ValueText) -> list[_Group]:
    """Subtrees of other threads, folded and sorted by what does not depend on the schedule."""
    together: dict[int, list[CallNode]] = {}
    for node in detached:
        together.setdefault(numbers[id(node)], []).append(node)
    groups = [
        _Group("\n".join(blocks.lines([(number, len(nodes))], depth=1)), nodes) for number, nodes in together.items()
    ]
    return sorted(groups, key=lambda group: (blank(group.draft), values.rank(group.draft)))
