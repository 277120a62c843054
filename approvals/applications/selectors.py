"""Who reads which case (semantics C0), and the lists people see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import BigIntegerField, CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.http import Http404

import clock
from approvals.applications import veils
from approvals.applications.models import OPEN_REQUEST, Application, Attachment, CorrectionRequest
from approvals.applications.phases import FROM_DECISION, FROM_RECOMMENDATION
from approvals.applications.rights import FILING_ROLES
from organizations.conflicts import conflicted
from organizations.models import Organ, User
from organizations.permissions import Permission, Visitor, granted_organs
from organizations.positions import Position, positions
from prepared import Given, Personal, stored
from workflows import queue
from workflows.conflicting import tied_parties
from workflows.models import Task
from workflows.nodes.seat import COPY
from workflows.recusals import recused_cases, recused_people

PAPER_ROLES = frozenset({"printing_office", "seal_keeper", "archive"})
_BUREAU_KINDS = frozenset({"science_bureau", "finance_bureau"})
_ADMINISTRATION = frozenset({"flow_admin", "system_admin", "security_admin", "audit_admin"})
PAGE_SIZE = 25


def readable_by(
    user: Visitor, held: tuple[Position, ...] | None = None, *, unveiled: bool = False
) -> QuerySet[Application]:
    """Every case this person may read today; unevaluated, so a list costs one query with paging.

    The applicant's people read everything of their own, drafts too. Nobody else sees a draft, and
    nobody sees a case of a party he is tied to (回避), as if it did not exist. Costs one query to
    build (the positions), none when the caller gives those he has read (`held`). `unveiled`: an
    expert's cases too that he may not open yet or never (`veils`), to tell him of his task.
    """
    if not user.is_authenticated:
        return Application.objects.none()
    held = positions(user) if held is None else held
    own = Q(applicant__in=_organs(held, FILING_ROLES))
    readable = Application.objects.all()
    if not held or any(position.role not in FILING_ROLES for position in held):
        others = Q(submitted_at__isnull=False) & (_as_seat(user, held) | _as_office(held))
        if not unveiled and any(position.role == "expert" for position in held):
            others &= ~veils.behind(int(user.pk or 0))
        return readable.filter(own | (others & ~kept_from(user)))
    return readable.filter(own)


def kept_from(user: Visitor) -> Q:
    """Cases of parties he is tied to, and cases he was recused from (semantics C13)."""
    number = int(user.pk or 0)
    recused = Q(process__in=recused_cases(number), process__isnull=False)
    return Q(applicant__in=tied_parties(number)) | recused


def kept_away(application: Application, people: Iterable[int]) -> frozenset[int]:
    """Who of these people (by id) is kept from this case: the same the other way round, asked
    before somebody is told of it. Two queries."""
    away = conflicted(application.applicant, people)
    if application.process_id is not None:
        away |= recused_people(application.process_id)
    return away


def kept_streams(user_id: int) -> QuerySet[Application, str] | None:
    """The streams of the same cases, for `documents.sight`; None for who is kept from none. One
    query: parties and cases are named in the list's statement, so that a planner who can not know
    how few they are looks them up by index instead of reading every case."""
    parties, processes = queue.hidden_from(user_id)
    if not parties and not processes:
        return None
    stream = Concat(Value("case:"), Cast("pk", CharField()))
    kept = Application.objects.filter(Q(applicant__in=parties) | Q(process__in=processes))
    return kept.order_by().values_list(stream, flat=True)


def _organs(held: tuple[Position, ...], roles: frozenset[str]) -> list[int]:
    return [position.organ_id for position in held if position.role in roles]


def _as_seat(user: Visitor, held: tuple[Position, ...]) -> Q:
    """Organs that hold or held a seat, by post or by a single grant; an expert only his own seats,
    never the pool's; who was sent a copy (抄送). Who has left his post reads nothing more, whatever
    he did there."""
    silent = FILING_ROLES | PAPER_ROLES | _ADMINISTRATION | {"expert", "discipline"}
    organs = [position.organ_id for position in held if position.role not in silent]
    granted = granted_organs(user, Permission.REVIEW_APPLICATION)
    seat = Q(organ__in=organs) | Q(organ__in=granted)
    if any(position.role == "expert" for position in held):
        seat |= Q(role="expert") & (Q(owner=user.pk) | Q(actor=user.pk))
    if held:
        seat |= Q(flow_task_type=COPY, owner=user.pk)
    seats = Task.objects.filter(process=OuterRef("process")).exclude(role="")
    return Q(Exists(seats.filter(seat)))


def _as_office(held: tuple[Position, ...]) -> Q:
    """Bureaus from the recommendation on, paper from the decision on, discipline everything."""
    rule = Q(pk__in=[])
    silent = FILING_ROLES | PAPER_ROLES | _ADMINISTRATION | {"expert", "discipline"}
    bureau = [position.organ_id for position in held if position.role not in silent]
    paper = _organs(held, PAPER_ROLES)
    watching = _organs(held, frozenset({"discipline"}))
    if bureau:
        cities = Organ.objects.filter(pk__in=bureau, kind__in=_BUREAU_KINDS).values("city")
        rule |= Q(city__in=cities, process__phase__in=FROM_RECOMMENDATION)
    if paper:
        cities = Organ.objects.filter(pk__in=paper).values("city")
        rule |= Q(city__in=cities, process__phase__in=FROM_DECISION)
    if watching:
        rule |= Q(city__in=Organ.objects.filter(pk__in=watching).values("city"))
    return rule


def case_for(user: Visitor, pk: int) -> Application:
    """The case with what its pages need; Http404 for strangers, as for a case that is not. Two
    queries (his positions)."""
    if not user.is_authenticated or user.pk is None or pk > BigIntegerField.MAX_BIGINT:
        raise Http404
    found = _one_readable(int(user.pk), positions(user), clock.today()).run(pk=pk)
    if not found:
        raise Http404
    return found[0]


@lru_cache(maxsize=500)
def _one_readable(user_id: int, held: tuple[Position, ...], _today: date) -> Personal[Application]:
    """What he may read follows from these three alone, so the statement is made once for them: to
    make it costs ten times what it costs to run."""
    return Personal(
        lambda: (
            readable_by(stored(User, id=user_id), held)
            .select_related("program", "applicant__applicant", "county", "process", "created_by")
            .filter(pk=Given("pk", BigIntegerField()))
            .order_by()
        )
    )


def own_case(user: User, pk: int) -> Application:
    """The same for the applicant's own pages: a reviewer who may read has no business there."""
    case = case_for(user, pk)
    if not is_own(user, case):
        raise Http404
    return case


