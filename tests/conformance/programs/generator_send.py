"""``send`` resumes the same call; what the generator calls after each step is inside it."""


def averager():
    total, count, average = 0, 0, None
    while True:
        number = yield average
        if number is None:
            return average
        total, count = add(total, number), count + 1
        average = total / count


def add(a, b):
    return a + b


def main():
    source = averager()
    next(source)
    source.send(10)
    source.send(20)
    try:
        source.send(None)
    except StopIteration as stop:
        add(stop.value, 1)
