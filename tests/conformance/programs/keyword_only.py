"""Keyword-only parameters are shown by name, in the order of the signature."""


def transfer(amount, *, source, target="savings", note=None):
    return f"{amount} from {source} to {target}"


def main():
    transfer(5, source="cash")
    transfer(6, target="bank", source="cash")
    transfer(note="rent", source="bank", target="owner", amount=7)
