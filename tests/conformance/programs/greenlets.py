"""Each greenlet has its own stack: its calls are under the call that first switched to it, wherever it was made."""

import threading

import greenlet


def leaf(number):
    return number * 2


def pause(value):
    return greenlet.getcurrent().parent.switch(value)


def worker(name):
    leaf(1)
    got = pause(name)
    return leaf(got)


def to_and_fro():
    one, two = greenlet.greenlet(worker), greenlet.greenlet(worker)
    return [one.switch("one"), two.switch("two"), one.switch(10), two.switch(20)]


def failing():
    pause("waits")
    return "never"


def thrown():
    waiting = greenlet.greenlet(failing)
    waiting.switch()
    try:
        waiting.throw(KeyError("thrown"))
    except KeyError:
        return leaf(3)


def numbers():
    yield leaf(4)
    yield pause("in a generator")


def drain():
    return list(numbers())


def generator():
    draining = greenlet.greenlet(drain)
    leaf(draining.switch() == "in a generator")
    return draining.switch("sent")


def make():
    return greenlet.greenlet(worker)


def maker(kept):
    kept.append(make())


def made_in_another():
    kept = []
    greenlet.greenlet(maker).switch(kept)
    kept[0].parent = greenlet.getcurrent()
    kept[0].switch("made elsewhere")
    return kept[0].switch(5)


def in_thread():
    thread = threading.Thread(target=to_and_fro)
    thread.start()
    thread.join()


def main():
    to_and_fro()
    thrown()
    generator()
    made_in_another()
    in_thread()
