"""Registration of the administrator's slice."""

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "approvals.administration"
    verbose_name = "系统管理"
