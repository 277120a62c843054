"""Registration of the notices slice."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "approvals.notices"
    verbose_name = "文书"

    def ready(self) -> None:
        from approvals.applications import moves
        from approvals.notices import kinds, pack_part, panels
        from approvals.notices.services import intake, issuing
        from approvals.programs import pack_parts
        from documents import replacement
        from documents.print_room import terms

        pack_parts.register("notices", pack_part.PART)
        moves.register(intake.receipt)
        replacement.register(issuing.follow_paper)
        every = kinds.all_kinds().values()
        terms.register_online(kind.key for kind in every if kind.online)
        terms.register_seals({kind.key: kind.seal for kind in every})
        panels.register_all()
