"""Threads of the operating system, whatever a program has made of `threading`."""

from __future__ import annotations

import subprocess
import sys
import threading

from snapy_instrument._threads import Lock, RLock, ThreadLocal, get_ident


def test_the_identifier_is_the_one_of_threading() -> None:
    """In the main thread and in others."""
    found: list[bool] = []
    thread = threading.Thread(target=lambda: found.append(get_ident() == threading.get_ident()))
    thread.start()
    thread.join()
    assert get_ident() == threading.get_ident()
    assert found == [True]


def test_data_is_kept_for_each_thread() -> None:
    """Another thread does not see it."""
    local = ThreadLocal()
    local.value = 1
    found: list[bool] = []
    thread = threading.Thread(target=lambda: found.append(hasattr(local, "value")))
    thread.start()
    thread.join()
    assert found == [False]


def test_locks_exclude_and_a_reentrant_one_lets_its_holder_in() -> None:
    """As those of `threading` do."""
    lock, reentrant = Lock(), RLock()
    with lock, reentrant:
        assert not lock.acquire(blocking=False)
        assert reentrant.acquire(blocking=False)
        reentrant.release()


def test_names_that_were_replaced_before_our_import_are_not_used() -> None:
    """As gevent does: the names of `_thread` then mean greenlets."""
    code = (
        "import _thread; _thread.get_ident = lambda: 'a greenlet';"
        "from snapy_instrument._threads import get_ident; print(type(get_ident()).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "int\n"
