import pytest

from snapy_instrument import register_capture, unregister_capture


@pytest.fixture(autouse=True)
def short_tokens(hook):
    """Describe a token by its type and text, not by its twelve fields."""
    from markdown_it.token import Token

    register_capture(Token, lambda token: f"{token.type} {token.content}".strip())
    yield
    unregister_capture(Token)
