"""Registration of the reviews slice."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "approvals.reviews"
    verbose_name = "审查"

    def ready(self) -> None:
        from approvals.applications import panels
        from approvals.reviews import (
            clock,
            deferring,
            handlers,
            notifications,
            paper_card,
            selectors,
            timing,
        )

        clock.register_all()
        deferring.register_all()
        handlers.register_all()
        notifications.register_all()
        paper_card.register_all()
        timing.register_all()
        panels.register_reasons(selectors.reasons_for_applicant)
