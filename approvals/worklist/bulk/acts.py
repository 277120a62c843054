"""What can be done to many tasks at once, and what each act needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.reviews.statement import Statement

MOST = 500
"""Lines of one run."""


class BulkAct(models.TextChoices):
    """The acts, in the order of the page."""

    DECIDE = "decide", _("出具相同意见")
    CLAIM = "claim", _("认领")
    RELEASE = "release", _("退回机构待办")
    ASSIGN = "assign", _("分派给同事")
    PRINT = "print", _("合并打印公文")
    MINUTES = "minutes", _("按会议纪要决定")


CHOSEN_BY_HAND: tuple[BulkAct, ...] = tuple(act for act in BulkAct if act != BulkAct.MINUTES)
"""What a person may choose for a selection; minutes are confirmed where they are kept."""


@dataclass(frozen=True, slots=True)
class Order:
    """One act with what was said: the same for every line."""

    act: BulkAct
    outcome: str = ""
    text: str = ""
    """The opinion, or the reason of an assignment or a reprint."""
    colleague: int | None = None

    def as_payload(self) -> dict[str, Any]:
        """For the run's row."""
        return {"outcome": self.outcome, "text": self.text, "colleague": self.colleague}

    @classmethod
    def of(cls, act: str, payload: Mapping[str, Any]) -> Order | None:
        """The order of a run's row; None before one was given."""
        if act not in BulkAct.values:
            return None
        return cls(
            BulkAct(act),
            str(payload.get("outcome", "")),
            str(payload.get("text", "")),
            payload.get("colleague"),
        )

    def statement(self) -> Statement:
        """What a reviewer says in each case: outcome and words, no ticks, no further fields."""
        return Statement(self.outcome, text=self.text)


def key_of(run: int, task: int) -> str:
    """The idempotency key of one line: the engine answers it once for ever."""
    return f"bulk:{run}:{task}"
