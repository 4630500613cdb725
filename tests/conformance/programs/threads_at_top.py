"""What the block starts with no call open is at the top, in the order of starting, though it runs in another order."""
# filter: threads_at_top:job threads_at_top:part threads_at_top:step

import _thread
import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor


def part(number):
    return number


def job(number):
    return part(number)


async def step(number):
    return part(number)


def late(ready, done, number):
    ready.wait()
    job(number)
    done.set()


def threads():
    ready = [threading.Event() for _ in range(4)]
    last = threading.Event()
    for number, event in enumerate(ready):
        after = ready[number - 1] if number else last
        threading.Thread(target=late, args=(event, after, number)).start()
    job("while they wait")
    ready[-1].set()
    last.wait()


def raw():
    done = threading.Event()
    ready = threading.Event()
    ready.set()
    _thread.start_new_thread(late, (ready, done, "a thread of _thread"))
    done.wait()


def pool():
    with ThreadPoolExecutor(max_workers=1) as jobs:
        jobs.submit(job, "a job").result()
        job("between two jobs")
        jobs.submit(job, "a job of the same thread").result()


def timer():
    waiting = threading.Timer(0.001, job, ("a timer",))
    waiting.start()
    waiting.join()


async def tasks():
    await asyncio.gather(step("a task"), step("the next task"))
    await asyncio.to_thread(job, "to_thread")
    await asyncio.get_running_loop().run_in_executor(None, job, "an executor")


def other_loop():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(step("in another thread's loop"), loop).result()
    job("after it")
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def main():
    threads()
    raw()
    pool()
    timer()
    asyncio.run(tasks())
    other_loop()
