"""The one error of the file rules."""

from __future__ import annotations


class FileRefusedError(Exception):
    """A file is not taken; `code` for tests and statistics, `message` for the sender."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
