import pytest

from snapy_instrument import install_hook, register_capture, unregister_capture


@pytest.fixture(scope="module", autouse=True)
def hook():
    with install_hook("markdown_it.*") as installed:
        yield installed


@pytest.fixture(autouse=True)
def short_tokens(hook):
    """Describe a token by its type and text, not by its twelve fields."""
    from markdown_it.token import Token

    register_capture(Token, lambda token: f"{token.type} {token.content}".strip())
    yield
    unregister_capture(Token)