def is_own(user: User, case: Application) -> bool:
    """Does this person file for the applicant of the case? One query."""
    return any(
        position.organ_id == case.applicant_id and position.role in FILING_ROLES
        for position in positions(user)
    )


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """One page of a list, newest first; `after` is the key of the next page."""

    rows: Sequence[Application]
    after: int | None


def own_applications(
    held: tuple[Position, ...], *, after: int | None = None, size: int = PAGE_SIZE
) -> ApplicationPage:
    """What these positions' organs filed or are drafting, given-up drafts left out; 1 query."""
    organs = _organs(held, FILING_ROLES)
    rows = list(
        Application.objects.filter(applicant__in=organs)
        .exclude(submitted_at__isnull=True, closed_at__isnull=False)
        .filter(**({"pk__lt": after} if after is not None else {}))
        .select_related("program", "applicant", "process")
        .annotate(
            awaits_correction=Exists(
                CorrectionRequest.objects.filter(OPEN_REQUEST, application=OuterRef("pk"))
            )
        )
        .defer("data", "facts", "program__content")
        .order_by("-pk")[: size + 1]
    )
    more = len(rows) > size
    return ApplicationPage(rows[:size], rows[size - 1].pk if more else None)


def live_attachments(case: Application) -> list[Attachment]:
    """The files on the list now, by slot, with those of a correction under way."""
    return list(
        case.attachments.filter(removed_at=None)
        .select_related("uploaded_by")
        .order_by("slot", "pk")
    )


def filed_attachments(case: Application, version: int | None = None) -> list[Attachment]:
    """The files as filed with a material version (default: the current one), for reviewers."""
    at = case.version if version is None else version
    still_there = Q(removed_version__isnull=True) | Q(removed_version__gt=at)
    return list(case.attachments.filter(still_there, version__lte=at).order_by("slot", "pk"))


def open_correction(case: Application) -> CorrectionRequest | None:
    """The request the applicant still has to answer."""
    if case.closed_at is not None:
        return None
    return case.corrections.filter(OPEN_REQUEST).select_related("organ").first()


def correction_task(case: Application) -> Task | None:
    """The applicant's own open task in the flow (`correction`, `intake_correction`)."""
    if case.process_id is None:
        return None
    found: Task | None = (
        Task.objects.filter(process_id=case.process_id, is_open=True, role__in=FILING_ROLES)
        .order_by("pk")
        .first()
    )
    return found
