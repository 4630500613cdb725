"""Objects, functions and methods of a traced module are pickled as before; its hooks are calls."""

import pickle


class Session:
    def __init__(self, user):
        self.user = user
        self.open = True

    def __getstate__(self):
        return {"user": self.user}

    def __setstate__(self, state):
        self.user = state["user"]
        self.open = False

    def name(self):
        return self.user


def there_and_back(value):
    return pickle.loads(pickle.dumps(value))


def main():
    session = there_and_back(Session("ann"))
    assert not session.open
    assert there_and_back(there_and_back) is there_and_back
    there_and_back(session.name)()
