"""A batch of rows as JSON, and back: see ``docs/reference/trace-file.md``.

What can be known is left out: the end of a call has the site, lane, parent and depth of its begin, and numbers that
count upwards are written as differences. All work on whole columns runs in C functions of the standard library, a
tenth of the time of a loop over rows.
"""

from __future__ import annotations

__all__ = ["RowReader", "RowWriter"]

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, compress, count, repeat
from math import frexp, isfinite
from operator import ne, sub, truediv
from typing import Any, TypeAlias

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.store.rows import KINDS, Rows

keep_builtins(globals())

_Shared: TypeAlias = tuple[int, int, int, int, int]
"""What all events of one call have in common: parent, depth, site, lane, extras."""

_LETTERS = b"creymlfghijkno"
"""One for each of `KINDS`, in their order; the header of a file lists the kinds."""
_TO_LETTER = bytes.maketrans(bytes(range(len(KINDS))), _LETTERS[: len(KINDS)])
_FROM_LETTER = bytes.maketrans(_LETTERS[: len(KINDS)], bytes(range(len(KINDS))))
# 1 for the kind 0, a call, and 0 for others.
_IS_CALL = bytes([1]) + bytes(255)
_IS_OTHER = bytes([0]) + bytes([1]) * 255
_NANOSECONDS = 1e9
_UNKNOWN: _Shared = (-1, 0, 0, 0, 0)


class RowWriter:
    """A writer of successive batches; it remembers the calls that are open between them."""

    def __init__(self) -> None:
        self._shared: dict[int, _Shared] = {}
        self._last_id = 0
        self._last_memory = 0

    def packed(self, rows: Rows, start: int, end: int) -> dict[str, Any]:
        """Return the rows from ``start`` to ``end`` as what `json.dumps` writes."""
        columns = [column[start:end] for column in rows.columns()]
        kinds, ids, parents, depths, sites, lanes, times, memory, arguments, values, exceptions, raised_in, extras = (
            columns
        )
        codes = kinds.tobytes()
        calls, others = codes.translate(_IS_CALL), codes.translate(_IS_OTHER)
        found: dict[str, Any] = {"rows": end - start, "kinds": codes.translate(_TO_LETTER).decode("ascii")}

        def of_calls(column: Iterable[int]) -> list[int]:
            return list(compress(column, calls))

        def of_others(column: Iterable[int]) -> list[int]:
            return list(compress(column, others))

        call_ids, call_parents, call_depths = of_calls(ids), of_calls(parents), of_calls(depths)
        shared = list(zip(call_parents, call_depths, of_calls(sites), of_calls(lanes), of_calls(extras), strict=True))
        known = self._shared
        usual_depths = _usual_depths(call_ids, shared, known)
        latest = [self._last_id, *call_ids]
        other_ids = of_others(ids)
        actual = list(zip(*map(of_others, (parents, depths, sites, lanes, extras)), strict=True))
        expected = list(map(known.get, other_ids, repeat(_UNKNOWN)))
        strange = list(map(ne, actual, expected))
        self._put(found, "ids", map(sub, call_ids, latest), 1)
        self._put(found, "parents", map(sub, call_ids, call_parents), 1)
        self._put(found, "depths", map(sub, call_depths, usual_depths), 0)
        self._put(found, "sites", of_calls(sites), 0)
        self._put(found, "lanes", _differences(of_calls(lanes), 0), 0)
        self._put(found, "extras", of_calls(extras), 0)
        self._put(found, "arguments", of_calls(arguments), -1)
        self._put(found, "back", map(sub, of_others(map(latest.__getitem__, accumulate(calls))), other_ids), 0)
        if any(strange):
            found["others"] = _sparse(compress(count(), strange), list(compress(actual, strange)))
        self._put(found, "values", of_others(values), 0)
        self._put(found, "exceptions", exceptions, -1)
        self._put(found, "raised_in", raised_in, -1)
        self._put(found, "call_values", of_calls(values), 0)
        self._put(found, "other_arguments", of_others(arguments), -1)
        self._put_times(found, times)
        self._put(found, "memory", _differences(memory, self._last_memory), 0)
        self._last_memory = memory[-1] if memory else self._last_memory
        self._last_id = latest[-1]
        _forget_ended(known, other_ids)
        return found

    def _put(self, found: dict[str, Any], name: str, column: Iterable[int], usual: int) -> None:
        """Add a column, in the shorter of its forms; nothing where all of it is usual."""
        whole = list(column)
        unusual = list(map(ne, whole, repeat(usual)))
        number = sum(unusual)
        if number * 3 > len(whole):
            found[name] = whole
        elif number:
            found[name] = _sparse(compress(count(), unusual), list(compress(whole, unusual)))

    def _put_times(self, found: dict[str, Any], times: array[float]) -> None:
        if not all(map(isfinite, times)) or max(map(abs, times), default=0.0) > 1e290:
            found["times"] = list(repeat(0, len(times)))
            found["seconds"] = _sparse(range(len(times)), list(map(repr, times)))
            return
        whole, inexact = _in_units(times, _NANOSECONDS)
        if sum(inexact) * 4 > len(times):
            # A clock that counts in other units than nanoseconds: floats of one size are multiples of one power of 2.
            exponent = 53 - frexp(max(map(abs, times)))[1]
            if 0 <= exponent < 1000:
                whole, inexact = _in_units(times, 2.0**exponent)
                found["exponent"] = exponent
        found["times"] = _differences(whole, 0)
        if any(inexact):
            found["seconds"] = _sparse(compress(count(), inexact), list(compress(times, inexact)))


