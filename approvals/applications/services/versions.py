"""Freezes what lies before the offices: one row a version, in the transaction that makes it.

Whoever changes the material of a filed case goes through here, so that the count of the process
(open reviews become stale) and that of the case are one.
"""

from __future__ import annotations

from collections.abc import Iterable

import clock
from approvals.applications import renewals
from approvals.applications.models import Application, Attachment, Cause, MaterialVersion
from approvals.applications.selectors import filed_attachments
from organizations.models import User
from workflows import operations
from workflows.models import Process


def freeze(
    case: Application,
    cause: Cause,
    *,
    by: User | None,
    files: Iterable[Attachment] | None = None,
) -> MaterialVersion:
    """The row of the version the case has now; one statement, two without `files`."""
    listed = filed_attachments(case) if files is None else files
    frozen = MaterialVersion(
        application=case,
        version=case.version,
        cause=cause,
        data=case.data,
        attachments=sorted(
            (
                {"slot": file.slot, "name": file.name, "sha256": file.sha256, "size": file.size}
                for file in listed
            ),
            key=lambda row: (str(row["slot"]), str(row["name"])),
        ),
        at=clock.now(),
        by=by,
    )
    frozen.save()
    return frozen


def renew(case: Application, process: Process, cause: Cause, *, by: User | None) -> MaterialVersion:
    """Raises the count in the process and the case, then freezes; the case row is locked.

    The caller has set `case.data` and the files' versions (`case.version + 1`). Also for a return
    between offices (`Cause.RENEWED`), where the material is the same.
    """
    case.version = operations.renew_material(process)
    case.save(update_fields=["data", "version"])
    frozen = freeze(case, cause, by=by)
    renewals.announce(case)
    return frozen
