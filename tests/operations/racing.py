"""Two processes act on one case at once through the services of approvals, on PostgreSQL.

Run by test_races.py: `python -m tests.operations.racing CASES MUTANTS` with DATABASE_URL on a fresh
database; prints one JSON object, for each race: how many first acts and second acts were done,
refusals by code, crashes, `broken` cases whose state no order of the two acts gives, and faults of
the journal. MUTANTS cases of each race are run without the case's lock, which must be seen.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.db import connection  # noqa: E402
from django.db.models import QuerySet  # noqa: E402

import workflows.cases  # noqa: E402
from journal.verification import verify  # noqa: E402
from tests.operations.machine.city import furnished  # noqa: E402
from tests.operations.machine.comparing import state_of  # noqa: E402
from tests.operations.machine.driver import DONE, Answer  # noqa: E402
from tests.operations.machine.model.people import MEMBERS  # noqa: E402
from tests.operations.machine.scenario import Scenario  # noqa: E402
from workflows.execution import Execution  # noqa: E402
from workflows.models import Process, Task  # noqa: E402

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


def _unlock() -> None:
    """The case is not locked, and whoever has read it thinks a moment before he writes."""
    QuerySet.select_for_update = lambda self, **_options: self  # type: ignore[method-assign]
    for made_before in (workflows.cases._by_number, workflows.cases._by_task):
        made_before.cache_clear()  # statements that were prepared with the lock
    begins = Execution.__init__

    def slowly(self: Execution, *given: Any, **more: Any) -> None:
        begins(self, *given, **more)
        time.sleep(0.1)

    Execution.__init__ = slowly  # type: ignore[method-assign]


def run(act: Act, cases: list[Scenario], barrier: Any, told: Any, *, locked: bool) -> None:
    if not locked:
        _unlock()
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
        "return_approve": lambda: live == ["county_review"]
        and case.states("site") == ["acted" if second == DONE else "closed returned"],
        "withdraw_decide": lambda: not live and process.verdict == ("withdrawn" if first == DONE else "approved"),
        "recuse_vote": lambda: live == ["panel", "panel", "site"] and _left_the_panel(case, voted=second == DONE),
    }[kind]  # fmt: skip
    return not whole()


def _left_the_panel(case: Scenario, *, voted: bool) -> bool:
    """His seat and his place count no more, whichever came first."""
    body = Task.objects.get(process=case.process_id, element="panel", item="")
    states = [state_of(row) for row in case.rows("panel") if row.owner_id == case.who("d1").pk]
    wanted = "annulled" if voted else "recused"
    return "0" in body.data.get("uncounted", {}) and states == [wanted]


def raced(kind: str, number: int, city: SimpleNamespace, *, locked: bool) -> dict[str, Any]:
    """One race on so many fresh cases."""
    before, one, other = RACES[kind]
    cases = [Scenario(city) for _n in range(number)]
    for case in cases:
        before(case)
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
    firsts, seconds = (told.get(timeout=600) for told in queues)
    for racer in racers:
        racer.join()
    broken = [is_broken(kind, *row) for row in zip(cases, firsts, seconds, strict=True)]
    return {
        "first": firsts.count(DONE), "second": seconds.count(DONE), "crashed": [*firsts, *seconds].count(None), "broken": sum(broken),
        "refused": Counter(answer[1] for answer in [*firsts, *seconds] if answer not in (None, DONE)), "journal": len(verify()),
    }  # fmt: skip


def main(number: int, mutants: int) -> None:
    """Every race `number` times, and `mutants` times without the lock."""
    call_command("migrate", verbosity=0)
    call_command("load_calendar", verbosity=0)
    city = furnished()
    told: dict[str, Any] = {kind: raced(kind, number, city, locked=True) for kind in RACES}
    for kind in RACES if mutants else ():
        told[f"{kind} without lock"] = raced(kind, mutants, city, locked=False)
    print(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
