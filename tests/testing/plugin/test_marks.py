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
