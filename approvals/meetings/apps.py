"""Registration of the meetings slice."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "approvals.meetings"
    verbose_name = "会议审议"
