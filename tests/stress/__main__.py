"""Run the stress for long: ``python -m tests.stress --seconds 60 [--backend monitoring]``."""

from __future__ import annotations

import argparse
import faulthandler
import sys

from snapy_instrument import IMPLEMENTATION
from tests.stress.program import BACKENDS, run


def main() -> int:
    """Return 1 where something went wrong, after printing it."""
    parser = argparse.ArgumentParser(prog="python -m tests.stress")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--backend", choices=BACKENDS, action="append")
    given = parser.parse_args()
    faulthandler.enable()
    chosen = given.backend or BACKENDS
    failed = False
    for backend in chosen:
        wrong = run(backend, given.seconds / len(chosen))
        print(f"{sys.version.split()[0]} {IMPLEMENTATION} {backend}: {dict(wrong) or 'nothing went wrong'}", flush=True)
        failed = failed or bool(wrong)
    return 1 if failed else 0


sys.exit(main())
