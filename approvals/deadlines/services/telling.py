"""Tells the applicant's people about their clock, on the site and by the ways they chose."""

from __future__ import annotations

from django.urls import reverse

from approvals.applications.models import Application
from approvals.notifications.services import notify
from organizations.holders import holders

KIND = "clock"
"""Kind of notification: the case's lawful term."""
_FILER = "applicant"


def tell_applicant(case: Application, title: str, body: str, *, key: str = "") -> None:
    """One line for everybody who files for the applicant, in the caller's transaction."""
    notify(
        holders(_FILER, case.applicant),
        kind=KIND,
        title=f"{case.number} {title}",
        body=body,
        link=reverse("deadlines:clock", args=[case.pk]),
        key=key,
        case=case.stream,
    )
