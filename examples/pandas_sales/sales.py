"""A monthly report of the sales of some shops, in euros."""

import pandas as pd

RATES = {"EUR": 1.0, "GBP": 1.17}


def load(path):
    return pd.read_csv(path, dtype={"sku": "str", "shop": "str"}, parse_dates=["day"])


def clean(sales):
    sales = sales.drop_duplicates()
    sales = sales.dropna(subset=["qty"])
    return sales.assign(sku=sales["sku"].str.lower(), qty=sales["qty"].astype("int64"))


def split_returns(sales):
    is_return = sales["qty"] < 0
    return sales[~is_return], sales[is_return]


def rates(currencies):
    return pd.DataFrame({"currency": list(currencies), "rate": [float(rate) for rate in currencies.values()]})


def in_euros(sales, rates):
    joined = sales.merge(rates, on="currency", how="inner")
    return joined.assign(euros=(joined["qty"] * joined["price"] * joined["rate"]).round(2))


def by_month(sales):
    months = sales.assign(month=sales["day"].dt.strftime("%Y-%m"))
    return months.groupby(["month", "shop"], as_index=False)["euros"].sum().sort_values(["month", "shop"])


def best(sales, number=2):
    totals = sales.groupby("sku")["euros"].sum().sort_values(ascending=False)
    return totals.head(number)


def share(report):
    return (report["euros"] / report["euros"].sum()).round(4)


def report(path):
    sold, returned = split_returns(clean(load(path)))
    euros = in_euros(sold, rates(RATES))
    months = by_month(euros)
    return months.assign(share=share(months).to_numpy()), best(euros), len(returned)
