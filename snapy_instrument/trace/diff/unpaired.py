"""Lines that stand on one side only, told as added, removed, moved or repeated."""

from __future__ import annotations

__all__ = ["Lone", "settled"]

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from snapy_instrument.trace.diff.change import Change, Place
from snapy_instrument.trace.diff.sibling_runs import Item
from snapy_instrument.trace.diff.siblings import Family


@dataclass(slots=True, eq=False)
class Lone:
    """Copies of a line that have no partner on the other side.

    Attributes:
        item: The copies.
        is_new: Whether they stand in the new text.
        family: The lines that they stand among.
        around: How many calls of the other side it stands around.
    """

    item: Item
    is_new: bool
    family: Family
    around: int = 0

    def take(self, times: int) -> None:
        """Some of the copies are told by another change."""
        self.item = self.item._replace(times=self.item.times - times)


def settled(found: Sequence[Change | Lone]) -> list[Change]:
    """``found`` with each `Lone` told as a change, in the same order."""
    changes: dict[int, list[Change]] = {id(each): [each] for each in found if isinstance(each, Change)}
    lone = [each for each in found if isinstance(each, Lone) and not each.around]
    _move(lone, lambda each: (id(each.family), each.item.node.key), changes)
    _repeat(lone, changes)
    elsewhere = [each for each in lone if each.item.node.kind == "call"]
    _move(elsewhere, lambda each: each.item.node.key, changes)
    for each in found:
        if isinstance(each, Lone) and each.item.times:
            changes.setdefault(id(each), []).append(_alone(each))
    return [change for each in found for change in changes.get(id(each), ())]


def _move(lone: Sequence[Lone], name: Callable[[Lone], Hashable], changes: dict[int, list[Change]]) -> None:
    """Tell what is gone in one place and new in another."""
    partners: dict[Hashable, list[Lone]] = {}
    for each in lone:
        if not each.item.times:
            continue
        waiting = partners.setdefault(name(each), [])
        while waiting and waiting[0].is_new != each.is_new and each.item.times:
            first = waiting[0]
            old, new = (first, each) if each.is_new else (each, first)
            changes.setdefault(id(first), []).append(_moved(old, new))
            times = min(old.item.times, new.item.times)
            old.take(times)
            new.take(times)
            if not first.item.times:
                waiting.pop(0)
        if each.item.times:
            waiting.append(each)


def _repeat(lone: Sequence[Lone], changes: dict[int, list[Change]]) -> None:
    """Tell what stands on both sides, but not the same number of times."""
    told: set[tuple[int, int]] = set()
    for each in lone:
        key = each.item.node.key
        old, new = each.family.old.copies[key], each.family.new.copies[key]
        if not each.item.times or not old or not new or (new > old) != each.is_new or new == old:
            continue
        if (id(each.family), key) not in told:
            told.add((id(each.family), key))
            changes.setdefault(id(each), []).append(_repeated(each, old, new))
        each.take(each.item.times)


def _moved(old: Lone, new: Lone) -> Change:
    node = new.item.node
    return Change(
        kind="moved",
        name=_name(new),
        old=old.item.node.text,
        new=node.text,
        place=_place(new, Place(node.name, new.family.place, old.item.node, node)),
        old_line=old.item.node.line,
        new_line=node.line,
        times=min(old.item.times, new.item.times),
        after=new.family.new.before(new.item),
        origin=None if old.family is new.family else old.family.place,
    )


def _repeated(each: Lone, old: int, new: int) -> Change:
    node, key = each.item.node, each.item.node.key
    mine = each.family.old.first[key] if each.is_new else node
    yours = node if each.is_new else each.family.new.first[key]
    # Copies that stand apart are not told by one line, so only the side is shown that has more of them.
    together = mine.times == old and yours.times == new
    return Change(
        kind="repeated",
        name=_name(each),
        old=str(old),
        new=str(new),
        place=_place(each, Place(node.name, each.family.place, mine, yours)),
        old_line=mine.line if together or not each.is_new else None,
        new_line=yours.line if together or each.is_new else None,
        times=each.item.times,
    )


def _alone(each: Lone) -> Change:
    node, is_new = each.item.node, each.is_new
    siblings = each.family.new if is_new else each.family.old
    kind = node.kind if node.kind != "call" else "added" if is_new else "removed"
    return Change(
        kind=kind,
        name=_name(each),
        old="" if is_new else node.text,
        new=node.text if is_new else "",
        place=_place(each, Place(node.name, each.family.place, None if is_new else node, node if is_new else None)),
        old_line=None if is_new else node.line,
        new_line=node.line if is_new else None,
        number=siblings.number(each.item),
        total=siblings.names[node.name] if node.kind == "call" else 0,
        times=each.item.times,
        around=each.around,
    )


def _name(each: Lone) -> str:
    return each.item.node.name if each.item.node.kind == "call" else each.family.place.name


def _place(each: Lone, place: Place) -> Place:
    """A call is its own place, another line stands in the place of its call."""
    return place if each.item.node.kind == "call" else each.family.place
