"""What an applicant files: the application, its files, what reviewers asked him to mend."""

from approvals.applications.models.application import Application, ApplicationSeries, PerformedAct
from approvals.applications.models.attachment import Attachment
from approvals.applications.models.correction import CorrectionRequest

__all__ = [
    "Application",
    "ApplicationSeries",
    "Attachment",
    "CorrectionRequest",
    "PerformedAct",
]