class RowReader:
    """A reader of what `RowWriter` wrote, batch by batch."""

    def __init__(self) -> None:
        self._shared: dict[int, _Shared] = {}
        self._last_id = 0
        self._last_memory = 0

    def unpacked(self, found: dict[str, Any]) -> Rows:
        """Return the rows of one batch.

        Raises:
            ValueError, TypeError, LookupError, OverflowError, AttributeError: It was not made by `RowWriter`.
        """
        rows = Rows()
        codes = _kinds(found)
        calls, others = codes.translate(_IS_CALL), codes.translate(_IS_OTHER)
        number = sum(calls)
        rest = len(codes) - number
        call_ids = list(accumulate(_column(found, "ids", number, 1), initial=self._last_id))
        self._last_id = call_ids[-1]
        begun = list(accumulate(calls))
        latest = list(map(call_ids.__getitem__, compress(begun, others)))
        other_ids = list(map(sub, latest, _column(found, "back", rest, 0)))
        del call_ids[0]
        parents = list(map(sub, call_ids, _column(found, "parents", number, 1)))
        known = self._shared
        shared = list(
            zip(
                parents,
                repeat(0),
                _column(found, "sites", number, 0),
                accumulate(_column(found, "lanes", number, 0)),
                _column(found, "extras", number, 0),
                strict=False,
            )
        )
        shared = _with_depths(call_ids, shared, _column(found, "depths", number, 0), known)
        rest_shared = list(map(known.get, other_ids, repeat(_UNKNOWN)))
        for place, actual in _strange(found.get("others"), rest):
            rest_shared[place] = actual
        # Where each row is among the calls, followed by the others.
        order = [
            a - 1 if is_call else number + place - a
            for place, (a, is_call) in enumerate(zip(begun, calls, strict=True))
        ]

        def in_order(of_calls: list[Any], of_others: list[Any]) -> Any:
            return map((of_calls + of_others).__getitem__, order)

        columns = zip(*in_order(shared, rest_shared), strict=True) if codes else ((),) * 5
        parent_ids, depths, sites, lanes, extras = columns
        memory = accumulate(_column(found, "memory", len(codes), 0), initial=self._last_memory)
        self._last_memory, *samples = _last_first(memory)
        rows.extend(
            (
                array("b", codes),
                in_order(call_ids, other_ids),
                parent_ids,
                depths,
                sites,
                lanes,
                self._times(found, len(codes)),
                samples,
                in_order(_column(found, "arguments", number, -1), _column(found, "other_arguments", rest, -1)),
                in_order(_column(found, "call_values", number, 0), _column(found, "values", rest, 0)),
                _column(found, "exceptions", len(codes), -1),
                _column(found, "raised_in", len(codes), -1),
                extras,
            )
        )
        _forget_ended(known, other_ids)
        return rows

    @staticmethod
    def _times(found: dict[str, Any], length: int) -> list[float]:
        exponent = found.get("exponent")
        if exponent is not None and (type(exponent) is not int or not 0 <= exponent < 1000):
            raise ValueError("exponent is no whole number below 1000")
        per_second = _NANOSECONDS if exponent is None else 2.0**exponent
        times = list(map(truediv, accumulate(_column(found, "times", length, 0)), repeat(per_second)))
        for place, seconds in _pairs(found.get("seconds"), length):
            times[place] = float(seconds)
        return times


