"""Runs the suite of a package plain and under the hook, and compares the outcomes."""

from __future__ import annotations

__all__ = ["Result", "Workshop", "compare"]

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from tests.transparency.environment import Environment, SetupFailed
from tests.transparency.outcomes import NOT_RUN, Difference, Outcomes, changed, number_of_tests
from tests.transparency.recipes import Recipe
from tests.transparency.suite import Run, run_suite

TIMEOUT = 1800
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Result:
    """What came out for one package and backend.

    Attributes:
        package: Name of the package.
        version: Its version.
        backend: The tracer's backend.
        tests: Number of tests in the plain run.
        changed: Tests, and warnings, that are not the same; a crash or a time-out is one too.
        known: Changes whose reason the recipe names: they are not our fault.
        flaky: Those that were not the same, but are not the same in two plain runs either.
        calls: Calls recorded.
        wrapped: Functions that had a proxy.
        left: Functions that had none.
        slowdown: Time of the hooked run, divided by the time of the plain run.
    """

    package: str
    version: str
    backend: str
    tests: int
    changed: tuple[Difference, ...]
    known: tuple[Difference, ...]
    flaky: tuple[Difference, ...]
    calls: int
    wrapped: int
    left: int
    slowdown: float

    @property
    def good(self) -> bool:
        """Nothing changed, and there was something to change."""
        return not self.changed and self.tests > 0 and self.calls > 0


@dataclass(frozen=True)
class Workshop:
    """How suites are run.

    Attributes:
        folder: Holds an environment for each package, kept between runs.
        python: The interpreter that makes the environments.
        build: Environments are made where they are missing.
        hook: The import hook is installed; without it a frame backend is alone.
        limit: Seconds after which a suite is ended.
    """

    folder: Path
    python: str
    build: bool = True
    hook: bool = True
    limit: float = TIMEOUT

    def examine(self, recipe: Recipe, backends: Sequence[str]) -> Iterator[Result]:
        """Run the suite of one package plain once, and then with each backend.

        Raises:
            SetupFailed: There is no environment to run it in, or the plain suite does not run in it.
        """
        place = Environment(recipe, self.folder, self.python)
        place.prepare(build=self.build)
        plain = run_suite(place, "plain", "", self.limit)
        _check_plain(plain, place)
        again: list[Run] = []

        def once_more() -> Run:
            if not again:
                again.append(run_suite(place, "plain-again", "", self.limit))
            return again[0]

        for backend in backends:
            hooked = run_suite(place, f"hooked-{backend}", backend, self.limit, hook=self.hook)
            result = compare(plain, hooked, once_more, recipe.known)
            yield replace(result, package=recipe.name, version=recipe.version, backend=backend)


def _check_plain(plain: Run, place: Environment) -> None:
    passed = sum(count for (_, outcome), count in plain.outcomes.items() if outcome == "passed")
    tests = number_of_tests(plain.outcomes)
    if plain.problem or 2 * passed < tests or not passed:
        end = plain.problem or "it came to its end"
        raise SetupFailed(f"without us {passed} of {tests} tests pass, {end}; see {place.place / 'plain.log'}")


def compare(plain: Run, hooked: Run, again: Callable[[], Run], known: Mapping[str, str] = _NOTHING) -> Result:
    """What is not the same in ``hooked``.

    ``again`` is a second plain run, asked for if anything is that ``known`` (tests with the reason) does not explain.
    """
    differences = changed(plain.outcomes, hooked.outcomes)
    if plain.problem != hooked.problem:
        unrun = [each for each in differences if each.after == NOT_RUN]
        differences = [each for each in differences if each.after != NOT_RUN]
        end = f"{hooked.problem or 'complete'}, {len(unrun)} tests not run"
        differences.append(Difference("the run", plain.problem or "complete", end))
    explained = [replace(each, reason=known[each.name]) for each in differences if _is_known(each, known)]
    differences = [each for each in differences if not _is_known(each, known)]
    flaky: set[str] = set()
    if differences:
        # The whole suite, not the changed tests alone: a test may depend on those before it.
        flaky = _names_that_differ(plain, again())
    return Result(
        package="",
        version="",
        backend="",
        tests=number_of_tests(plain.outcomes),
        changed=tuple(each for each in differences if each.name not in flaky),
        known=tuple(explained),
        flaky=tuple(each for each in differences if each.name in flaky),
        calls=hooked.calls,
        wrapped=hooked.wrapped,
        left=len(hooked.left),
        slowdown=hooked.seconds / max(plain.seconds, 0.001),
    )


def _names_that_differ(plain: Run, again: Run) -> set[str]:
    if plain.problem != again.problem:
        return {"the run"}
    one: Outcomes = plain.outcomes
    return {each.name for each in changed(one, again.outcomes)}


def _is_known(difference: Difference, known: Mapping[str, str]) -> bool:
    return difference.after == "failed" and difference.name in known
