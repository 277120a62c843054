"""Why a notice could not be rendered."""

from __future__ import annotations


class RenderingError(Exception):
    """The page could not be made; `passing` says whether another try may succeed."""

    def __init__(self, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing
