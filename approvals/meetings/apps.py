"""Registration of the meetings slice."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "approvals.meetings"
    verbose_name = "会议"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from approvals.meetings import desk
        from approvals.meetings.services import confirming, gathering
        from approvals.notifications import kinds
        from approvals.worklist.bulk import performing
        from approvals.worklist.bulk.acts import BulkAct
        from documents import replacement

        kinds.register(gathering.KIND, _("会议"))
        performing.register(BulkAct.MINUTES, confirming.carry_out)
        replacement.register(confirming.follow_paper)
        desk.register_all()
