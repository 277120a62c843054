"""Why a notice could not be rendered."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

NO_GLYPH = gettext_noop("字库中没有以下字符：%(named)s。请改用其他写法。")


class RenderingError(Exception):
    """The page could not be made; `passing` says whether another try may succeed.

    `message` is the untranslated sentence and `words` fill it, so that a child process, which has
    no translations, can pass both on: they are put into the reader's language by `str`.
    """

    def __init__(
        self,
        message: str,
        words: Mapping[str, str | int] | None = None,
        *,
        passing: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.words = words
        self.passing = passing

    def __str__(self) -> str:
        said = gettext(self.message)
        return said % self.words if self.words else said
