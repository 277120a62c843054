"""What one may see of one's own runs: with the case its lines are gone, with the last line the run.

Whoever was recused from a case, or is tied to its party, must not be able to tell that it exists
(semantics C13): a row of dashes would tell him.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals.applications.rights import FILING_ROLES
from approvals.worklist.bulk.desk import Entry
from approvals.worklist.models import BulkLine, BulkRun
from organizations.models import User
from workflows import queue


def runs_of(user: User) -> QuerySet[BulkRun, BulkRun]:
    """His runs with a line left to see, unevaluated; one query (what is hidden from him)."""
    parties, cases = queue.hidden_from(user.pk)
    tied = Q(task__process__party__in=parties) & ~Q(task__role__in=FILING_ROLES)
    hidden = tied | Q(task__process__in=cases)
    left = BulkLine.objects.filter(run=OuterRef("pk")).exclude(hidden)
    return BulkRun.objects.filter(Exists(left), owner=user)


def in_sight(entries: Iterable[Entry]) -> list[Entry]:
    """The lines a page may show."""
    return [entry for entry in entries if not entry.is_hidden]
