"""Our whole act: `decide_task` on a filed case, with lock, right, opinion, journal and outbox."""

from __future__ import annotations

import os
import uuid
from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks import diagram
from benchmarks.subjects import django_world

django_world.awake()

from django.core.management import call_command  # noqa: E402 - Django must be set up first

import clock  # noqa: E402
from approvals.applications.models import Application  # noqa: E402
from approvals.programs.selectors import program_for  # noqa: E402
from approvals.rehearsal import filing  # noqa: E402
from approvals.rehearsal.cities import cities  # noqa: E402
from approvals.reviews.services import decide_task  # noqa: E402
from approvals.reviews.statement import Statement  # noqa: E402
from organizations.models import Organ, User  # noqa: E402
from workflows import operations  # noqa: E402
from workflows.compiler import class_name  # noqa: E402
from workflows.models import FlowVersion, Task  # noqa: E402

CITY, COUNTY, PROGRAM = "jiaxing", "nanhu", "J03"
ACTORS = {
    "county_review": "jx_nanhu_officer",
    "intake": "jx_intake",
    "opinion_a": "jx_reviewer",
    "opinion_b": "jx_reviewer",
    "propose": "jx_reviewer",
    "sign": "jx_bureau_leader",
}
STATEMENTS = {
    step: Statement(outcome, text="材料属实，同意。", met=frozenset({"local"}))
    for step, (_role, outcome) in diagram.STEPS.items()
}


def furnished() -> None:
    """The city's people, one application filed for real, and the flow; the packs are loaded."""
    town = next(found for found in cities() if found.key == CITY)
    cast = town.cast()
    cast.staff()
    county = Organ.objects.get(city=CITY, key=COUNTY)
    program = program_for(CITY, PROGRAM, clock.today())
    firm = cast.applicant("bench_firm", filing.applicant_kind(program), county)
    filer = cast.member_of(firm)
    filing.submit(filing.draft(program, firm, filer), filer)
    FlowVersion.objects.create(
        city=CITY,
        key=diagram.KEY,
        version=1,
        class_name=class_name(diagram.KEY, 1),
        process_id=diagram.KEY,
        title="benchmark",
        sha256="0" * 64,
        file="benchmark.bpmn",
        source=diagram.source(),
        loaded_at=clock.now(),
    )


class Subject:
    """Cases are copies of one that was filed for real; the flow is the benchmark's."""

    def __init__(self) -> None:
        """The people are read once: the web session is not part of the act."""
        self.people: dict[str, User] = {}
        self.experts: list[int] = []
        self.waiting: list[dict[str, int]] = []

    def furnish(self) -> None:
        """Once a database."""
        django_world.migrated()
        call_command("load_calendar", verbosity=0)
        call_command("load_packs", verbosity=0)
        furnished()

    def prepare(self, cases: int) -> None:
        """Files cases; not timed."""
        self.people = {
            user.username: user for user in User.objects.filter(username__in=set(ACTORS.values()))
        }
        self.experts = list(
            User.objects.filter(memberships__role="expert").values_list("pk", flat=True)[:3]
        )
        model = Application.objects.filter(process__isnull=False).order_by("pk").first()
        filed = [self.file(model) for _case in range(cases)]
        self.waiting = [
            {"county_review": self.task_of(process, "county_review")} for process in filed
        ]

    def file(self, model: Any) -> int:
        """One more case like the model; the number of its process."""
        filer = User.objects.get(pk=model.created_by_id)
        copy = Application.objects.get(pk=model.pk)
        copy.pk, copy.process, copy._state.adding = None, None, True
        copy.number = f"B{os.getpid()}-{uuid.uuid4().hex[:12]}"
        copy.save()
        copy.process = operations.start(
            diagram.KEY,
            city=CITY,
            county=copy.county,
            party=copy.applicant,
            by=filer,
            data={"application": copy.pk},
            journal_stream=copy.stream,
        )
        copy.save(update_fields=["process"])
        return int(copy.process.pk)

    def run(self) -> int:
        """Every case to its end; the number of human tasks."""
        tasks = 0
        for open_tasks in self.waiting:
            for step in diagram.STEPS:
                done = self.act(open_tasks[step], step)
                open_tasks |= {task.element: task.pk for task in done.opened}
                tasks += 1
        return tasks

    def task_of(self, process: int, step: str) -> int:
        """What the page already knows: the task's number."""
        found: int = Task.objects.values_list("pk", flat=True).get(
            process_id=process, element=step, is_open=True
        )
        return found

    def act(self, task: int, step: str) -> Any:
        """One reviewer's act."""
        statement = STATEMENTS[step]
        if step == "intake":
            statement = replace(statement, values={"experts": self.experts})
        return decide_task(
            task,
            actor=self.people[ACTORS[step]],
            key=uuid.uuid4().hex,
            expected_version=1,
            statement=statement,
        )

    def statements(self) -> dict[str, int]:
        """SQL statements of every step's act."""
        self.prepare(1)
        return {step: len(sql) for step, sql in self.texts().items()}

    def texts(self) -> dict[str, list[str]]:
        """The SQL of every step's act."""
        found, open_tasks = {}, self.waiting[0]
        for step in diagram.STEPS:
            found[step], done = django_world.statements(partial(self.act, open_tasks[step], step))
            open_tasks |= {task.element: task.pk for task in done.opened}
        return found
