"""Why an opinion cannot be recorded as it was sent: by field, with the way out."""

from __future__ import annotations


class OpinionRefused(Exception):
    """What was sent does not fit the step's form; nothing was done.

    `problems` maps a form field's name to its sentence.
    """

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems
