"""Registration of the operations slice."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "approvals.operations"
    verbose_name = "办理操作"

    def ready(self) -> None:
        from approvals.operations import card, links, offers, recusal, returning
        from approvals.operations.services import telling
        from approvals.reviews import desk

        telling.register_kinds()
        offers.register_all()
        returning.register_all()
        recusal.register_all()
        desk.register_acts(links.links)
        desk.register_cards(card.cards)
