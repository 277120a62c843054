"""Registration of the experts slice."""

from django.apps import AppConfig


class ExpertsConfig(AppConfig):
    name = "approvals.experts"
    verbose_name = "专家评审"
