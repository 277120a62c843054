"""Cases filed with a promise and accepted with an item that is still to come."""

from __future__ import annotations

from approvals.applications import services
from approvals.applications.models import Application
from approvals.applications.services import curing
from approvals.applications.services.deferral import Deferral, Promise
from approvals.notifications.models import Notification
from approvals.reviews.deferring import accept_with_deferred
from approvals.reviews.people import people_for
from approvals.reviews.statement import Statement
from tests.applications.filing import upload
from tests.applications.policies import deferring, drafted
from tests.people import Town, key
from workflows.models import Task

FINANCE = [Deferral("finance", "原件扫描")]


def submitted(town: Town, draft: Application, *, promised: bool = True) -> Application:
    by = town.cast.member_of(draft.applicant)
    return services.submit(draft, by=by, key=key(), promised=promised)


def at_the_window(town: Town) -> Application:
    """Filed with the promise; it waits at the window."""
    filed = submitted(town, drafted(town, deferring(town), without="finance"))
    town.played_to(filed, "intake")
    return filed


def accept(town: Town, case: Application, items=FINANCE, promise: Promise | None = None, **options):
    task = Task.objects.select_related("process").get(process=case.process_id, element="intake")
    experts = [person.pk for person in people_for(case, "experts")[:5]]
    return accept_with_deferred(
        task.pk,
        actor=options.get("by") or town.user("intake"),
        key=options.get("with_key") or key(),
        expected_version=options.get("version", 1),
        statement=Statement("accept", text="主要材料齐全。", values={"experts": experts}),
        items=items,
        commitment=promise,
    )


def accepted_with_deferred(town: Town) -> Application:
    """Accepted at the window; the report is still to come."""
    case = at_the_window(town)
    accept(town, case)
    case.refresh_from_db()
    return case


def hand_in(town: Town, case: Application, name: str = "报表.pdf", version: int = 1):
    by = town.cast.member_of(case.applicant)
    services.attach(case, slot="finance", upload=upload(name), by=by)
    return curing.hand_in(case, actor=by, key=key(), expected_version=version)


def titles(person) -> list[str]:
    return list(Notification.objects.filter(person=person).values_list("title", flat=True))
