"""The functions that start threads, tasks and jobs, while a recorder watches."""

from __future__ import annotations

import asyncio
import inspect
import threading
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

from snapy_instrument import FunctionTracer
from snapy_instrument.recording.spawns import RecorderKey
from snapy_instrument.recording.start_hooks import starts

_START = threading.Thread.start
_SUBMIT = ThreadPoolExecutor.submit
_CREATE = asyncio.BaseEventLoop.create_task


def test_the_methods_are_back_when_nobody_watches() -> None:
    """The very functions that were there."""
    with FunctionTracer(["nothing"], backend="proxy"):
        assert threading.Thread.start is not _START
    assert (threading.Thread.start, ThreadPoolExecutor.submit) == (_START, _SUBMIT)
    assert asyncio.BaseEventLoop.create_task is _CREATE


def test_they_stay_while_another_recorder_watches() -> None:
    """The last one puts them back."""
    one, two = RecorderKey(None), RecorderKey(None)
    starts.watch(one)
    starts.watch(two)
    starts.unwatch(one)
    assert threading.Thread.start is not _START
    starts.unwatch(two)
    starts.unwatch(two)
    assert threading.Thread.start is _START


def test_replacements_have_the_names_and_signatures_of_the_methods() -> None:
    """Whoever inspects them sees the original."""
    with FunctionTracer(["nothing"], backend="proxy"):
        start, submit = threading.Thread.start, ThreadPoolExecutor.submit
        assert (start.__name__, start.__qualname__, start.__doc__) == ("start", "Thread.start", _START.__doc__)
        assert inspect.unwrap(submit) is _SUBMIT
        assert inspect.signature(submit) == inspect.signature(_SUBMIT)


def test_a_method_that_was_replaced_after_us_is_left() -> None:
    """Another tool put our function inside its own."""
    key = RecorderKey(None)
    starts.watch(key)
    with mock.patch.object(threading.Thread, "start") as theirs:
        starts.unwatch(key)
        assert threading.Thread.start is theirs
    threading.Thread.start = _START  # type: ignore[method-assign]


def test_threads_and_jobs_run_as_before() -> None:
    """With their arguments and results."""
    with FunctionTracer(["nothing"], backend="proxy"), ThreadPoolExecutor(1) as pool:
        seen: list[int] = []
        thread = threading.Thread(target=seen.append, args=(1,))
        thread.start()
        thread.join()
        assert pool.submit(divmod, 7, 2).result() == (3, 1)
        assert seen == [1]
