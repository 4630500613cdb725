"""Records how the sqlparse that is installed formats SQL statements, one trace each; prints them as JSON."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

from snapy_instrument import FunctionTracer


def record(statements: list[str]) -> list[str]:
    """Return the texts of the traces; every third statement loses its comments."""
    sqlparse = import_module("sqlparse")
    sqlparse.format("select 1", reindent=True)  # what is set up once belongs to no statement
    found = []
    for number, statement in enumerate(statements):
        with FunctionTracer(["sqlparse.*"]) as tracer:
            sqlparse.format(statement, reindent=True, keyword_case="upper", strip_comments=number % 3 == 0)
        found.append(tracer.format_trace())
    return found


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    statements = import_module("sql_statements").STATEMENTS
    Path(sys.argv[2]).write_text(json.dumps(record(statements)), encoding="utf-8")
