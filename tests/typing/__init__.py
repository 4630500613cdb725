"""Programs of users that type checkers judge: mypy --strict and pyright in strict mode."""
