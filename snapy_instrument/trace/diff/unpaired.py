"""Reports lines that exist in one text only: as added, removed, moved or repeated."""

from __future__ import annotations

__all__ = ["Unpaired", "as_changes"]

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from snapy_instrument.trace.diff.change import Change, Place
from snapy_instrument.trace.diff.sibling_runs import SiblingRun
from snapy_instrument.trace.diff.siblings import PairedSiblings


@dataclass(slots=True, eq=False)
class Unpaired:
    """Copies of a line that have no partner in the other text.

    Attributes:
        run: The copies.
        is_new: Whether they are in the new text.
        siblings: The lines around them.
        around: How many calls of the other text it was put around.
    """

    run: SiblingRun
    is_new: bool
    siblings: PairedSiblings
    around: int = 0

    def take(self, times: int) -> None:
        """Leave out some of the copies: another change reports them."""
        self.run = self.run._replace(times=self.run.times - times)


def as_changes(found: Sequence[Change | Unpaired]) -> list[Change]:
    """Return ``found`` with each `Unpaired` as changes, in the same order."""
    changes: dict[int, list[Change]] = {id(each): [each] for each in found if isinstance(each, Change)}
    unpaired = [each for each in found if isinstance(each, Unpaired) and not each.around]
    _move(unpaired, lambda each: (id(each.siblings), each.run.node.key), changes)
    _repeat(unpaired, changes)
    elsewhere = [each for each in unpaired if each.run.node.kind == "call"]
    _move(elsewhere, lambda each: each.run.node.key, changes)
    for each in found:
        if isinstance(each, Unpaired) and each.run.times:
            changes.setdefault(id(each), []).append(_alone(each))
    return [change for each in found for change in changes.get(id(each), ())]


def _move(unpaired: Sequence[Unpaired], name: Callable[[Unpaired], Hashable], changes: dict[int, list[Change]]) -> None:
    """Report calls that are gone in one place and new in another."""
    partners: dict[Hashable, list[Unpaired]] = {}
    for each in unpaired:
        if not each.run.times:
            continue
        waiting = partners.setdefault(name(each), [])
        while waiting and waiting[0].is_new != each.is_new and each.run.times:
            first = waiting[0]
            old, new = (first, each) if each.is_new else (each, first)
            changes.setdefault(id(first), []).append(_moved(old, new))
            times = min(old.run.times, new.run.times)
            old.take(times)
            new.take(times)
            if not first.run.times:
                waiting.pop(0)
        if each.run.times:
            waiting.append(each)


def _repeat(unpaired: Sequence[Unpaired], changes: dict[int, list[Change]]) -> None:
    """Report calls that occur in both texts, but a different number of times."""
    reported: set[tuple[int, int]] = set()
    for each in unpaired:
        key = each.run.node.key
        old, new = each.siblings.old.copies[key], each.siblings.new.copies[key]
        if not each.run.times or not old or not new or (new > old) != each.is_new or new == old:
            continue
        if (id(each.siblings), key) not in reported:
            reported.add((id(each.siblings), key))
            changes.setdefault(id(each), []).append(_repeated(each, old, new))
        each.take(each.run.times)


def _moved(old: Unpaired, new: Unpaired) -> Change:
    node = new.run.node
    return Change(
        kind="moved",
        name=_name(new),
        old=old.run.node.text,
        new=node.text,
        place=_place(new, Place(node.name, new.siblings.place, old.run.node, node)),
        old_line=old.run.node.line,
        new_line=node.line,
        times=min(old.run.times, new.run.times),
        after=new.siblings.new.before(new.run),
        origin=None if old.siblings is new.siblings else old.siblings.place,
    )


def _repeated(each: Unpaired, old: int, new: int) -> Change:
    node, key = each.run.node, each.run.node.key
    mine = each.siblings.old.first[key] if each.is_new else node
    yours = node if each.is_new else each.siblings.new.first[key]
    # Separate copies have several lines, so only the side that has more of them is shown.
    together = mine.times == old and yours.times == new
    return Change(
        kind="repeated",
        name=_name(each),
        old=str(old),
        new=str(new),
        place=_place(each, Place(node.name, each.siblings.place, mine, yours)),
        old_line=mine.line if together or not each.is_new else None,
        new_line=yours.line if together or each.is_new else None,
        times=each.run.times,
    )


def _alone(each: Unpaired) -> Change:
    node, is_new = each.run.node, each.is_new
    siblings = each.siblings.new if is_new else each.siblings.old
    kind = node.kind if node.kind != "call" else "added" if is_new else "removed"
    return Change(
        kind=kind,
        name=_name(each),
        old="" if is_new else node.text,
        new=node.text if is_new else "",
        place=_place(each, Place(node.name, each.siblings.place, None if is_new else node, node if is_new else None)),
        old_line=None if is_new else node.line,
        new_line=node.line if is_new else None,
        number=siblings.number(each.run),
        total=siblings.names[node.name] if node.kind == "call" else 0,
        times=each.run.times,
        around=each.around,
    )


def _name(each: Unpaired) -> str:
    return each.run.node.name if each.run.node.kind == "call" else each.siblings.place.name


def _place(each: Unpaired, place: Place) -> Place:
    """Return the place of the change: the call itself, for another line the call around it."""
    return place if each.run.node.kind == "call" else each.siblings.place
