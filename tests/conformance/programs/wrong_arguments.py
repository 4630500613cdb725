"""A call that Python refuses never began, so it is not recorded."""


def pair(a, b, *, c=0):
    return a, b, c


def refused(*args, **kwargs):
    try:
        pair(*args, **kwargs)
    except TypeError:
        return True
    return False


def main():
    refused(1)
    refused(1, 2, 3)
    refused(1, 2, a=1)
    refused(1, 2, d=1)
    refused(1, 2)
