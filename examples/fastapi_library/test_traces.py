"""Ten traces of the same library."""

import pytest

from conftest import lend


@pytest.mark.parametrize("words", ["a", "walden", "nothing"])
def test_search(visit, traced, trace_snapshot, words):
    async def story(client):
        with traced() as trace:
            await client.get("/books", params={"q": words})
        return trace

    assert visit(story) == trace_snapshot(name=words)


def test_lend(visit, traced, trace_snapshot):
    async def story(client):
        with traced() as trace:
            await lend(client, 1, "ada")
        return trace

    assert visit(story) == trace_snapshot


@pytest.mark.parametrize(("name", "book"), [("no_book", 9), ("all_lent", 2), ("too_many", 1)])
def test_refused(visit, traced, trace_snapshot, name, book):
    async def story(client):
        await lend(client, 2, "ada")
        await lend(client, 3, "ada")
        await lend(client, 3, "ada")
        with traced() as trace:
            await lend(client, book, "ada")
        return trace

    assert visit(story) == trace_snapshot(name=name)


@pytest.mark.parametrize(("name", "day"), [("in_time", "2024-05-10"), ("late", "2024-06-01")])
def test_return(visit, traced, trace_snapshot, name, day):
    async def story(client):
        await lend(client, 1, "ada")
        with traced() as trace:
            await client.post("/loans/1/return", headers={"x-today": day})
        return trace

    assert visit(story) == trace_snapshot(name=name)


def test_reader(visit, traced, trace_snapshot):
    async def story(client):
        await lend(client, 1, "ada")
        await lend(client, 3, "ada")
        with traced() as trace:
            await client.get("/readers/ada")
        return trace

    assert visit(story) == trace_snapshot
