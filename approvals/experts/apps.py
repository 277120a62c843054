"""Registration of the experts slice."""

from django.apps import AppConfig


class ExpertsConfig(AppConfig):
    name = "approvals.experts"
    verbose_name = "专家评审"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from approvals.experts import cards, papers, pooling
        from approvals.experts.services import naming, succession
        from approvals.notifications import kinds
        from approvals.reviews import following
        from organizations.roles import Role
        from workflows import fitness, vacancies

        cards.register_all()
        following.register(papers.opinion_of_the_panel)
        following.register(naming.after_a_move)
        fitness.register(Role.EXPERT, pooling.unfit)
        vacancies.register(succession.successor)
        vacancies.register_absence(pooling.given_up)
        kinds.register(succession.KIND, _("专家评审"), urgent=True)
