"""Comprehensions and generator expressions are no calls; what they call is a child of the function around them."""


def double(number):
    return number * 2


def use(numbers):
    listed = [double(each) for each in numbers]
    mapped = {each: double(each) for each in numbers}
    summed = sum(double(each) for each in numbers)
    nested = [[double(b) for b in (a,)] for a in numbers]
    return len(listed) + len(mapped) + summed + len(nested)


def main():
    use([1, 2])
