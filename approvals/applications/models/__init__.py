"""What an applicant files: the application, its files and versions, what he was asked to mend."""

from approvals.applications.models.application import Application, ApplicationSeries, PerformedAct
from approvals.applications.models.attachment import Attachment
from approvals.applications.models.correction import (
    OPEN_REQUEST,
    CorrectionOverride,
    CorrectionRequest,
)
from approvals.applications.models.deferral import Commitment, CreditNote, DeferredItem
from approvals.applications.models.version import Cause, MaterialVersion

__all__ = [
    "OPEN_REQUEST",
    "Application",
    "ApplicationSeries",
    "Attachment",
    "Cause",
    "Commitment",
    "CorrectionOverride",
    "CorrectionRequest",
    "CreditNote",
    "DeferredItem",
    "MaterialVersion",
    "PerformedAct",
]
