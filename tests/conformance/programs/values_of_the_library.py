"""Values of the standard library are shown by their content, not by address."""

import datetime
import re
from collections import Counter, defaultdict, deque
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from types import SimpleNamespace
from uuid import UUID


def show(value):
    return None


def main():
    show(datetime.date(2024, 2, 29))
    show(datetime.timedelta(hours=1))
    show(Decimal("1.50"))
    show(Fraction(1, 3))
    show(UUID(int=1))
    show(PurePosixPath("a/b"))
    show(deque([1, 2], maxlen=2))
    show(Counter("aab"))
    show(defaultdict(list, {"k": [1]}))
    show(SimpleNamespace(x=1))
    show(range(3))
    show(re.compile("a+"))
    show((len, str.upper, dict, ...))
