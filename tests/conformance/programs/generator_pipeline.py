"""In a pipeline each stage stands under the stage that asked it first, though they were made the other way round."""


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
