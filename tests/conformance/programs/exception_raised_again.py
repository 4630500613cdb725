"""An exception object that is kept and raised a second time is shown in full both times."""

KEPT = ValueError("kept")


def raise_kept():
    raise KEPT


def guarded():
    try:
        raise_kept()
    except ValueError:
        return True
    return False


def main():
    guarded()
    guarded()
