"""Each change belongs to one cause: what follows from what."""

from __future__ import annotations

from random import Random

import pytest

from snapy_instrument import Trace, TraceDiff, diff_traces


def diff(old: str, new: str) -> TraceDiff:
    """Compare two texts of traces without their headers."""
    return diff_traces(f"trace v1 standard\n{old}", f"trace v1 standard\n{new}")


def causes(old: str, new: str) -> dict[str, int]:
    """The causes of a difference, each with the number of its consequences."""
    return {str(cause): cause.consequences for cause in diff(old, new).causes}


def test_an_argument_computed_from_a_changed_result_follows() -> None:
    """Though no value is the same."""
    text = "m.f()\n  m.rate() -> {0}\n  m.pay(amount={1})"
    assert causes(text.format(2, 20), text.format(3, 30)) == {"m.rate returned 3, was 2": 1}


def test_an_argument_before_the_changed_result_is_a_cause() -> None:
    """It cannot be computed of it."""
    text = "m.f()\n  m.pay(amount={1})\n  m.rate() -> {0}"
    assert causes(text.format(2, 20), text.format(3, 30)) == {
        "m.pay called with amount: 20 -> 30": 0,
        "m.rate returned 3, was 2": 0,
    }


def test_the_result_of_another_function_is_a_cause() -> None:
    """Its inputs are the same."""
    text = "m.f()\n  m.rate() -> {0}\n  m.tax(x=1) -> {1}"
    assert causes(text.format(2, 20), text.format(3, 30)) == {
        "m.rate returned 3, was 2": 0,
        "m.tax returned 30, was 20": 0,
    }


def test_further_calls_after_a_changed_result_follow() -> None:
    """A loop that runs longer."""
    assert causes("m.f()\n  m.n() -> 1\n  m.step(i=0)", "m.f()\n  m.n() -> 2\n  m.step(i=0)\n  m.step(i=1)") == {
        "m.n returned 2, was 1": 1
    }


def test_a_function_that_was_not_called_before_is_a_cause() -> None:
    """Whatever changed before: another code decided to call it."""
    assert causes("m.f()\n  m.n() -> 1", "m.f()\n  m.n() -> 2\n  m.audit()") == {
        "m.n returned 2, was 1": 0,
        "m.audit added under m.f": 0,
    }


def test_an_argument_that_is_left_out_is_a_cause() -> None:
    """Whatever changed before."""
    old, new = "m.f()\n  m.n() -> 1\n  m.g(x=1, y=2)", "m.f()\n  m.n() -> 2\n  m.g(x=1)"
    assert causes(old, new) == {"m.n returned 2, was 1": 0, "m.g called with y: 2 removed": 0}


def test_an_exception_that_begins_is_a_cause() -> None:
    """And its way up follows."""
    old = "m.f(x=1)\n  m.g() -> 2\n  -> 2"
    new = "m.f(x=2)\n  m.g() raises ValueError('x')\n  raises ^ValueError"
    assert causes(old, new) == {
        "m.f called with x: 1 -> 2": 0,
        "m.g now raises ValueError('x'), had returned 2": 1,
    }


def test_a_value_contained_in_a_result_says_where_it_comes_from() -> None:
    """Of two causes before it."""
    text = "m.f()\n  m.name() -> '{0}'\n  m.count() -> {1}\n  m.show(text='dear {0}!')"
    assert causes(text.format("anna", 1), text.format("otto", 2)) == {
        "m.name returned 'otto', was 'anna'": 1,
        "m.count returned 2, was 1": 0,
    }


def test_a_changed_value_that_comes_back_follows() -> None:
    """A later call receives it, though nobody saw how."""
    text = "m.rate() -> {0}\nm.a()\n  m.pay(rate={0})"
    assert causes(text.format(0.25, 0), text.format(0.75, 0)) == {"m.rate returned 0.75, was 0.25": 1}


def test_what_a_generator_yields_reaches_its_reader() -> None:
    """The level standard does not show it."""
    old = "m.f()\n  m.open() -> <generator m.read>\n  m.read()\n    m.line(n=1)\n  m.use(x=1)"
    new = "m.f()\n  m.open() -> <generator m.read>\n  m.read()\n    m.row(n=1)\n  m.use(x=2)"
    assert causes(old, new) == {"m.row called in place of m.line under m.read": 1}


def test_without_a_generator_a_call_inside_reaches_nobody() -> None:
    """If its caller returns the same."""
    old = "m.f()\n  m.read()\n    m.line(n=1)\n    -> 1\n  m.use(x=1)"
    new = "m.f()\n  m.read()\n    m.row(n=1)\n    -> 1\n  m.use(x=2)"
    assert causes(old, new) == {
        "m.row called in place of m.line under m.read": 0,
        "m.use called with x: 1 -> 2": 0,
    }


def test_local_variables_and_yields_are_ways_too() -> None:
    """At the level verbose."""
    old = "m.f()\n  m.g()\n    sets a=1\n    yields 1\n  m.h(x=1)"
    new = "m.f()\n  m.g()\n    sets a=2\n    yields 2\n  m.h(x=2)"
    assert causes(old, new) == {"m.g sets a: 1 -> 2": 2}


def test_other_threads_are_on_their_own() -> None:
    """The order of their calls says nothing."""
    old = "m.f()\n[other threads, order not significant]\n  m.a(x=1) -> 1\n  m.b(x=1)"
    new = "m.f()\n[other threads, order not significant]\n  m.a(x=1) -> 2\n  m.b(x=2)"
    assert causes(old, new) == {"m.a returned 2, was 1": 0, "m.b called with x: 1 -> 2": 0}


def test_equal_traces_have_no_cause() -> None:
    """And no change."""
    found = diff("m.f()", "m.f()")
    assert found.causes == ()
    assert found.by_cause == {}


def test_a_recording_has_causes_too() -> None:
    """Not only a text."""
    old, new = Trace([]), "trace v1 standard\nm.f()"
    assert [str(cause) for cause in diff_traces(old, new).causes] == ["m.f added at the top"]


def random_text(random: Random) -> str:
    """A small tree of calls."""
    lines, depth = ["m.f()"], 1
    for _ in range(random.randrange(1, 25)):
        depth = random.randrange(1, depth + 1)
        name, argument = random.choice("abcd"), random.randrange(4)
        lines.append(f"{'  ' * depth}m.{name}(x={argument}, o=<Box#{argument + 1}>)")
        depth += 1
        if random.random() < 0.4:
            lines[-1] += f" -> {random.randrange(3)}"
            depth -= 1
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(60))
def test_every_change_belongs_to_one_cause(seed: int) -> None:
    """In random traces; the number of consequences is theirs, and the causes differ from each other."""
    random = Random(seed)
    found = diff(random_text(random), random_text(random))
    members = [change for changes in found.by_cause.values() for change in changes]
    assert len(members) == len({id(change) for change in members}) == len(found.changes) + len(found.consequences)
    assert sum(cause.consequences for cause in found.causes) == len(found.consequences)
    assert len(set(found.causes)) == len(found.causes) == len({cause.key for cause in found.causes})


def test_a_generator_that_its_reader_leaves_follows_from_the_reader() -> None:
    """Though its line comes first."""
    text = "m.load()\n  m.rows(){0}\n  m.check(x={1}) -> True"
    assert causes(text.format(" -> <unfinished>", 1), text.format("", 2)) == {"m.check called with x: 1 -> 2": 1}
    alone = "m.load()\n  m.rows(){0}"
    assert causes(alone.format(" -> <unfinished>"), alone.format("")) == {"m.rows returned None, was <unfinished>": 0}
