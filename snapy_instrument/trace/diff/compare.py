"""Compares two parsed texts side by side, in the order in which things happened."""

from __future__ import annotations

__all__ = ["compare"]

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from snapy_instrument.trace.diff.alignment import Aligner
from snapy_instrument.trace.diff.change import Change, Place
from snapy_instrument.trace.diff.object_numbers import SameObjects, number_subtrees
from snapy_instrument.trace.diff.outcomes import ending, kind_of_change
from snapy_instrument.trace.diff.parse import TextNode, TextTree
from snapy_instrument.trace.diff.sibling_runs import Pairing, SiblingRun, runs_of
from snapy_instrument.trace.diff.siblings import PairedSiblings, Siblings, Wrapping, wrappings
from snapy_instrument.trace.diff.unpaired import Unpaired
from snapy_instrument.trace.diff.value_diff import ValueChange, argument_changes, value_changes
from snapy_instrument.trace.text.layout import OTHER_THREADS

_Values: TypeAlias = tuple[ValueChange, ...]


def compare(old: TextTree, new: TextTree) -> list[Change | Unpaired]:
    """Return what differs, in the order in which it happened; the trees are of the same level."""
    number_subtrees(old, new)
    comparison = _Comparison(old.level)
    comparison.compare_trees(old, new)
    return comparison.found


