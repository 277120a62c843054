"""Registration of the revisions slice."""

from django.apps import AppConfig


class RevisionsConfig(AppConfig):
    name = "approvals.revisions"
    verbose_name = "更正与撤销"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from approvals.notifications import kinds
        from approvals.revisions import resting, telling
        from documents import replacement

        kinds.register(telling.PROPOSED, _("公文更正、撤销待审定"))
        kinds.register(telling.CHANGED, _("公文变更"))
        replacement.register(resting.follow)
