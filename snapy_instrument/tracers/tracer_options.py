"""`TracerOptions`: the options of a tracer as one typed value, checked when it is made, and documented here alone."""

from __future__ import annotations

__all__ = ["OPTION_NAMES", "TracerOptions", "TracerOptionsDict", "options_of", "spell_options"]

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal, TypeAlias, TypeVar, Unpack, get_args

from snapy_instrument._patterns import GivenPattern, Patterns
from snapy_instrument._words import whole_number
from snapy_instrument.backends.base import Backend
from snapy_instrument.backends.choose import check_backend
from snapy_instrument.capture.describers.registry import Frames
from snapy_instrument.capture.limits import Limits
from snapy_instrument.capture.redaction.redactor import Redactor
from snapy_instrument.filters import ModuleFilter
from snapy_instrument.trace.selection import Exclusion
from snapy_instrument.trace.text.levels import Detail
from snapy_instrument.trace.text.path_roots import Roots
from snapy_instrument.trace.text.scrubbers import Scrub
from snapy_instrument.trace.text.text_options import TextOptions, TextOptionsDict

Scope: TypeAlias = Literal["process", "context"]

_SCOPES = ("process", "context")
_FOUNDING_NAMES = {"filter_modules": "include", "detail_level": "detail"}
F = TypeVar("F", bound=Callable[..., None])
T = TypeVar("T")


class TracerOptionsDict(TextOptionsDict, total=False):
    """The keyword arguments of `TracerOptions`, for signatures that pass them on: ``**o: Unpack[TracerOptionsDict]``.

    ``filter_modules`` and ``detail_level`` are earlier names of ``include`` and ``detail``.
    """

    include: Patterns | None
    exclude: Patterns | None
    backend: Backend
    trace_lines: bool
    scope: Scope
    max_events: int | None
    limits: Limits | None
    redactor: Redactor | None
    frames: Frames
    filter_modules: Patterns | None
    detail_level: Detail


_TEXT_NAMES = frozenset(TextOptionsDict.__annotations__)
OPTION_NAMES = frozenset(TracerOptionsDict.__annotations__) - frozenset(_FOUNDING_NAMES)
"""The names of all options."""


