import asyncio

import pytest
from httpx import ASGITransport, AsyncClient
from library.main import app, stocked


@pytest.fixture
def visit():
    """Run an async function with a client of a stocked library."""

    def run(story):
        async def visited():
            async with stocked(), AsyncClient(transport=ASGITransport(app), base_url="http://library") as client:
                return await story(client)

        return asyncio.run(visited())

    return run


async def lend(client, book, reader, **headers):
    return await client.post("/loans", json={"book": book, "reader": reader}, headers=headers)
