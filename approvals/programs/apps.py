"""Registration of the programs package."""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "approvals.programs"
    verbose_name = "项目"
