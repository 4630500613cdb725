"""An exception object kept and raised a second time is told again where it is raised."""

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
