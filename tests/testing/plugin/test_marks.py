"""The mark ``snapy``: how the calls of one test are traced."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.testing.plugin_runs import Project

APPLICATION = """
def pay(amount, note="1234"):
    return amount
"""


def outcome_of(tmp_path: Path, tests: str, ini: str = "snapy_trace = shop.*", *options: str) -> Project:
    """Return a project whose tests are ``tests``."""
    return Project(tmp_path, ini, shop=APPLICATION, test_shop=f"import pytest\nimport shop\n{tests}")


SHOWS = """
    with traced() as trace:
        shop.pay(1)
    assert {text!r} in trace.format_trace()
"""


def test_a_mark_chooses_the_level(tmp_path: Path) -> None:
    """A verbose text has the defaults."""
    shows = SHOWS.format(text="shop.pay(amount=1, note='1234')")
    project = outcome_of(tmp_path, f"@pytest.mark.snapy(detail='verbose')\ndef test_pay(traced):{shows}")
    assert project.run().passes().counts == {"passed": 1}


def test_the_nearest_mark_wins(tmp_path: Path) -> None:
    """The mark of the test, not the mark of its module."""
    shows = SHOWS.format(text="trace v1 minimal")
    marks = "pytestmark = pytest.mark.snapy(detail='verbose')\n@pytest.mark.snapy(detail='minimal')"
    tests = f"{marks}\ndef test_pay(traced):{shows}"
    assert outcome_of(tmp_path, tests).run().passes().counts == {"passed": 1}


def test_names_of_a_mark_are_hidden_beside_those_of_the_settings(tmp_path: Path) -> None:
    """``redact`` adds."""
    shows = SHOWS.format(text="shop.pay(amount=<redacted>, note=<redacted>)")
    tests = f"@pytest.mark.snapy(redact='amount', detail='verbose')\ndef test_pay(traced):{shows}"
    project = outcome_of(tmp_path, tests, "snapy_trace = shop.*\nsnapy_redact = note")
    assert project.run().passes().counts == {"passed": 1}


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ("detial='verbose'", "*@pytest.mark.snapy: unknown argument 'detial'; known are *detail*"),
        ("detail='loud'", "*@pytest.mark.snapy: unknown level 'loud'*"),
        ("'verbose'", "*takes only keyword arguments, such as detail='verbose', got 'verbose'*"),
        ("trace=5", "*@pytest.mark.snapy: *"),
        ("redact=[5]", "*redact=[[]5[]] must be a text or a list of texts*"),
    ],
)
def test_a_wrong_mark_fails_its_test_with_the_cause(tmp_path: Path, mark: str, message: str) -> None:
    """Whether the test traces or not; the others run."""
    tests = f"@pytest.mark.snapy({mark})\ndef test_wrong(): pass\ndef test_right(): pass"
    outcome = outcome_of(tmp_path, tests).run()
    outcome.match(message)
    assert outcome.counts["passed"] == 1
    assert outcome.code == pytest.ExitCode.TESTS_FAILED


def test_a_wrong_setting_is_reported_before_any_test_runs(tmp_path: Path) -> None:
    """As a usage error that says what there is."""
    outcome = outcome_of(tmp_path, "def test_right(): pass", "snapy_detail = loud").run()
    assert outcome.code == pytest.ExitCode.USAGE_ERROR
    assert "settings of snapy: unknown level 'loud'" in "\n".join(outcome.errors)


DEEP = """
def inner(text):
    return text

def middle(text):
    return inner(text)

def outer(text):
    return middle(text)
"""


@pytest.mark.parametrize(
    ("setting", "value", "text"),
    [
        ("exclude", "shop.middle", "shop.outer(text='abcdefgh')\\n  shop.inner("),
        ("max_depth", "1", "shop.outer(text='abcdefgh') [+2 calls] -> 'abcdefgh'"),
        ("collapse", "shop.middle", "  shop.middle(text='abcdefgh') [+1 call] -> 'abcdefgh'"),
        ("limits", "chars=4 items=2", "shop.outer(text='abcd'...<+4 chars"),
        ("backend", "proxy", "shop.outer(text='abcdefgh')"),
    ],
)
def test_settings_marks_and_arguments_are_alike(tmp_path: Path, setting: str, value: str, text: str) -> None:
    """In the ini file, on the command line, in a mark and as an argument of the fixture."""
    shows = f"""
    with traced({{arguments}}) as trace:
        shop.outer("abcdefgh")
    assert "{text}" in trace.format_trace(), trace.format_trace()
"""
    given = {"max_depth": value, "limits": "snapy_instrument.Limits(chars=4, items=2)"}.get(setting, repr(value))
    plain = f"import pytest\nimport shop\nimport snapy_instrument\ndef test_pay(traced):{shows.format(arguments='')}"
    fixture = plain.replace("traced()", f"traced({setting}={given})")
    mark = plain.replace("def test_pay", f"@pytest.mark.snapy({setting}={given})\ndef test_pay")
    trace = "snapy_trace = shop.*"
    flag = f"--snapy-{setting.replace('_', '-')}"
    ways = [
        (plain, f"{trace}\nsnapy_{setting} = {value}", ()),
        (plain, trace, [part for each in value.split() for part in (flag, each)]),
        (mark, trace, ()),
        (fixture, trace, ()),
    ]
    for number, (tests, ini, options) in enumerate(ways):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert Project(folder, ini, shop=DEEP, test_shop=tests).run(*options).passes().counts == {"passed": 1}


@pytest.mark.parametrize("limits", ["chars", "chars=x", "letters=5", "chars=0"])
def test_wrong_limits_are_refused(tmp_path: Path, limits: str) -> None:
    """Before any test runs."""
    project = outcome_of(tmp_path, "def test_pay(): pass", f"snapy_trace = shop.*\nsnapy_limits = {limits}")
    assert any("settings of snapy: " in line for line in project.run().errors)


def test_rows_of_data_frames_are_shown_by_setting_and_by_mark(tmp_path: Path) -> None:
    """The mark wins over the setting."""
    arrays = "import numpy\ndef record(traced):\n    with traced() as trace:\n        shop.pay(numpy.zeros((200, 2)))\n"
    tests = (
        f"{arrays}    return trace.format_trace()\n"
        "def test_setting(traced):\n    assert ', head=[[' in record(traced)\n"
        "@pytest.mark.snapy(frames='shape')\ndef test_mark(traced):\n    assert ', head=' not in record(traced)\n"
    )
    project = outcome_of(tmp_path, tests, "snapy_trace = shop.*\nsnapy_frames = head")
    assert project.run().passes().counts == {"passed": 2}