@dataclass(frozen=True, slots=True, init=False)
class TracerOptions:
    """What a tracer records, how, and how the text of its trace looks.

    Args:
        include: Patterns of what is recorded, see `ModuleFilter`; ``!`` excludes. None means what the installed
            hooks match, or without a hook *your code*: not the standard library, not site-packages.
        exclude: Patterns of what is not recorded, whatever includes it: names of modules and full names of
            functions, ``"shop.db.*"``, ``"shop.audit"``. The calls made inside are recorded.
        backend: "auto", "proxy" (proxied functions alone), or a frame backend: "settrace", "monitoring".
        trace_lines: Also record a line event for each line run; at ``detail="verbose"`` with the changed locals.
        scope: "process" records all threads; "context" the thread or task that enters the tracer and the
            threads and tasks started from it.
        max_events: Recording stops, with a marker in the trace, when that many events are held. None: no limit.
        limits: How much of each value is kept; None means `Limits()`.
        redactor: What is hidden in values; None means the defaults of `Redactor`.
        frames: How much is shown of data frames and large arrays: "shape" (size, columns, types, a digest of each
            column), "head" (the first rows too) or "full" (all rows, within the limits).
        detail, root, max_depth, collapse, float_digits, scrub: How the text looks, see `TextOptions`. With
            ``detail="verbose"`` each yield and resumption of generators and coroutines is recorded too.

    Attributes:
        include, exclude: The patterns, a tuple each.
        backend, trace_lines, scope, max_events, limits, redactor, frames: As given.
        text: The options of the text.

    Raises:
        TypeError: There is no option of that name.
        ValueError: An option or a pattern is malformed; the message names it.
    """

    include: tuple[GivenPattern, ...]
    exclude: tuple[GivenPattern, ...]
    backend: Backend
    trace_lines: bool
    scope: Scope
    max_events: int | None
    limits: Limits
    redactor: Redactor | None
    frames: Frames
    text: TextOptions
    _filter: ModuleFilter | None = field(repr=False, compare=False)
    _exclusion: Exclusion | None = field(repr=False, compare=False)

    def __init__(
        self,
        *,
        include: Patterns | None = None,
        exclude: Patterns | None = None,
        detail: Detail = "standard",
        backend: Backend = "auto",
        trace_lines: bool = False,
        scope: Scope = "process",
        max_events: int | None = None,
        limits: Limits | None = None,
        redactor: Redactor | None = None,
        frames: Frames = "shape",
        root: Roots | None = None,
        max_depth: int | None = None,
        collapse: Patterns = (),
        float_digits: int | None = None,
        scrub: Scrub = (),
    ) -> None:
        included, excluded = _listed("include", include), _listed("exclude", exclude)
        checked = {
            "include": included,
            "exclude": excluded,
            "backend": check_backend(backend),
            "trace_lines": _instance("trace_lines", trace_lines, bool),
            "scope": _one_of("scope", scope, _SCOPES),
            "max_events": None if max_events is None else whole_number("max_events", max_events, least=1),
            "limits": Limits() if limits is None else _instance("limits", limits, Limits),
            "redactor": None if redactor is None else _instance("redactor", redactor, Redactor),
            "frames": _one_of("frames", frames, get_args(Frames)),
            "text": TextOptions(
                detail=detail,
                root=root,
                max_depth=max_depth,
                collapse=collapse,
                float_digits=float_digits,
                scrub=scrub,
            ),
            "_filter": _made("include", ModuleFilter, included) if included else None,
            "_exclusion": _made("exclude", Exclusion, excluded) if excluded else None,
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    @property
    def filter(self) -> ModuleFilter | None:
        """What ``include`` chooses; None where the installed hooks or the defaults choose."""
        return self._filter

    def leaves_out(self, module: str, qualname: str) -> bool:
        """Return whether ``exclude`` leaves out a function."""
        return self._exclusion is not None and self._exclusion.hits(module, qualname)

    def changed(self, **changes: Unpack[TracerOptionsDict]) -> TracerOptions:
        """Return these options with some of them replaced.

        Raises:
            TypeError: There is no option of that name.
            ValueError: An option is malformed.
        """
        own = {name: getattr(self, name) for name in OPTION_NAMES - _TEXT_NAMES}
        text = {name: getattr(self.text, name) for name in _TEXT_NAMES}
        return TracerOptions(**{**own, **text, **_under_one_name(changes)})


def options_of(patterns: Patterns | None, options: TracerOptions | None, changes: TracerOptionsDict) -> TracerOptions:
    """Return the options of a tracer made with these arguments; ``include`` by name replaces ``patterns``.

    Raises:
        TypeError, ValueError: As for `TracerOptions`.
    """
    named = _under_one_name(changes)
    if patterns is not None and named.get("include") is None:
        named["include"] = patterns
    if options is None:
        return TracerOptions(**named)
    own: TracerOptions = _instance("options", options, TracerOptions)
    return own.changed(**named) if named else own


def spell_options(init: F) -> F:
    """Replace ``**changes`` in the signature of ``init`` by the options, as `help` and notebooks show it."""
    signature = inspect.signature(init)
    shown = [each for each in signature.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
    options = [each for name, each in inspect.signature(TracerOptions.__init__).parameters.items() if name != "self"]
    init.__signature__ = signature.replace(parameters=[*shown, *options])  # type: ignore[attr-defined]
    return init


def _under_one_name(options: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in options.items():
        if name in OPTION_NAMES:
            found[name] = value
        elif name not in _FOUNDING_NAMES:
            raise TypeError(_unknown(name))
    for founding, name in _FOUNDING_NAMES.items():
        if founding in options and found.get(name) is None:
            found[name] = options[founding]
    return found


def _unknown(name: str) -> str:
    names = sorted(OPTION_NAMES)
    near = get_close_matches(name, names, 1)
    guess = f": did you mean {near[0]!r}?" if near else "."
    return f"there is no option {name!r}{guess} There are {', '.join(names)}"


def _listed(name: str, patterns: Patterns | None) -> tuple[GivenPattern, ...]:
    if patterns is None:
        return ()
    if isinstance(patterns, str):
        # A regex may contain spaces.
        return (patterns,) if patterns.strip().removeprefix("!").startswith("re:") else tuple(patterns.split())
    if isinstance(patterns, re.Pattern):
        return (patterns,)
    if not isinstance(patterns, Iterable):
        raise TypeError(f"{name}={patterns!r} must be a pattern or a list of patterns")
    return tuple(patterns)


def _made(name: str, kind: Callable[[tuple[GivenPattern, ...]], T], patterns: tuple[GivenPattern, ...]) -> T:
    try:
        return kind(patterns)
    except (TypeError, ValueError) as problem:
        raise type(problem)(f"{name}: {problem}") from None


def _instance(name: str, value: Any, kind: type[T]) -> T:
    if not isinstance(value, kind):
        raise TypeError(f"{name}={value!r} must be {'True or False' if kind is bool else f'of type {kind.__name__}'}")
    return value


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{name}={value!r} is not one of {', '.join(map(repr, allowed))}")
    return value
