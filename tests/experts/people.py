"""A pool with entries, for the tests of the slice."""

from __future__ import annotations

import uuid

from approvals.applications.models import Application
from approvals.experts import services
from approvals.experts.models import Draw, ExpertProfile
from approvals.programs.models import Program
from approvals.rehearsal.choices import FAVOURABLE
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Statement
from organizations.models import User
from tests.people import Town, key
from workflows.models import Task

SPECIALTIES = ("电子信息", "生物医药", "先进制造")


def enter_pool(town: Town, how_many: int = 9) -> list[ExpertProfile]:
    """Experts 1 … n, each with an employer of his own, in turn of three specialties."""
    keeper = town.user("system_admin")
    pool = town.organ("expert_pool")
    return [
        services.add_expert(
            pool,
            actor=keeper,
            user=town.user(f"expert{number}"),
            employer=f"样例大学{number}",
            specialties=[SPECIALTIES[number % 3]],
            region=town.organ("nanhu") if number <= 2 else None,
        )
        for number in range(1, how_many + 1)
    ]


def ruled(case: Application, **panel: object) -> None:
    """The case's program says this of its panel. Programs are immutable: past the model."""
    content = {**case.program.content, "panel": panel}
    Program.objects.filter(pk=case.program_id).update(content=content, sha256=uuid.uuid4().hex)
    case.program.content = content


def committed(task: Task, actor: User, size: int = 3, specialties: tuple[str, ...] = ()) -> Draw:
    return services.commit(
        task.pk, actor=actor, key=key(), expected_version=1, size=size, specialties=specialties
    )


def named(task: Task, actor: User, people: list[int]) -> None:
    """The clerk accepts and names the experts."""
    said = Statement("accept", FAVOURABLE, values={"experts": people})
    decide_task(task.pk, actor=actor, key=key(), expected_version=1, statement=said)


def drawn(task: Task, actor: User, size: int = 3) -> Draw:
    committed(task, actor, size)
    return services.reveal(task.pk, actor=actor, key=key(), expected_version=1)
