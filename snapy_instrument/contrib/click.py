"""click and Typer: contexts of commands, and what their test runners return."""

from __future__ import annotations

__all__: list[str] = []

from typing import Any

from snapy_instrument import _raw
from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.describers.registry import Fields, register_library

keep_builtins(globals())


@register_library("click.Context")
@register_library("typer.Context")
def _describe_context(context: Any) -> Any:
    """Describe a context by the words of its command and the values of its parameters."""
    held = _raw.namespace(context)
    words, each = [], held
    while each:
        words.append(each.get("info_name") or "")
        parent = each.get("parent")
        each = _raw.namespace(parent) if parent is not None else {}
    more = {"subcommand": held["invoked_subcommand"]} if held.get("invoked_subcommand") else {}
    return Fields(" ".join(reversed(words)), params=held.get("params"), **more)


@register_library("click.testing.Result")
@register_library("typer.testing.Result")
def _describe_result(result: Any) -> Any:
    held = _raw.namespace(result)
    output = held.get("output_bytes", held.get("stdout_bytes")) or b""
    error = {"exception": held["exception"]} if held.get("exception") is not None else {}
    return Fields(exit_code=held.get("exit_code"), output=output.decode("utf-8", "replace"), **error)


@register_library("argparse.Namespace")
def _describe_namespace(namespace: Any) -> Any:
    return Fields(**{_raw.plain_name(name): value for name, value in _raw.namespace(namespace).items()})
