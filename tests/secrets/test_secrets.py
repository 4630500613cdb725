"""Secrets are in no output, in whatever way the program hands them on."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from snapy_instrument import install_hook
from tests.conftest import Application
from tests.secrets import kinds, vault
from tests.secrets.outputs import outputs_of
from tests.secrets.planted import FORMED, Formed, leaked, word


def assert_hidden(run: Callable[[], object], words: tuple[str, ...], folder: Path) -> None:
    """None of ``words`` is in any output of a recording of ``run``."""
    outputs = outputs_of(run, vault.__name__, folder)
    found = {name for name, output in outputs.items() if any(leaked(each, output) for each in words)}
    assert found == set(), outputs["text standard"].decode()
    assert b"<redacted>" in outputs["saved file"] or b"chars #" in outputs["text verbose"]


@pytest.mark.parametrize("kind", kinds.BY_PLACE)
def test_what_its_place_tells(kind: str, tmp_path: Path) -> None:
    """A word that nobody could know for a secret is hidden where a name says what it is."""
    secret = word(kind)
    assert_hidden(functools.partial(kinds.BY_PLACE[kind], secret), (secret,), tmp_path)


@pytest.mark.parametrize("kind", kinds.BY_TEXT)
def test_what_the_text_around_it_tells(kind: str, tmp_path: Path) -> None:
    """A word inside a longer text is hidden: as argument, as result, in a container and in an exception."""
    secret = word(kind)
    text = kinds.BY_TEXT[kind](secret)
    assert_hidden(lambda: hand_on(text), (secret,), tmp_path)


@pytest.mark.parametrize("kind", FORMED)
def test_what_its_own_form_tells(kind: str, tmp_path: Path) -> None:
    """A secret of a known form is hidden wherever it stands."""
    formed = FORMED[kind]
    assert_hidden(lambda: everywhere(formed), formed.words, tmp_path)


def hand_on(value: Any) -> None:
    """In every way that has no name."""
    vault.take(value, [value], {"text": value}, {"text": {1: (value,)}}, option=value)
    vault.give(value)
    vault.caught(vault.Denied(value))
    vault.caught(vault.Denied("failed:", value))


def everywhere(formed: Formed) -> None:
    """The same, and as keys, in sets, in the middle of texts, at their start and end, in bytes, at the cut."""
    text = formed.text
    hand_on(text)
    hand_on(text.encode())
    hand_on(f"key {text}")
    hand_on(f"({text}), or '{text}'.")
    vault.take({text: 1, (text, 1): 2}, {text, "a"}, frozenset([text]), f"{'x' * 395} {text} {'y' * 100}")
    vault.take("z" * 380 + " " + text + " " + "z" * 200_000)


SHOP = """
    import os

    SECRET = os.environ["PLANTED"]

    def log_in(user, password, api_key=SECRET):
        return {"user": user, "session_token": password}

    def fetch(url, headers):
        raise PermissionError(f"401 for {url}: password={SECRET}")

    def visit(user):
        log_in(user, SECRET)
        try:
            fetch(f"https://{user}:{SECRET}@example.org", [("Authorization", f"Bearer {SECRET}")])
        except PermissionError:
            pass
"""
TESTS = """
    import os
    import shop

    def test_snapshots(traced, trace_snapshot, snapshot):
        with traced("shop") as trace:
            shop.visit(os.environ["VISITOR"])
        assert trace == trace_snapshot
        assert trace.execution == snapshot

    def test_fails(traced):
        with traced("shop") as trace:
            shop.visit(os.environ["VISITOR"])
        assert trace.events == []
        assert trace.trace == "trace v1 standard"
"""


def test_pytest_shows_none_of_them(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the reports of tests that fail nor the snapshots they compare with hold a secret."""
    pytester.makepyfile(shop=SHOP, test_shop=TESTS)
    monkeypatch.setenv("PLANTED", word("pytest"))
    shown = ""
    for visitor, options in (("ann", ["--snapshot-update"]), ("bob", ["-vv", "--tb=long"])):
        monkeypatch.setenv("VISITOR", visitor)
        done = pytester.runpytest_subprocess("--snapy-trace=shop", "-p", "no:randomly", *options)
        shown += done.stdout.str() + done.stderr.str()
    written = [path for path in pytester.path.rglob("*") if path.suffix in (".trace", ".ambr")]
    assert len(written) >= 2
    assert "visit(user='bob')" in shown
    assert "<redacted>" in shown
    assert [path.name for path in written if leaked(word("pytest"), path.read_bytes())] == []
    assert not leaked(word("pytest"), shown.encode())


def test_the_report_of_a_hook_tells_none_of_them(application: Application) -> None:
    """It knows functions, their names and modules."""
    application.write(shop=SHOP.replace('os.environ["PLANTED"]', repr(word("hook"))))
    with install_hook(["shop"]) as hook:
        application.load("shop").visit("ann")
        shown = f"{hook.report()} {hook.report()!r} {hook!r}"
    assert "shop:log_in" in shown
    assert not leaked(word("hook"), shown.encode())


def test_the_search_finds_what_is_not_hidden(tmp_path: Path) -> None:
    """A word that nothing marks as a secret is found in the outputs that tell values, whole, cut or encoded."""
    outputs = outputs_of(lambda: vault.take(word("open")), vault.__name__, tmp_path)
    found = {name for name, output in outputs.items() if leaked(word("open"), output)}
    assert found >= {"text standard", "events", "pickled trace", "saved file", "amber snapshot", "streamed batches"}
    assert leaked("abcdefghijkl", b"..cdefgh..")
    assert leaked("a secret of ann", b"YW5uOmEgc2VjcmV0IG9mIGFubg==")
    assert not leaked("abcdefghijkl", b"abcde fghij")
