"""The extensions of syrupy, with its matchers and filters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from syrupy.extensions.amber.serializer import AmberDataSerializer
from syrupy.filters import paths, paths_include, props
from syrupy.matchers import path_type, path_value

from snapy_instrument.testing.snapshot import TracedSnapshot
from snapy_instrument.testing.syrupy.extension import TracedSnapshotExtension, TraceFileExtension
from snapy_instrument.trace.execution import TracedExecution
from snapy_instrument.trace.trace import Trace
from snapy_instrument.values import Struct
from tests.trace.builders import call, events

ID = Struct("UUID", ((None, "550e8400-e29b-41d4-a716-446655440000"),))
TRACE = Trace(events(call("shop.save", order={"id": ID, "name": "ada l"}, total=2.5).returns({"ok": True})))
WHOLE = (
    "shop.save(order={'id': UUID('550e8400-e29b-41d4-a716-446655440000'), 'name': 'ada l'}, total=2.5) -> {'ok': True}"
)
CASES = [
    ({}, WHOLE),
    (
        {"matcher": path_type({"shop.save.order.id": (UUID,), "shop.save.total": (float,)})},
        "shop.save(order={'id': UUID, 'name': 'ada l'}, total=float) -> {'ok': True}",
    ),
    (
        {
            # A path with a dot in it was never met before syrupy 7, unless it is a regex.
            "matcher": path_value(
                {r"shop\.save\.order\.name": "ada.*"}, types=(str,), replacer=lambda data, match: "NAME", regex=True
            )
        },
        WHOLE.replace("ada l", "NAME"),
    ),
    ({"exclude": props("id", "return")}, "shop.save(order={'name': 'ada l'}, total=2.5)"),
    ({"exclude": paths("shop.save.order")}, "shop.save(total=2.5) -> {'ok': True}"),
    ({"include": paths_include(("shop.save", "order", "name"))}, "shop.save(order={'name': 'ada l'})"),
    ({"include": props("total"), "exclude": props("return")}, "shop.save(total=2.5)"),
]


@pytest.mark.parametrize(("options", "line"), CASES)
@pytest.mark.parametrize("shape", [lambda trace: trace, TracedExecution])
def test_values_in_a_file(shape: Any, options: dict[str, Any], line: str) -> None:
    """A trace and an execution are the same text."""
    data = TraceFileExtension().serialize(shape(TRACE), **options)
    assert data.decode() == f"trace v1 standard\n{line}\n"


@pytest.mark.parametrize(("options", "line"), CASES)
def test_values_in_amber(options: dict[str, Any], line: str) -> None:
    """The text of a trace is as in a file."""
    text = TracedSnapshotExtension().serialize(TRACE, **options)
    assert text == AmberDataSerializer.serialize(f"trace v1 standard\n{line}")


def test_values_in_a_nested_trace() -> None:
    """The path begins with the path of the trace."""
    text = TracedSnapshotExtension().serialize({"t": [TRACE]}, exclude=paths("t.0.shop.save.order"))
    assert text == AmberDataSerializer.serialize({"t": ["trace v1 standard\nshop.save(total=2.5) -> {'ok': True}"]})


def test_a_matcher_of_texts_does_not_see_the_text() -> None:
    """It is asked about what is in it."""
    text = TracedSnapshotExtension().serialize(TRACE, matcher=path_type(types=(str,)))
    assert "'name': str}" in text


def test_text_of_a_serializer_is_as_it_is() -> None:
    """There are no values in it to match."""
    tracer = TracedSnapshot(serializer=lambda trace: f"{len(trace)} calls")
    assert TraceFileExtension().serialize(tracer, matcher=path_type(types=(str,))) == b"0 calls\n"


def test_a_failing_test_shows_text(pytester: pytest.Pytester) -> None:
    """Among the arguments of the test; and what a matcher hides makes no test fail."""
    pytester.makepyfile(
        shop="import uuid\ndef save(order, n):\n    pass\ndef run(n):\n    save(uuid.uuid4(), n)\n",
        test_shop="""
        import uuid
        import shop
        from syrupy.matchers import path_type

        def test_run(traced, trace_snapshot):
            with traced("shop") as trace:
                shop.run(1)
            assert trace == trace_snapshot(matcher=path_type({"shop.save.order": (uuid.UUID,)}))
        """,
    )
    options = ("-p", "no:cacheprovider", "-p", "no:randomly")
    pytester.runpytest_subprocess(*options, "--snapshot-update").assert_outcomes(passed=1)
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=1)
    test = pytester.path / "test_shop.py"
    test.write_text(test.read_text(encoding="utf-8").replace("run(1)", "run(22)"), encoding="utf-8")
    failed = pytester.runpytest_subprocess(*options)
    failed.stdout.fnmatch_lines(
        [
            "trace_snapshot = trace v1 standard",
            "shop.run(n=1)",
            "  shop.save(order=UUID, n=1)",
            "E         1 change: shop.run called with n: 1 -> 22",
        ]
    )


def test_bytes_shown_as_text_are_bytes() -> None:
    """Equal to what they are made of, whatever they hold."""
    data = TraceFileExtension().serialize("trace v1 standard\nm.f(x='\udcff')")
    assert (data == b"trace v1 standard\nm.f(x='\\udcff')\n", str(data)) == (
        True,
        "trace v1 standard\nm.f(x='\\udcff')",
    )
