"""Contexts of click and argparse, and results of click's runner, as a trace shows them."""

from __future__ import annotations

import argparse

import click
import pytest
from click.testing import CliRunner

from tests.contrib.texts import text


def test_a_context_has_command_and_parameters() -> None:
    """With the words that lead to it; a secret is hidden."""
    seen: list[str] = []

    @click.group()
    @click.option("--verbose", is_flag=True)
    @click.pass_context
    def bill(context: click.Context, verbose: bool) -> None:
        seen.append(text(context))

    @bill.command()
    @click.argument("month")
    @click.option("--password")
    @click.pass_context
    def send(context: click.Context, month: str, password: str) -> None:
        seen.append(text(context))
        raise click.ClickException("no such month")

    result = CliRunner().invoke(bill, ["--verbose", "send", "may", "--password", "x"])
    assert seen == [
        "Context('bill', params={'verbose': True}, subcommand='send')",
        "Context('bill send', params={'password': <redacted>, 'month': 'may'})",
    ]
    assert text(result) == "Result(exit_code=1, output='Error: no such month\\n', exception=SystemExit(1))"


@pytest.mark.parametrize(("given", "expected"), [({}, "Namespace()"), ({"n": 2}, "Namespace(n=2)")])
def test_a_namespace_is_its_attributes(given: dict[str, int], expected: str) -> None:
    """What argparse made of a command line."""
    assert text(argparse.Namespace(**given)) == expected
