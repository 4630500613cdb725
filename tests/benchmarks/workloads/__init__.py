"""Programs to be traced: each prepares its work, then runs it and gives a checksum."""

from __future__ import annotations

__all__ = ["WORKLOADS", "Workload"]

from dataclasses import dataclass


@dataclass(frozen=True)
class Workload:
    """A program.

    Attributes:
        name: Also the module's name; it has ``prepare(scale)`` and ``run(work)``.
        about: What it is made of, in a few words.
        packages: The modules traced, each with all below it, beside the program's own.
    """

    name: str
    about: str
    packages: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """The full name of the program's module."""
        return f"{__name__}.{self.name}"

    @property
    def patterns(self) -> list[str]:
        """The pattern for filters by module name."""
        return [self.module, *(f"{name}.*" for name in self.packages)]


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("fib", "tiny calls, nothing else"),
        Workload("orders", "objects, dicts and lists passed on"),
        Workload("methods", "methods, properties, class methods, operators, constructors"),
        Workload("recursion", "1,000 calls deep"),
        Workload("suspended", "generators and coroutines"),
        Workload("threads", "four threads at once"),
        Workload("markdown", "markdown-it-py renders a large file", ("markdown_it", "mdurl")),
    )
}