class _Comparison:
    def __init__(self, level: str) -> None:
        self.found: list[Change | Unpaired] = []
        self._level = level
        self._agree = SameObjects().agree
        self._aligner = Aligner()
        self._steps: list[Iterator[None]] = []

    def compare_trees(self, old: TextTree, new: TextTree) -> None:
        """Compare the calls of both texts, then those of other threads."""
        top = Place("", None, None, None)
        others = Place(OTHER_THREADS, top, None, None)
        self._all(self._lines(old.roots, new.roots, top))
        self._all(self._lines(old.others, new.others, others, in_order=False))

    def _all(self, steps: Iterator[None]) -> None:
        """Do ``steps``; those that one of them adds are done before the next one. Nesting uses no recursion."""
        pending = self._steps = [steps]
        while pending:
            top = pending[-1]
            for _ in top:
                if pending[-1] is not top:
                    break
            else:
                pending.pop()

    def _lines(
        self, old: Sequence[TextNode], new: Sequence[TextNode], place: Place, *, in_order: bool = True
    ) -> Iterator[None]:
        match = self._aligner.in_order if in_order else self._aligner.in_any_order
        siblings = PairedSiblings(place, Siblings(old), Siblings(new))
        for part in wrappings(match(old, new)):
            if isinstance(part, Wrapping):
                self._wrapped(part, siblings)
            else:
                mine, yours = part
                if mine is None or yours is None:
                    self._add_unpaired(part, siblings)
                elif mine.node.key != yours.node.key or mine.node.numbered:
                    self._pair(mine, yours, siblings)
            yield

    def _add_unpaired(self, pairing: Pairing, siblings: PairedSiblings) -> None:
        run = pairing.new or pairing.old
        if run is not None:
            self.found.append(Unpaired(run, pairing.new is not None, siblings))

    def _wrapped(self, wrapping: Wrapping, siblings: PairedSiblings) -> None:
        run, is_new, others = wrapping
        node = run.node
        self.found.append(Unpaired(run, is_new, siblings, around=sum(other.times for other in others)))
        place = Place(node.name, siblings.place, None if is_new else node, node if is_new else None)
        nodes = [other.node for other in others]
        old, new = (nodes, node.children) if is_new else (node.children, nodes)
        self._steps.append(self._lines(old, new, place))

    def _pair(self, old: SiblingRun, new: SiblingRun, siblings: PairedSiblings) -> None:
        if new.node.kind != "call":
            self._other_line(old, new, siblings)
            return
        place = Place(new.node.name, siblings.place, old.node, new.node)
        if old.node.name != new.node.name:
            self._add("renamed", (old, new), siblings, place, (old.node.name, new.node.name), ())
        self._arguments(old, new, siblings, place)
        before = len(self.found)
        if old.node.hidden != new.node.hidden:
            self._add("hidden", (old, new), siblings, place, (old.node.hidden, new.node.hidden), ())
        if not old.node.children and not new.node.children:
            self._end(old, new, siblings, place, before)
            return
        self._steps.append(self._inside(old, new, siblings, place, before))

    def _inside(
        self, old: SiblingRun, new: SiblingRun, siblings: PairedSiblings, place: Place, before: int
    ) -> Iterator[None]:
        lines = self._lines if old.node.key != new.node.key else self._equal_lines
        self._steps.append(lines(old.node.children, new.node.children, place))
        yield
        self._end(old, new, siblings, place, before)

    def _equal_lines(self, old: Sequence[TextNode], new: Sequence[TextNode], place: Place) -> Iterator[None]:
        """Compare lines that are equal but for the numbers of objects."""
        siblings = PairedSiblings(place, Siblings(old), Siblings(new))
        for mine, yours in zip(runs_of(old), runs_of(new), strict=True):
            if mine.node.numbered:
                self._pair(mine, yours, siblings)
                yield

    def _arguments(self, old: SiblingRun, new: SiblingRun, siblings: PairedSiblings, place: Place) -> None:
        mine, yours = old.node.args or "", new.node.args or ""
        may_agree = old.node.blank == new.node.blank or old.node.name != new.node.name
        if may_agree and self._agree(mine, yours):
            return
        values = argument_changes(mine, yours, self._agree)
        self._add("argument", (old, new), siblings, place, (values[0].old, values[0].new), values)

    def _end(self, old: SiblingRun, new: SiblingRun, siblings: PairedSiblings, place: Place, before: int) -> None:
        inside = len(self.found) > before
        if not self._agree(old.node.outcome, new.node.outcome):
            self._outcome(old, new, siblings, place, inside=inside)

    def _outcome(
        self, old: SiblingRun, new: SiblingRun, siblings: PairedSiblings, place: Place, *, inside: bool
    ) -> None:
        mine, yours = ending(old.node.outcome, self._level), ending(new.node.outcome, self._level)
        values = value_changes(mine.text, yours.text, self._agree) if mine.raised == yours.raised else ()
        texts = (mine.text, yours.text)
        kind = kind_of_change(mine, yours)
        self._add(kind, (old, new), siblings, place, texts, values, inside_changed=inside)

    def _other_line(self, old: SiblingRun, new: SiblingRun, siblings: PairedSiblings) -> None:
        mine, yours = old.node.args or "", new.node.args or ""
        if self._agree(mine, yours):
            return
        differences = argument_changes if new.node.kind == "line" else value_changes
        values = differences(mine, yours, self._agree) if new.node.name else ()
        self._add(new.node.kind, (old, new), siblings, siblings.place, (old.node.head, new.node.head), values)

    def _add(
        self,
        kind: str,
        runs: tuple[SiblingRun, SiblingRun],
        siblings: PairedSiblings,
        place: Place,
        texts: tuple[str, str],
        values: _Values,
        *,
        inside_changed: bool = False,
    ) -> None:
        old, new = runs
        at_end = kind in ("result", "raises", "no longer raises", "exception")
        change = Change(
            kind=kind,
            name=place.name,
            old=texts[0],
            new=texts[1],
            place=place,
            values=values,
            old_line=old.node.outcome_line if at_end and old.node.outcome else old.node.line,
            new_line=new.node.outcome_line if at_end and new.node.outcome else new.node.line,
            number=siblings.old.number(old),
            total=siblings.old.names[old.node.name] if old.node.kind == "call" else 0,
            times=min(old.times, new.times),
            inside_changed=inside_changed,
        )
        self.found.append(change)
