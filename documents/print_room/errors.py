"""Why the print room does not do something."""

from __future__ import annotations

from django.http import Http404


class NotThere(Http404):
    """For this person there is no such paper (`documents.sight`)."""


class Refused(Exception):
    """Nothing was recorded; `field` names the form's field, the message the way out."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
