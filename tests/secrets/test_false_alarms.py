"""What is hidden though it is no secret, counted on real packages doing their work."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from snapy_instrument import FunctionTracer

BACKEND: Any = "monitoring" if sys.version_info >= (3, 12) else "settrace"
MARKDOWN = """\
# Title: *a* `code`

* item one: [link](https://example.org/?a=1&b=2 "title")
* item two ![image](x.png)

| key | value |
|-----|-------|
| a   | b = c |

> quote -- with <b>html</b> and a footnote: none

```python
password_length = 8
def token(kind): return next(kind)
```
"""
TEMPLATE = """\
{% macro field(name, value='', type='text') -%}
  <input type="{{ type }}" name="{{ name }}" value="{{ value|e }}">
{%- endmacro %}
{% extends "base" %}{% block body %}
{% for user in users if user.age > 1 %}{{ loop.index }}: {{ user.name|upper }} {{ field('x', user.age) }}
{% else %}nobody{% endfor %}{% set total = users|sum(attribute='age') %}{{ total }} {{ {'a': 1}['a'] }} {# note #}
{% endblock %}
"""
TOML = """\
title = "TOML Example"  # a comment
[owner]
name = "Tom"
dob = 1979-05-27T07:32:00-08:00
[database]
enabled = true
ports = [ 8000, 8001 ]
data = [ ["delta", "phi"], [3.14] ]
temp = { cpu = 79.5, case = 72.0 }
[[products]]
name = "Hammer"
sku = 738594937
text = '''
many
lines: of text = here
'''
"""


def markdown() -> None:
    """markdown-it-py renders a page."""
    from markdown_it import MarkdownIt

    assert "<table>" in MarkdownIt("commonmark").enable("table").render(MARKDOWN)


def templates() -> None:
    """Jinja2 compiles and renders templates that inherit."""
    from jinja2 import DictLoader, Environment

    loader = DictLoader({"page": TEMPLATE, "base": "<html>{% block body %}{% endblock %}</html>"})
    users = [{"name": "ann", "age": 3}, {"name": "bob", "age": 4}]
    assert "ANN" in Environment(loader=loader, autoescape=True).get_template("page").render(users=users)


def settings() -> None:
    """tomlkit parses, changes and writes a document."""
    import tomlkit

    document = tomlkit.parse(TOML)
    document["owner"]["name"] = "Ann"
    document.add("added", tomlkit.item([1, 2]))
    assert 'name = "Ann"' in tomlkit.dumps(document)


def commands() -> None:
    """click runs a command, shows help and an error."""
    import click
    from click.testing import CliRunner

    @click.group()
    @click.option("--verbose", "-v", count=True)
    def cli(verbose: int) -> None:
        """A tool. Usage: tool [options] FILE"""

    @cli.command()
    @click.argument("name")
    @click.option("--times", default=1, show_default=True, envvar="TIMES", help="How often: a number.")
    @click.option("--colour", type=click.Choice(["red", "blue"]))
    def greet(name: str, times: int, colour: str | None) -> None:
        """Greets NAME."""
        click.secho(f"hello {name} = {times}: {colour}", fg=colour)

    runner = CliRunner()
    assert runner.invoke(cli, ["-v", "greet", "ann", "--times", "2", "--colour", "red"]).exit_code == 0
    assert "Greets NAME" in runner.invoke(cli, ["greet", "--help"]).output
    assert runner.invoke(cli, ["greet", "ann", "--times", "x"]).exit_code == 2


# Each with the least number of events, and the greatest number of marks among all captured values: markdown-it-py has
# a dataclass with a field "token", which the standard library passes by that name.
WORK: list[tuple[Callable[[], None], str, int, int]] = [
    (markdown, "markdown_it.*", 2000, 2),
    (templates, "jinja2.*", 2000, 0),
    (settings, "tomlkit.*", 2000, 0),
    (commands, "click.*", 1000, 0),
]


@pytest.mark.parametrize(("work", "pattern", "events", "alarms"), WORK, ids=[work[1] for work in WORK])
def test_little_is_hidden_where_there_is_no_secret(
    work: Callable[[], None], pattern: str, events: int, alarms: int
) -> None:
    """The number of marks in a whole trace of a package that handles no secret does not grow."""
    tracer = FunctionTracer([pattern], backend=BACKEND, detail_level="verbose")
    with tracer:
        work()
    text = "\n".join(repr(event) for event in tracer.events)
    found = text.count("<redacted>")
    print(f"{pattern}: {found} values hidden in {len(tracer.events)} events")
    assert len(tracer.events) > events
    assert found <= alarms
