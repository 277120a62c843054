"""Two processes act on one case at once through the services of approvals, on PostgreSQL.

Run by test_races.py: `python -m tests.operations.racing KIND CASES [--without-lock]` with
DATABASE_URL on a fresh database; prints one JSON object: how many first acts and second acts won,
refusals by code, crashes, and `broken` cases whose state no single order of the two acts gives.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.db import connection  # noqa: E402
from django.db.models import QuerySet  # noqa: E402

from journal.verification import verify  # noqa: E402
from tests.operations.machine.city import furnished  # noqa: E402
from tests.operations.machine.driver import DONE, Answer  # noqa: E402
from tests.operations.machine.model.people import MEMBERS  # noqa: E402
from tests.operations.machine.scenario import Scenario  # noqa: E402
from workflows.models import OperationRecord, Process, Task  # noqa: E402

Act = Callable[[Scenario], Answer]
Race = tuple[Callable[[Scenario], None], Act, Act]


def at_county(_case: Scenario) -> None:
    """The county's seat is open."""


def recommended(case: Scenario) -> None:
    case.says("c1", "county_review", "recommend")


def at_panel(case: Scenario) -> None:
    case.accepted()


def at_signature(case: Scenario) -> None:
    case.accepted()
    for member in MEMBERS:
        case.says(member, "panel", "approve")
    case.says("c2", "site", "agree")
    case.says("r1", "propose", "approve")


def says(who: str, element: str, outcome: str, holder: str = "") -> Act:
    return lambda case: case.vote(case.row(element, holder).pk, who, 1, outcome)


RACES: dict[str, Race] = {
    "approve_approve": (at_county, says("c1", "county_review", "recommend"), says("c2", "county_review", "recommend")),
    "approve_retract": (
        recommended, says("i1", "intake", "accept"), lambda case: case.retract(case.row("county_review").pk, "c1", 1),
    ),
    "return_approve": (
        at_panel, lambda case: case.return_to(case.row("panel", "d1").pk, "d1", 1, "county_review", "replay", ("plan",)),
        says("c2", "site", "agree"),
    ),
    "withdraw_decide": (at_signature, lambda case: case.withdraw("a"), says("bl", "sign", "sign")),
    "recuse_vote": (at_panel, lambda case: case.order_recusal("cl", "d1"), says("d1", "panel", "approve", "d1")),
}  # fmt: skip
"""What goes before, and the two acts. Of `return_approve` and `recuse_vote` both may be done when
the second comes first: then the other one closes or annuls what it did."""
BOTH = frozenset({"return_approve", "recuse_vote"})


def run(act: Act, cases: list[Scenario], barrier: Any, told: Any, *, locked: bool) -> None:
    if not locked:
        QuerySet.select_for_update = lambda self, **_options: self  # type: ignore[method-assign]
    answers: list[Any] = []
    Task.objects.first()
    for case in cases:
        barrier.wait(60)
        try:
            answers.append(act(case))
        except Exception as error:  # a crash is what is looked for
            print(repr(error), file=sys.stderr)
            answers.append(None)
    told.put(answers)


def is_broken(kind: str, case: Scenario, first: Answer | None, second: Answer | None) -> bool:
    """No order of the two acts, one after the other, gives this state."""
    process = Process.objects.get(pk=case.process_id)
    live = case.open()
    won = [first, second].count(DONE)
    if won != 1 and not (won == 2 and kind in BOTH):
        return True
    whole = {
        "approve_approve": lambda: live == ["intake"] and len(case.rows("intake")) == 1,
        "approve_retract": lambda: live == (["county_review"] if second == DONE else ["panel", "panel", "panel", "site"]),
        "return_approve": lambda: live == ["county_review"],
        "withdraw_decide": lambda: not live and process.verdict == ("withdrawn" if first == DONE else "approved"),
        "recuse_vote": lambda: live == ["panel", "panel", "site"] and not any(
            row.owner_id == case.who("d1").pk and row.is_open for row in case.rows("panel")
        ),
    }[kind]  # fmt: skip
    return not whole()


def main(kind: str, number: int, *, locked: bool) -> None:
    call_command("migrate", verbosity=0)
    call_command("load_calendar", verbosity=0)
    city = furnished()
    before, one, other = RACES[kind]
    cases = [Scenario(city) for _n in range(number)]
    for case in cases:
        before(case)
    records = OperationRecord.objects.count()
    connection.close()
    connection.close_pool()  # a pool does not survive a fork
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(2)
    queues = [context.Queue(), context.Queue()]
    racers = [
        context.Process(target=run, args=(act, cases, barrier, told), kwargs={"locked": locked})
        for act, told in zip((one, other), queues, strict=True)
    ]
    for racer in racers:
        racer.start()
    firsts, seconds = (told.get(timeout=400) for told in queues)
    for racer in racers:
        racer.join()
    refused = Counter(answer[1] for answer in [*firsts, *seconds] if answer not in (None, DONE))
    broken = [is_broken(kind, *row) for row in zip(cases, firsts, seconds, strict=True)]
    told = {
        "first": firsts.count(DONE), "second": seconds.count(DONE), "refused": refused, "crashed": firsts.count(None) + seconds.count(None),
        "broken": sum(broken), "journal": len(verify()), "records": OperationRecord.objects.count() - records,
    }  # fmt: skip
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), locked="--without-lock" not in sys.argv)
