"""viewflow 2.4 as it comes: a person claims a task, then finishes it, each in its transaction."""

from __future__ import annotations

from benchmarks import diagram
from benchmarks.subjects import django_world

django_world.awake()

from django.contrib.auth.models import User  # noqa: E402 - Django must be set up first
from viewflow.workflow.models import Process, Task  # noqa: E402

from benchmarks.stock.flows import BenchmarkFlow  # noqa: E402


class Subject:
    """No right is checked, no key, no version, no journal, no outbox: only the engine."""

    together = False

    def __init__(self) -> None:
        """Nothing yet."""
        self.waiting: list[int] = []
        self.person: User | None = None

    def furnish(self) -> None:
        """Tables and one person."""
        django_world.migrated()
        User.objects.create(username="reviewer")

    def prepare(self, cases: int) -> None:
        """Started processes."""
        self.person = User.objects.get(username="reviewer")
        self.waiting = [self.started() for _case in range(cases)]

    def started(self) -> int:
        """One process."""
        BenchmarkFlow.start.run()
        newest = Process.objects.latest("pk")
        return int(newest.pk)

    def run(self) -> int:
        """Every case to its end; finding the next task is part of viewflow's act."""
        for process in self.waiting:
            for step, (_role, outcome) in diagram.STEPS.items():
                self.act(process, step, outcome)
        return len(self.waiting) * len(diagram.STEPS)

    def act(self, process: int, step: str, outcome: str) -> None:
        """Claim, then finish with the outcome in the process data."""
        node = getattr(BenchmarkFlow, step)
        task = Task.objects.get(process_id=process, flow_task=node)
        with task.activation() as activation:
            activation.assign(self.person)
            if self.together:
                self.finish(activation, outcome)
        if not self.together:
            task = Task.objects.get(pk=task.pk)
            with task.activation() as activation:
                self.finish(activation, outcome)

    def finish(self, activation: object, outcome: str) -> None:
        """As viewflow's own view does."""
        activation.start(None)
        activation.process.data["outcome"] = outcome
        activation.process.save()
        activation.execute()

    def statements(self) -> dict[str, int]:
        """SQL statements of every step."""
        self.prepare(1)
        counted = {}
        for step, (_role, outcome) in diagram.STEPS.items():
            sql, _nothing = django_world.statements(
                lambda step=step, outcome=outcome: self.act(self.waiting[0], step, outcome)
            )
            counted[step] = len(sql)
        return counted
