"""Registration of the inquiries slice."""

from django.apps import AppConfig


class InquiriesConfig(AppConfig):
    name = "approvals.inquiries"
    verbose_name = "问询与核查"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from approvals.applications import renewals
        from approvals.inquiries import cards, selectors
        from approvals.inquiries.services import asking_again, consultations, questions
        from approvals.notifications import kinds, sight
        from jobs import registry

        cards.register_all()
        renewals.register(asking_again.text_changed)
        kinds.register(questions.KIND, _("询问与答复"))
        kinds.register(consultations.KIND, _("征求意见"))
        sight.register_beside(consultations.KIND, selectors.cases_written_about)
        registry.register(consultations.LAPSE, consultations.lapse)
