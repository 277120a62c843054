"""Registration of the notifications slice."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "approvals.notifications"
    verbose_name = "通知"
