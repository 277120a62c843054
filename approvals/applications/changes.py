"""Two versions side by side, as the task page and the page of the versions show them (B8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from approvals.applications.comparison import Change
from approvals.applications.models import Application, MaterialVersion
from approvals.applications.versions import Versions, earliest_visible, versions_of
from organizations.models import User


@dataclass(frozen=True, slots=True)
class ChangeSheet:
    """What differs between `before` and `after`; `rows` are the versions the reader may choose.

    `since_own` says that `before` is what the reader's own last opinion was given on.
    """

    before: MaterialVersion
    after: MaterialVersion
    changes: Sequence[Change]
    rows: Sequence[MaterialVersion]
    since_own: bool = False


def since(versions: Versions, opinion_version: int | None, *, earliest: int) -> ChangeSheet | None:
    """From the reader's own last opinion (None: he gave none, then from the first version he may
    see) to now; None while there is only one version."""
    return between(
        versions,
        opinion_version if opinion_version is not None else earliest,
        None,
        earliest=earliest,
        since_own=opinion_version is not None,
    )


def between(
    versions: Versions,
    before: int | None,
    after: int | None,
    *,
    earliest: int,
    since_own: bool = False,
) -> ChangeSheet | None:
    """Any two versions a reader may see, the earlier one first; what is not named or not his to see
    becomes the first he may see, and the current one."""
    rows = [row for row in versions.rows if row.version >= earliest]
    if len(versions.rows) < 2 or not rows:
        return None
    chosen = sorted(
        (_within(rows, before, rows[0]), _within(rows, after, rows[-1])),
        key=lambda row: row.version,
    )
    changes = versions.between(chosen[0].version, chosen[1].version)
    return ChangeSheet(chosen[0], chosen[1], changes, rows, since_own)


def _within(
    rows: Sequence[MaterialVersion], number: int | None, otherwise: MaterialVersion
) -> MaterialVersion:
    """The row of a number: itself or the nearest below that may be seen."""
    if number is None:
        return otherwise
    return next((row for row in reversed(rows) if row.version <= number), rows[0])


def between_for(
    application: Application, user: User, before: int | None, after: int | None
) -> ChangeSheet | None:
    """The same for a reader of the case; three queries."""
    versions = versions_of(application)
    return between(versions, before, after, earliest=earliest_visible(user, versions))
