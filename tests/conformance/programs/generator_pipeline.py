"""In a pipeline each stage is a child of the stage that first asked for an item, whatever the order of creation."""


def read(lines):
    yield from lines


def clean(lines):
    for line in lines:
        yield strip(line)


def strip(line):
    return line.strip()


def numbers(lines):
    for line in lines:
        yield int(line)


def run(lines):
    return sum(numbers(clean(read(lines))))


def main():
    run([" 1", "2 "])
