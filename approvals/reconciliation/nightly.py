"""The nightly job: reconciles, tells the offices whose paper does not add up, promises the next.

The working calendar of the print room's terms is registered here too: documents knows no holidays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import clock
from approvals.applications.models import Application
from approvals.decisions.models import Decision
from approvals.notifications import kinds
from approvals.notifications.services import notify
from approvals.reconciliation.decisions import (
    DECIDED,
    DecidedCase,
    RestingPaper,
    of_decisions,
    of_resting,
)
from approvals.revisions.resting import cites, resting_on
from documents import selectors
from documents.models import Document
from documents.print_room import terms
from documents.print_room.models import Reconciliation
from documents.print_room.reconciling import JOB_KIND, keep, look
from documents.print_room.selectors import discrepancies_in
from jobs import registry
from jobs import services as jobs
from organizations.models import Membership, User
from organizations.permissions import Permission
from organizations.roles import roles_with
from workflows.calendar import stored_days

KIND = "paper_discrepancies"
AT = time(2, 30)
"""In the night, when nobody prints."""
_CHUNK = 2_000


def promise(day: date) -> None:
    """The look at a day's paper, once; promising it again changes nothing."""
    moment = datetime.combine(day, AT, clock.BEIJING)
    jobs.enqueue(JOB_KIND, {"day": day.isoformat()}, key=day.isoformat(), run_at=moment)


def look_through(payload: dict[str, Any]) -> None:
    """Job body; a run that somebody asked for has no day and promises none."""
    found = [*look(), *of_decisions(_cases()), *of_resting(_resting())]
    with transaction.atomic():
        run = keep(found)
        if payload["day"]:
            day = max(date.fromisoformat(payload["day"]), clock.today())
            promise(day + timedelta(days=1))
            _tell(run)


def _tell(run: Reconciliation) -> None:
    """One line for everybody of an office whose paper does not add up, once a day; he is told the
    number of what he may know of, and nothing when there is none."""
    day = run.at.astimezone(clock.BEIJING).date().isoformat()
    cities = run.discrepancies.exclude(city="").order_by("city").values_list("city", flat=True)
    for city in cities.distinct():
        for person in _office(city):
            if found := discrepancies_in(run, [city], person).count():
                words = {"found": found, "day": day}
                notify(
                    [person],
                    kind=KIND,
                    title=_("%(day)s 账实核对发现 %(found)d 项不符") % words,
                    link="/print/discrepancies/",
                    key=f"reconciliation:{day}",
                )


def _office(city: str) -> QuerySet[User]:
    """Who prints in the city today."""
    held = Membership.objects.valid_on(clock.today()).filter(
        organ__city=city, role__in=roles_with(Permission.PRINT_DOCUMENT)
    )
    return User.objects.filter(is_active=True, pk__in=held.values("user_id")).order_by("pk")


def _cases() -> Iterator[DecidedCase]:
    """Effective decisions with what the register says of their paper, and ends without decision."""
    paper = Document.objects.filter(pk=OuterRef("document_id"))
    decisions = Decision.objects.filter(superseded_by=None).values_list(
        "application__city",
        "application_id",
        "application__number",
        "application__verdict",
        "pk",
        Subquery(paper.values("pk")),
        Subquery(paper.values("number")),
        Subquery(paper.values("state")),
    )
    for row in decisions.order_by("pk").iterator(chunk_size=_CHUNK):
        city, case, number, verdict, decision, document, document_number, state = row
        yield DecidedCase(
            city,
            case,
            number or "",
            verdict,
            decision,
            document,
            document_number or "",
            state or "",
        )
    bare = Application.objects.filter(
        closed_at__isnull=False, verdict__in=DECIDED, decisions__isnull=True
    )
    for city, case, number, verdict in bare.values_list("city", "pk", "number", "verdict"):
        yield DecidedCase(city, case, number or "", verdict, None, None, "", "")


def _resting() -> Iterator[RestingPaper]:
    """Valid papers of decisions whose paper was replaced or revoked; one query, and three or more
    for each of these decisions: there are few."""
    moved = Q(document__supersedes__isnull=False) | Q(document__state=Document.State.REVOKED)
    decisions = Decision.objects.filter(moved, superseded_by=None).select_related("document")
    for decision in decisions.defer("document__content").order_by("pk"):
        ground = decision.document
        before = [paper.number for paper in selectors.replaced_by(ground)]
        for paper in resting_on(ground):
            revoked = [ground.number] if ground.state == Document.State.REVOKED else []
            cited = [number for number in before if cites(paper.content, number)]
            if revoked or cited:
                city = paper.lead_organ.city
                yield RestingPaper(city, paper.pk, paper.number, (revoked or cited)[0])


def workdays_before(day: date, counts: Sequence[int]) -> list[date]:
    """The days that lie so many working days before a day; one query."""
    workday = stored_days(day - timedelta(days=2 * max(counts) + 30), day)
    return terms.count_back(day, counts, lambda one: workday(one)[0])


def register_all() -> None:
    """Called once at start-up."""
    kinds.register(KIND, gettext_lazy("账实不符"))
    registry.register(JOB_KIND, look_through, detached=True)
    terms.register(workdays_before)
