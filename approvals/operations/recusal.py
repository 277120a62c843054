"""回避 (semantics C13): asked by oneself, asked about others and ruled by a third, ordered, found.

Leaders rule (`rulers`). Whoever is recused loses sight
of the case; what he decided is annulled and its step opened again, but never after the decision:
then the supervisors get a flag.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.applications import services as applications
from approvals.applications.models import Application
from approvals.applications.phases import FROM_DECISION
from approvals.applications.rights import FILING_ROLES
from approvals.notifications import kinds, sight
from approvals.notifications.services import notify
from approvals.operations.acts import Situation
from approvals.operations.policy import PERSONAL
from approvals.operations.rulers import bureau_of, may_rule, ruled_by, rulers_of
from approvals.reviews import flags
from approvals.reviews.following import follow
from approvals.reviews.models import Opinion
from approvals.reviews.standing import Standing, stop_counting
from jobs import registry
from organizations.conflicts import RELATION_DECLARED, conflicted
from organizations.holders import holders
from organizations.models import Organ, User
from workflows.errors import NotAllowed, NotVisible, WrongState
from workflows.models import LIVE, Process, ProcessStatus, Recusal, Task
from workflows.operations import Step, recusing
from workflows.operations.on_case import on_case
from workflows.operations.opening import opening, remember
from workflows.operations.recusing import Left
from workflows.recusals import Kind, State, recused_people

KIND = "recusal"
NEEDED = "needs_replacement"
AFTER_DECISION = "recused_after_decision"


@transaction.atomic
def recuse_self(task_id: int, *, actor: User, key: str, expected_version: int, reason: str) -> Step:
    """The actor leaves the case at once: he holds, held or could take the seat."""
    act = opening(
        task_id,
        actor=actor,
        key=key,
        expected_version=None,
        payload={"operation": "recuse", "reason": reason},
        state=_any,
        right=_any,
        leaving=True,
    )
    if act.replayed is not None:
        return act.replayed
    application = Application.objects.select_related("program").get(process=act.process)
    left = recusing.recuse(
        act.process,
        user=actor,
        kind=Kind.SELF,
        ground=reason,
        by=actor,
        task=act.task,
        decided=is_decided(application),
    )
    _afterwards(application, left, actor, actor, reason)
    remember(act, left.step)
    return left.step


@transaction.atomic
def request_recusal(
    task_id: int, *, actor: User, key: str, expected_version: int, reason: str, to: int
) -> Step:
    """Asks that somebody who takes part in the case stay away; the leaders are told to rule."""
    act = opening(
        task_id,
        actor=actor,
        key=key,
        expected_version=None,
        payload={"operation": "request_recusal", "to": to, "reason": reason},
        state=_any,
        right=_any,
    )
    if act.replayed is not None:
        return act.replayed
    if act.task.role in PERSONAL:
        raise NotAllowed(
            _("评审专家相互不知情，不能申请他人回避。"), code="expert_asks_about_nobody"
        )
    application = Application.objects.select_related("program").get(process=act.process)
    person = next((one for one in people_of(act.process) if one.pk == to), None)
    if person is None:
        raise WrongState(_("该人员没有参与本办件的办理。"), code="not_involved")
    recusal = recusing.request(
        act.process, user=person, by=actor, ground=reason, task=_seat_of(act.process, person)
    )
    _tell_rulers(application, recusal)
    step = _nothing_moved(act.process)
    remember(act, step)
    return step


@transaction.atomic
def rule_recusal(recusal: Recusal, *, actor: User, key: str, grant: bool, reason: str) -> Recusal:
    """A third person with the right to rule grants or refuses; NotVisible for everybody else."""
    told = {"operation": "rule_recusal", "recusal": recusal.pk, "grant": grant, "reason": reason}
    act = on_case(recusal.process_id, actor=actor, key=key, payload=told)
    if act.replayed is not None:
        recusal.refresh_from_db()
        return recusal
    application = _case(act.process.pk, actor)
    left = recusing.rule(
        recusal, by=actor, grant=grant, reason=reason, decided=is_decided(application)
    )
    if left is not None:
        _afterwards(application, left, recusal.user, actor, reason)
    if recusal.asked_by is not None:
        _tell_ruling(application, recusal, grant=grant)
    remember(act, left.step if left is not None else _nothing_moved(act.process))
    recusal.refresh_from_db()
    return recusal


@transaction.atomic
def order_recusal(
    application: Application, *, actor: User, key: str, person: int, reason: str
) -> Step:
    """A leader orders somebody who takes part to leave; NotVisible for everybody else."""
    told = {"operation": "order_recusal", "person": person, "reason": reason}
    act = on_case(application.process_id, actor=actor, key=key, payload=told)
    if act.replayed is not None:
        return act.replayed
    case = _case(act.process.pk, actor)
    found = next((one for one in people_of(act.process) if one.pk == person), None)
    if found is None or found.pk == actor.pk:
        raise WrongState(_("该人员没有参与本办件的办理。"), code="not_involved")
    left = recusing.recuse(
        act.process,
        user=found,
        kind=Kind.ORDERED,
        ground=reason,
        by=actor,
        decided=is_decided(case),
    )
    _afterwards(case, left, found, actor, reason)
    remember(act, left.step)
    return left.step


def relation_declared(payload: dict[str, Any]) -> None:
    """Job body: a tie was declared; the person leaves every running case of that party in which
    he holds a seat or has an opinion that counts."""
    person = User.objects.get(pk=payload["user"])
    party = Organ.objects.get(pk=payload["organ"])
    if person.pk not in conflicted(party, [person.pk]):
        return
    running = Application.objects.filter(applicant=party, process__status=ProcessStatus.NEW)
    for application in running.select_related("program", "process").order_by("pk"):
        process = application.process
        if process is None or person not in people_of(process):
            continue
        if person.pk in recused_people(process.pk):
            continue
        left = recusing.recuse(
            process,
            user=person,
            kind=Kind.RELATION,
            ground=_("登记了与申请人的利害关系"),
            by=None,
            decided=is_decided(application),
        )
        _afterwards(application, left, person, None, "")


# Who and when


def is_decided(application: Application) -> bool:
    """The decision is made: nothing is undone any more."""
    process = Process.objects.get(pk=application.process_id)
    return application.is_closed or process.phase in FROM_DECISION


def people_of(process: Process) -> list[User]:
    """Officials and experts who hold or held a seat in the case, by name; one query."""
    return list(_people_of(process))


def _people_of(process: Process) -> QuerySet[User, User]:
    seats = Task.objects.filter(process=process, flow_task_type="HUMAN").exclude(
        role__in=FILING_ROLES
    )
    taken = seats.filter(status__in=LIVE, owner__isnull=False).values("owner")
    acted = seats.filter(actor__isnull=False).values("actor")
    people = User.objects.filter(Q(pk__in=taken) | Q(pk__in=acted))
    return people.order_by("name", "pk")


def may_leave(situation: Situation) -> bool:
    """Holds, held or could take the seat."""
    task, user = situation.task, situation.user
    return user.pk in (task.owner_id, task.actor_id) or (task.is_open and task.owner_id is None)


def may_request(situation: Situation) -> bool:
    """Officials may ask about others; experts do not know of each other (semantics C0)."""
    return situation.task.role not in PERSONAL and bool(others_of(situation))


def others_of(situation: Situation) -> list[User]:
    """Whom a request may name; one query."""
    process = situation.task.process
    live = Recusal.objects.filter(process=process).exclude(state=State.REFUSED)
    people = _people_of(process).exclude(pk__in=live.values("user"))
    return [person for person in people if person.pk != situation.user.pk]


def _nothing_moved(process: Process) -> Step:
    return Step(process, None, [], process.phase, process.verdict, process.blocked_reason)


def _any(*_asked: object) -> None:
    """Sight is enough: the seat may be open, held or done."""


def _case(process_id: int | None, actor: User) -> Application:
    found = Application.objects.select_related("program", "applicant", "county", "process")
    application = found.filter(process=process_id).first() if process_id else None
    if application is None or not may_rule(actor, application):
        raise NotVisible
    return application


def _seat_of(process: Process, person: User) -> Task | None:
    seats = Task.objects.filter(process=process, owner=person, status__in=LIVE)
    found: Task | None = seats.order_by("pk").first()
    return found


# What follows


def _afterwards(
    application: Application, left: Left, person: User, by: User | None, reason: str
) -> None:
    opinions = Opinion.objects.filter(application=application)
    annulled = opinions.filter(task__in=left.annulled, standings__isnull=True)
    stop_counting(annulled, Standing.ANNULLED, by=by, reason=reason)
    if is_decided(application):
        if opinions.filter(author=person).exists():
            flags.raise_flag(application, AFTER_DECISION, _after_decision(application, person))
        return
    applications.void_closed_request(application, by=by)
    follow(application, left.step, by=by)
    if left.step.blocked.startswith(NEEDED) and not _lacks_an_expert(left.step):
        _tell_intake(application)


def _lacks_an_expert(step: Step) -> bool:
    """A panel of experts: whoever named them is told (`approvals.experts`)."""
    element = step.blocked.removeprefix(NEEDED).removeprefix(": ")
    flow = step.process.flow_class
    return element in flow.attributes and flow.at(element).role in PERSONAL


def _after_decision(application: Application, person: User) -> str:
    words = {"person": person.name, "number": application.number}
    return _("%(person)s在办件%(number)s作出决定后回避，请审查其意见。") % words


def _tell(application: Application, people: Iterable[User], title: str, link: str) -> None:
    notify(people, kind=KIND, title=title, link=link, case=application.stream)


def _tell_rulers(application: Application, recusal: Recusal) -> None:
    concerned = {recusal.user_id, recusal.asked_by_id}
    people = [one for one in rulers_of(application) if one.pk not in concerned]
    title = _("回避申请待决定（%(number)s）：请在两个工作日内决定") % {"number": application.number}
    notify(
        people,
        kind=KIND,
        title=title,
        link=reverse("operations:recusals", args=[application.pk]),
        key=f"recusal:{recusal.pk}",
        case=application.stream,
    )


def _tell_ruling(application: Application, recusal: Recusal, *, grant: bool) -> None:
    text = _("准予回避（%(number)s）") if grant else _("不予回避（%(number)s）")
    asked_by = recusal.asked_by
    if asked_by is not None:
        _tell(application, [asked_by], text % {"number": application.number}, "")


def _tell_intake(application: Application) -> None:
    bureau = bureau_of(application)
    if bureau is not None:
        title = _("有席位因回避空缺，请另行指定人员（%(number)s）") % {"number": application.number}
        _tell(application, holders("intake", bureau), title, "")


def register_all() -> None:
    """Called once at start-up."""
    kinds.register(KIND, gettext_lazy("回避"), urgent=True)
    sight.register_beside(KIND, ruled_by)
    registry.register(RELATION_DECLARED, relation_declared)
