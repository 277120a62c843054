"""Registration of the inquiries slice."""

from django.apps import AppConfig


class InquiriesConfig(AppConfig):
    name = "approvals.inquiries"
    verbose_name = "问询与核查"
