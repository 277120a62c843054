"""The people who try every door, and the things behind the doors: four cases of one Nanhu firm."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import override_settings

from approvals.applications.models import Application
from approvals.decisions.models import Decision
from approvals.rehearsal import play
from approvals.rehearsal.choices import Plan
from approvals.reviews.following import follow
from documents import services as documents
from documents.models import Document, PrintBatch
from documents.print_room import printing
from jobs.models import Job
from organizations.models import User
from tests.house.routes import ROUTES, SLICES, About, Route, Who
from tests.people import Town, town
from workflows import timers
from workflows.models import FlowVersion, Task
from workflows.operations import claim

ANONYMOUS = "anonymous"
BUREAUS = {"intake", "reviewer", "bureau_leader", "finance_officer"}
ADMINISTRATORS = {"system_admin", "flow_admin", "security_admin", "audit_admin"}
PAPER = {"printing_office", "seal_keeper", "archive"}
LOCAL_REGISTER = {*BUREAUS, *PAPER, "discipline"}
ABROAD = {
    "printing_office_of_another_city",
    "reviewer_of_another_city",
    "flow_admin_of_another_city",
}
STRANGERS = ("rival", "xiuzhou_officer", "unconsulted_department", "other_expert", *sorted(ABROAD))
"""People with an account whom no case of Nanhu concerns."""


@dataclass(frozen=True)
class Door:
    """One thing a route can name. `insiders` may (by `who` of the route); `fits` when its state is
    the one the route is made for, so that insiders succeed."""

    title: str
    kwargs: dict[str, Any]
    insiders: frozenset[str]
    fits: bool = True


@dataclass
class House:
    """People by what they are, with their sessions; things by what they are."""

    city: Town
    abroad: Town
    people: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    cases: dict[str, Application] = field(default_factory=dict)
    readers: dict[str, frozenset[str]] = field(default_factory=dict)
    tasks: dict[str, tuple[Task, frozenset[str]]] = field(default_factory=dict)
    rival_draft: Application | None = None
    document: Document | None = None
    batch: PrintBatch | None = None
    job: Job | None = None
    folder: Path = Path()
    things: dict[str, Any] = field(default_factory=dict)
    """What the slices made for their own routes, by name."""

    @property
    def names(self) -> tuple[str, ...]:
        return (ANONYMOUS, *self.people)

    def enter(self, name: str, person: User) -> None:
        client = Client()
        client.force_login(person)
        self.people[name] = person
        self.sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def doors(self, name: str) -> list[Door]:
        """Everything the route can be asked about."""
        route = ROUTES[name]
        if isinstance(route.about, str):
            told = next(s for s in SLICES if name in s.ROUTES).doors(self, name)
            return [Door(title, kwargs, frozenset(who), fits) for title, kwargs, who, fits in told]
        if route.about in _OF_CASES:
            return list(self._case_doors(route))
        if route.about is About.TASK or route.about in _OF_TASKS:
            return list(self._task_doors(route))
        return [
            Door(
                route.about.value, self._kwargs(route.about), self.insiders(route.who, route.about)
            )
        ]

    def insiders(self, who: Who, about: About) -> frozenset[str]:
        """Whom the posts let in; at an area also the people of the other city."""
        area = about in {About.AREA, About.FLOW, About.JOB}
        named: dict[Who, Collection[str]] = {
            Who.ANYBODY: self.names,
            Who.PEOPLE: self.people,
            Who.OWNER: {"applicant"},
            Who.FILERS: {"applicant", "rival"},
            Who.PRINTERS: {"printing_office"},
            Who.REGISTER: LOCAL_REGISTER,
            Who.ADMINISTRATORS: ADMINISTRATORS,
            Who.FLOW_ADMINS: {"flow_admin"},
            Who.MENDERS: {"flow_admin", "security_admin"},
            Who.HANDERS: {"system_admin", "security_admin", "nanhu_leader", "bureau_leader"},
            Who.HANDLERS: {"reviewer", "bureau_leader"},
            Who.APPROVERS: {"bureau_leader"},
            Who.SUPERVISORS: {"discipline", "bureau_leader"},
            Who.CONCERNED: {"discipline", "bureau_leader", "nanhu_officer", "nanhu_leader"},
            Who.PREPARERS: {"intake", "reviewer"},
            Who.SEATED: {"intake", "reviewer", "bureau_leader", "printing_office"},
            Who.RECORDER: {"printing_office"},
            Who.CHAIR: {"bureau_leader"},
            Who.TEMPLATES: {"printing_office", "reviewer", "bureau_leader"},
            Who.READERS: self.readers["decided"],
            Who.OFFICES: self.readers["decided"] - {"applicant", "panel_expert"},
        }
        abroad = {
            Who.TEMPLATES: {"printing_office_of_another_city", "reviewer_of_another_city"},
            Who.PRINTERS: {"printing_office_of_another_city"},
            Who.REGISTER: {"printing_office_of_another_city", "reviewer_of_another_city"},
            Who.ADMINISTRATORS: {"flow_admin_of_another_city"},
            Who.FLOW_ADMINS: {"flow_admin_of_another_city"},
            Who.PREPARERS: {"reviewer_of_another_city"},
        }
        return frozenset(named[who]) | frozenset(abroad.get(who, ()) if area else ())

    def _case_doors(self, route: Route) -> Iterator[Door]:
        for state, case in self.cases.items():
            kwargs = {"pk": case.pk}
            if route.about is About.SECTION:
                kwargs["section"] = "operator"
            if route.about in {About.FILE, About.DRAFT_FILE}:
                kwargs["attachment_pk"] = case.attachments.order_by("pk").first().pk
            if route.about is About.DECISION:
                kwargs["decision"] = self.decision.pk
            insiders = {
                Who.READERS: self.readers[state],
                Who.OWNER: frozenset({"applicant"}),
                Who.FLOW_ADMINS: frozenset({"flow_admin"}),
                Who.ADMINISTRATORS: frozenset(ADMINISTRATORS),
                Who.MENDERS: self.insiders(Who.MENDERS, route.about),
            }[route.who]
            yield Door(f"{state} case", kwargs, insiders, state in _OF_CASES[route.about])

    def _task_doors(self, route: Route) -> Iterator[Door]:
        for title, (task, insiders) in self.tasks.items():
            fits = title in _OF_TASKS.get(route.about, self.tasks)
            yield Door(f"{title} task", {"pk": task.pk}, insiders, fits)

    def _kwargs(self, about: About) -> dict[str, Any]:
        return {
            About.AREA: {},
            About.PROGRAM: {"city": "jiaxing", "code": "J03"},
            About.CODE: {"code": self.document.verify_code},
            About.PROFILE: {"organ_pk": self.cases["decided"].applicant_id},
            About.DOCUMENT: {"pk": self.document.pk},
            About.BATCH: {"pk": self.batch.pk},
            About.PERSON: {"pk": self.people["applicant"].pk},
            About.FLOW: {"pk": FlowVersion.objects.order_by("pk").first().pk},
            About.JOB: {"pk": self.job.pk},
        }[about]

    @property
    def decision(self) -> Decision:
        return Decision.objects.get(application=self.cases["decided"])


_FILED = frozenset({"decided", "running", "returned"})
_OF_CASES: dict[About, frozenset[str]] = {
    About.CASE: frozenset({*_FILED, "draft"}),
    About.FILED: _FILED,
    About.FILE: _FILED,
    About.DRAFT: frozenset({"draft"}),
    About.SECTION: frozenset({"draft"}),
    About.DRAFT_FILE: frozenset({"draft"}),
    About.CORRECTION: frozenset({"returned"}),
    About.DECISION: frozenset({"decided"}),
    About.BLOCKED: _FILED,
}
"""In which states a route about a case is of use."""
_OF_TASKS: dict[About, frozenset[str]] = {
    About.HELD: frozenset({"open county"}),
    About.SIGNATURE: frozenset({"sign"}),
    About.PUBLICITY: frozenset(),
}


def build(folder: Path) -> House:
    """The whole house, made through the services; files land in `folder`."""
    with override_settings(MEDIA_ROOT=folder / "files", ARCHIVE_DIR=folder / "archive"):
        house = House(town("jiaxing"), town("mudanjiang"), folder=folder)
        _cases(house)
        _decided(house)
        _people(house)
        _seats(house)
        for slice_ in SLICES:
            if hasattr(slice_, "prepare"):
                slice_.prepare(house)
        return house


def _cases(house: House) -> None:
    city = house.city
    running = city.filed("recognition", "nanhu")
    returned = city.filed("recognition", "nanhu")
    city.played_to(returned, "correction", Plan(returns=1, dice=random.Random(2)))
    decided = city.filed("recognition", "nanhu")
    draft = city.draft("recognition", "nanhu")
    house.cases = {"draft": draft, "running": running, "returned": returned, "decided": decided}
    house.rival_draft = city.draft("recognition", "xiuzhou", name="rival")


def _decided(house: House) -> None:
    """Plays one case through the panel and the publicity window; signed, printed, in a batch."""
    case, plan = house.cases["decided"], Plan(dice=random.Random(3))
    timer = timers.armed(house.city.played_to(case, "publicity", plan))
    reviewer = house.city.user("reviewer")
    with override_settings(DEMO_MODE=True):
        step = timers.run_forward(timer.pk, reviewer)
    follow(case, step, by=reviewer)
    house.city.played_to(case, "sign", plan)
    assert play.next_act(case, plan)
    house.document = house.decision.document
    documents.render(house.document.pk)
    house.document.refresh_from_db()
    clerk = house.city.user("printing_office")
    house.batch = printing.print_batch([house.document.pk], by=clerk)
    house.job = Job.objects.order_by("pk").first()


def _people(house: House) -> None:
    city = house.city
    case = house.cases["decided"]
    panel = set(_seated(case, "expert_opinion").values_list("owner_id", flat=True))
    experts = User.objects.filter(
        memberships__role="expert", memberships__organ=city.organ("expert_pool")
    )
    house.enter("applicant", city.cast.member_of(case.applicant))
    house.enter("rival", city.user("xiuzhou_incubator_rival"))
    house.enter("nanhu_officer", city.user("nanhu_officer"))
    house.enter("nanhu_leader", city.user("nanhu_leader"))
    house.enter("xiuzhou_officer", city.user("xiuzhou_officer"))
    house.enter("consulted_department", city.user("natural_resources_bureau_officer"))
    house.enter("unconsulted_department", city.user("tax_bureau_officer"))
    for role in sorted(BUREAUS | ADMINISTRATORS | PAPER | {"discipline"}):
        house.enter(role, city.user(role))
    house.enter("panel_expert", _seated(case, "expert_opinion").first().owner)
    house.enter("other_expert", experts.exclude(pk__in=panel).first())
    for role in ("printing_office", "reviewer", "flow_admin"):
        house.enter(f"{role}_of_another_city", house.abroad.user(role))


def _seated(case: Application, element: str) -> QuerySet[Task]:
    """Seats only, not the row of the panel itself."""
    rows = Task.objects.filter(process_id=case.process_id, element=element).exclude(role="")
    return rows.order_by("pk")


def _taken(house: House) -> Task:
    """The running case's open task, claimed by the officer; his leader may read it."""
    task = _seated(house.cases["running"], "county_review").get()
    return claim(task.pk, actor=house.people["nanhu_officer"])


