"""How a library that one did not write turns text into HTML: markdown-it-py, traced without a change to it.

Everything of `markdown_it` is hooked; each test picks with patterns the part that its snapshot shows.
"""

from __future__ import annotations

import pytest

HOOKED = "markdown_it.*"
"""The pattern of the modules that the conftest.py at the top level hooks."""

TEXT = """\
# Title

> A *short* quote
> of [two](lines.html)
"""
HTML = """\
<h1>Title</h1>
<blockquote>
<p>A <em>short</em> quote
of <a href="lines.html">two</a></p>
</blockquote>
"""


@pytest.fixture
def render(hook):
    # Imported behind the hook, so functions are wrapped as they are defined and the rulers' lists hold the proxies.
    from markdown_it import MarkdownIt

    # One of its rules keeps a regular expression in a cache: filled here, it makes no difference which test is first.
    MarkdownIt().render(TEXT)
    return MarkdownIt().render


def test_block_rules(render, traced, trace_snapshot):
    """For each block the rules are tried in one order until one says True; a quote tries them again inside."""
    with traced("markdown_it.rules_block.*", "!*.state_block", "!*.list:skip*") as trace:
        assert render(TEXT) == HTML
    assert trace == trace_snapshot


def test_inline_rules(render, traced, trace_snapshot):
    """Minimal: names and nesting of the rules for text inside a block, without their helpers."""
    patterns = ["markdown_it.rules_inline.*", "markdown_it.helpers.*", "!*.state_inline", "!*.parse_link_title:_*"]
    with traced(*patterns, detail="minimal") as trace:
        render(TEXT)
    assert trace == trace_snapshot


def test_rendering(render, traced, trace_snapshot):
    """Tokens become tags; the registered description keeps each of them short."""
    with traced("markdown_it.renderer", "!markdown_it.renderer:*Attrs") as trace:
        render("*a*\n")
    assert trace == trace_snapshot


def test_who_calls_whom(render, traced, snapshot):
    """The call graph of a whole run, cut to the parsers: who hands over to whom, and how often."""
    with traced("markdown_it.parser_*", "markdown_it.main", "!*:MarkdownIt.__*") as trace:
        render(TEXT)
    assert trace.build_call_graph() == snapshot


def test_nothing_is_left_out_silently(hook, render):
    """What has no proxy is named with the reason: special methods, which a frame backend sees all the same."""
    report = hook.report()
    special = [name for name, reason in report.not_wrapped.items() if reason.startswith("special method")]
    assert "markdown_it.main:MarkdownIt.__repr__" in special
    assert len(report.wrapped) > 150
    assert len(report.wrapped) > 10 * len(special)
