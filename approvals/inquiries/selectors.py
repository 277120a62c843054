"""Reads of the inquiries slice."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from approvals.applications.answers import AnswerSection, answer_sections
from approvals.applications.models import Application
from approvals.applications.selectors import kept_from
from approvals.inquiries.models import Consultation, Question, SiteCheck, Wording
from organizations.kinds import Kind
from organizations.models import Organ, User
from organizations.permissions import Permission
from organizations.positions import Position, positions
from organizations.roles import ROLE_PERMISSIONS

ANSWERING = frozenset(
    role for role, may in ROLE_PERMISSIONS.items() if Permission.GIVE_OPINION in may
)
"""Roles that may give their organ's opinion."""
PAGE_SIZE = 25


def questions_of(application: Application) -> QuerySet[Question]:
    """All of them with who asked; one query."""
    return application.questions.select_related("organ", "asked_by").filter(withdrawn_at=None)


def consultations_of(application: Application) -> QuerySet[Consultation]:
    """All letters with their organs; one query."""
    return application.consultations.select_related("organ", "asked_by", "replied_by")


def site_checks_of(application: Application) -> QuerySet[SiteCheck]:
    """All visits with their photographs; two queries."""
    return application.site_checks.select_related("organ").prefetch_related("photos")


def organs_to_consult(application: Application, asking: int) -> list[Organ]:
    """Organs of the city that could answer a letter; one query."""
    day_holders = Q(memberships__role__in=ANSWERING)
    return list(
        Organ.objects.filter(day_holders, city=application.city)
        .exclude(kind=Kind.APPLICANT)
        .exclude(pk=asking)
        .distinct()
        .order_by("name")
    )


def letters_to(user: User) -> QuerySet[Consultation]:
    """Letters to the organs for which this person may answer, without those about a case he is
    kept from (回避)."""
    return (
        _letters(user, positions(user))
        .select_related("application__program", "application__applicant", "organ", "asking_organ")
        .defer("application__data", "application__facts", "application__program__content")
        .order_by("-pk")
    )


def _letters(user: User, held: tuple[Position, ...]) -> QuerySet[Consultation]:
    organs = [one.organ_id for one in held if one.role in ANSWERING]
    return Consultation.objects.filter(organ__in=organs).exclude(
        application__in=Application.objects.filter(kept_from(user))
    )


def cases_written_about(user: User, held: tuple[Position, ...] | None) -> QuerySet[Application]:
    """The cases those letters are about; unevaluated, for `notifications.sight`."""
    held = positions(user) if held is None else held
    if not any(one.role in ANSWERING for one in held):
        return Application.objects.none()
    return Application.objects.filter(pk__in=_letters(user, held).values("application"))


def shown_sections(letter: Consultation) -> list[AnswerSection]:
    """The parts of the application that went with the letter."""
    return [
        section for section in answer_sections(letter.application) if section.key in letter.sections
    ]


def wordings_for(user: User, form: str | None = None) -> QuerySet[Wording]:
    """One's own and one's offices' wordings; with `form` those that fit the step. Two queries."""
    offices = [held.organ_id for held in positions(user)]
    found = Wording.objects.filter(Q(owner=user) | Q(owner=None), organ__in=offices)
    if form is not None:
        found = found.filter(form__in=("", form))
    return found.select_related("organ")