def _seats(house: House) -> None:
    """Who reads which case and who sees which task, told by hand (semantics C0)."""
    county = frozenset({"nanhu_officer", "nanhu_leader"})
    parties = {"applicant", *county, "discipline"}
    later = {*BUREAUS, "consulted_department", "panel_expert", *PAPER}
    house.readers = {
        "draft": frozenset({"applicant"}),
        "running": frozenset(parties),
        "returned": frozenset(parties),
        "decided": frozenset(parties | later),
    }
    decided = house.cases["decided"]
    bureau = house.city.organ("natural_resources_bureau")
    expert = house.people["panel_expert"]

    def only(name: str) -> frozenset[str]:
        return frozenset({name})

    house.tasks = {
        "open county": (
            _taken(house),
            county,
        ),
        "correction": (_seated(house.cases["returned"], "correction").get(), only("applicant")),
        "done county": (_seated(decided, "county_review").get(), county),
        "department": (
            _seated(decided, "department_opinion").get(organ=bureau),
            only("consulted_department"),
        ),
        "intake": (_seated(decided, "intake").get(), only("intake")),
        "expert": (_seated(decided, "expert_opinion").get(owner=expert), only("panel_expert")),
        "sign": (_seated(decided, "sign").get(), only("bureau_leader")),
    }