def _in_units(times: Iterable[float], per_second: float) -> tuple[list[int], list[bool]]:
    """Return times as whole numbers of units, and for each whether it lies between two."""
    whole = list(map(round, map(per_second.__mul__, times)))
    return whole, list(map(ne, map(truediv, whole, repeat(per_second)), times))


def _usual_depths(ids: Iterable[int], shared: Iterable[_Shared], known: dict[int, _Shared]) -> list[int]:
    """Return for each call one more than the depth of its parent, 0 without one, and add the calls to ``known``."""
    found = []
    for call_id, each in zip(ids, shared, strict=True):
        found.append(known.get(each[0], _ROOT)[1] + 1)
        known[call_id] = each
    return found


_ROOT: _Shared = (-1, -1, 0, 0, 0)


def _with_depths(
    ids: Sequence[int], shared: list[_Shared], differences: Sequence[int], known: dict[int, _Shared]
) -> list[_Shared]:
    """Return what calls share, with their depths, and add it to ``known``."""
    found = []
    for call_id, (parent, _, site, lane, extras), difference in zip(ids, shared, differences, strict=True):
        depth = known.get(parent, _ROOT)[1] + 1 + difference
        each = known[call_id] = (parent, depth, site, lane, extras)
        found.append(each)
    return found


def _forget_ended(known: dict[int, _Shared], ids: Iterable[int]) -> None:
    # Calls with more events later are few: generators. What their events share is written again.
    for call_id in set(ids):
        known.pop(call_id, None)


def _differences(column: Sequence[int], before: int) -> list[int]:
    return list(map(sub, column, chain((before,), column)))


def _sparse(places: Iterable[int], values: list[Any]) -> dict[str, Any]:
    return {"at": _differences(list(places), 0), "is": values}


def _last_first(column: Iterable[int]) -> list[int]:
    """Return the last number, then all but the first."""
    whole = list(column)
    return [whole[-1], *whole[1:]]


# -- checked reading --------------------------------------------------------------------------------------


def _kinds(found: dict[str, Any]) -> bytes:
    text = found["kinds"]
    codes = text.encode("ascii").translate(_FROM_LETTER)
    if len(codes) != found["rows"] or (codes and max(codes) >= len(KINDS)):
        raise ValueError("kinds are wrong")
    return bytes(codes)


def _column(found: dict[str, Any], name: str, length: int, usual: int) -> list[int]:
    column = found.get(name)
    if type(column) is list:
        if len(column) != length:
            raise ValueError(f"{name} has {len(column)} numbers in the place of {length}")
        if not set(map(type, column)) <= {int}:
            raise TypeError(f"{name} has something that is no whole number")
        return column
    whole = [usual] * length
    for place, value in _pairs(column, length):
        if type(value) is not int:
            raise TypeError(f"{name} has something that is no whole number")
        whole[place] = value
    return whole


def _pairs(column: Any, length: int) -> Iterable[tuple[int, Any]]:
    """Return places and values of a column in the short form."""
    if column is None:
        return ()
    places, values = list(accumulate(column["at"])), column["is"]
    if len(places) != len(values) or (places and (min(places) < 0 or max(places) >= length)):
        raise ValueError("a place is wrong")
    return zip(places, values, strict=True)


def _strange(column: Any, length: int) -> Iterable[tuple[int, _Shared]]:
    for place, value in _pairs(column, length):
        if len(value) != 5 or not all(type(each) is int for each in value):
            raise ValueError("others is wrong")
        parent, depth, site, lane, extras = value
        yield place, (parent, depth, site, lane, extras)
