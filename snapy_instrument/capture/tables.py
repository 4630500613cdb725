"""The tables that both twins of the walk look into."""

from __future__ import annotations

__all__ = ["Tables"]

import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from snapy_instrument._builtins import keep_builtins
from snapy_instrument.capture.identity import Constructing, RefTable
from snapy_instrument.capture.redaction.lookups import Lookup
from snapy_instrument.capture.redaction.names import Secrecy
from snapy_instrument.capture.views import Describer
from snapy_instrument.values import Mark

keep_builtins(globals())


@dataclass(frozen=True, slots=True)
class Tables:
    """What the walks through the values of one recording look into, made once by `Policy`.

    The native twin takes each member by its name and holds it: a table is filled and cleared at times, by both twins
    and by any thread, and never replaced.

    Attributes:
        clean: Short texts known to hold no secret, and to need no cut.
        clean_data: The same for bytes.
        lookups: Those of the clean texts that are names of secrets.
        secrecies: Names that were decided.
        harmless: Names of fields, as tuples, without the name of a secret.
        constructing: The objects inside their ``__init__``.
        refs: The numbers of objects.
        numbers: The numbers of the next objects.
        decisions: Ids of weak references to the reference and the `Decision` for its type.
        registrations: One number, which grows with each registration: decisions made before it are out of date.
        views: The types that a describer uses for containers.
        unknown: The describer of types without a description.
        never: The `Secrecy` of names that say nothing.
        builtins: The namespace of the module `builtins`, which is never shown.
        always: The `Secrecy` of names whose values are hidden.
        text_only: The `Secrecy` of names whose values are hidden if they are texts.
        redacted: What is stored for a hidden value.
        instead: What is stored for every value; None where values are captured.
        function_describer: The describer of functions and proxies.
        method_describer: The describer of bound methods.
        class_describer: The describer of classes.
        chain_describer: The describer of ChainMaps.
        depth: See `Limits`.
        items: See `Limits`.
        chars: See `Limits`.
        nodes: See `Limits`.
        digest_nodes: See `Limits`.
        digest_chars: See `Limits`.
        total_chars: See `Limits`.
    """

    clean: set[str]
    clean_data: set[bytes]
    lookups: dict[str, Lookup]
    secrecies: dict[str, Secrecy]
    harmless: set[tuple[str | None, ...]]
    constructing: Constructing
    refs: RefTable
    numbers: Iterator[int]
    decisions: dict[int, tuple[weakref.ref[type], Any]]
    registrations: list[int]
    views: tuple[type, ...]
    unknown: Describer
    never: Secrecy
    builtins: dict[str, Any]
    always: Secrecy
    text_only: Secrecy
    redacted: Mark
    instead: Mark | None
    function_describer: Describer
    method_describer: Describer
    class_describer: Describer
    chain_describer: Describer
    depth: int
    items: int
    chars: int
    nodes: int
    digest_nodes: int
    digest_chars: int
    total_chars: int
