"""A value named like a secret, or that looks like one, is ``<redacted>`` everywhere."""


class Client:
    def __init__(self, user, password):
        self.user = user
        self.password = password

    def headers(self):
        return {"Accept": "text", "Authorization": f"Bearer {self.password}{self.password}"}


def connect(url, *, api_key=None, **options):
    return url


def fail(card_token):
    raise PermissionError({"token": card_token})


def main():
    Client("ann", "hunter2-hunter2-hunter2").headers()
    connect("https://ann:hunter2@example.org/x", api_key="k-123", timeout=3, secret="s")
    connect("https://example.org/x")
    try:
        fail("4111")
    except PermissionError:
        pass
