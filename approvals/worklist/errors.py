"""Why an act on the queue's own things was not done."""

from __future__ import annotations


class WorklistRefused(Exception):
    """Nothing was done. `code` and `status` for the answer, `field` where the sentence belongs."""

    def __init__(self, sentence: str, *, code: str, field: str = "", status: int = 422) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code
        self.field = field
        self.status = status
