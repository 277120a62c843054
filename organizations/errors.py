"""Refusals of the services: each names the field, the rule and the way out."""

from __future__ import annotations


class RuleError(ValueError):
    """A write that a rule forbids. `field` is the form's field (or empty), `code` names the rule,
    the message tells people what to do."""

    def __init__(self, field: str, code: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.code = code
        self.message = message
