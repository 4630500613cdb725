"""What a careful author tests without traces."""

from pathlib import Path

import sales

FILE = Path(__file__).parent / "sales.csv"


def test_the_report():
    months, best, returned = sales.report(FILE)
    assert list(months.columns) == ["month", "shop", "euros", "share"]
    assert len(months) == 6 - 1
    assert months["share"].sum() > 0.99
    assert best.index[0] == "mug"
    assert returned == 1


def test_cleaning_drops_empty_rows():
    assert sales.clean(sales.load(FILE))["qty"].notna().all()
