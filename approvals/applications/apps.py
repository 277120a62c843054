"""Registration of the applications package."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "approvals.applications"
    verbose_name = "申请"
