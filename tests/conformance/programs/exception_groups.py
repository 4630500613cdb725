"""A group is shown with its members; what ``except*`` leaves over is a new group, shown in full."""


def run(jobs):
    errors = []
    for job in jobs:
        try:
            job()
        except Exception as error:
            errors.append(error)
    if errors:
        raise ExceptionGroup("jobs failed", errors)


def bad():
    raise ValueError("bad")


def worse():
    raise TypeError("worse")


def forgiving(jobs):
    try:
        run(jobs)
    except* ValueError:
        note("forgiven")


def note(text):
    return text


def main():
    forgiving([bad])
    try:
        forgiving([bad, worse])
    except* TypeError as group:
        note(len(group.exceptions))
