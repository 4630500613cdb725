"""What a careful author tests without traces."""

from conftest import lend


def test_search(visit):
    async def story(client):
        found = (await client.get("/books", params={"q": "walden"})).json()
        assert [book["title"] for book in found] == ["Walden"]

    visit(story)


def test_lend_and_return(visit):
    async def story(client):
        answer = await lend(client, 1, "ada")
        assert answer.json()["loan"] == 1
        assert (await client.get("/readers/ada")).json() == {"reader": "ada", "books": [1]}
        assert (await client.post("/loans/1/return")).is_redirect
        assert (await client.get("/readers/ada")).json()["books"] == []

    visit(story)


def test_refusals(visit):
    async def story(client):
        assert (await lend(client, 2, "ada")).is_success
        assert "error" in (await lend(client, 2, "bob")).json()
        assert (await lend(client, 9, "bob")).is_error

    visit(story)
