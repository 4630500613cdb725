"""What happens at each call and each return."""

from __future__ import annotations

from types import FunctionType

from snapy_instrument.capture.capture import Capture
from snapy_instrument.recording.hot_path import new_ids
from snapy_instrument.recording.recorder import Recorder
from snapy_instrument.recording.sites import Site, site_of_function


def leaf(number: int, extra: int = 2) -> int:
    """What is recorded."""
    return number + extra


class Hashed:
    """A class with a hash of its own."""

    def __hash__(self) -> int:
        return 7


def site(function: object = leaf) -> Site:
    """Return the site of ``function``."""
    assert type(function) is FunctionType
    return site_of_function(function)


def test_a_call_is_two_events() -> None:
    """One number, the values of that moment, and the result."""
    recorder = Recorder(lambda site: True, Capture())
    values = [1, 2]
    call = recorder.enter(site(), values, "proxy")
    values[0] = 5
    assert call is not None
    recorder.leave(call, 3)
    begun, ended = recorder.events()
    assert (begun.args, ended.return_value, begun.call_id) == ({"number": 1, "extra": 2}, 3, ended.call_id)


def test_a_call_inside_another_is_its_child() -> None:
    """One deeper, under its number."""
    recorder = Recorder(lambda site: True, Capture())
    outer = recorder.enter(site(), (1, 2), "proxy")
    inner = recorder.enter(site(), (2, 2), "proxy")
    assert outer is not None
    assert inner is not None
    recorder.leave(inner, 4)
    recorder.leave(outer, 3)
    first, second, *_ = recorder.events()
    assert (second.parent_id, second.depth) == (first.call_id, first.depth + 1)


def test_a_site_that_is_not_accepted_is_not_recorded() -> None:
    """The answer is asked for once."""
    asked: list[Site] = []

    def refuse(site: Site) -> bool:
        asked.append(site)
        return False

    recorder = Recorder(refuse, Capture())
    assert [recorder.enter(site(), (1, 2), "proxy") for _ in range(3)] == [None, None, None]
    assert len(asked) == 1


def test_the_result_of_a_hash_is_a_mark() -> None:
    """Texts have another hash in every process."""
    recorder = Recorder(lambda site: True, Capture())
    call = recorder.enter(site(Hashed.__hash__), (Hashed(),), "proxy")
    assert call is not None
    recorder.leave(call, 7)
    assert str(recorder.events()[-1].return_value) == "<hash>"


def test_numbers_of_calls_begin_at_one() -> None:
    """And go up by one."""
    numbers = new_ids()
    assert [next(numbers) for _ in range(3)] == [1, 2, 3]
